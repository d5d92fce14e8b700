#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "actors/bots/strategies/scale_t/ladder.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::ladders {

/// The largest text `read_ladder_csv` takes.
constexpr std::size_t max_csv_bytes = std::size_t{1} << 20U;

/// An order that rests at the broker for a row.
struct csv_order {
  std::size_t row = 0;
  std::string id;

  bool operator==(const csv_order&) const = default;
};

/// A ladder as the files of today's bots hold it.
struct ladder_file {
  ladder rows;
  std::optional<csv_order> pending;  ///< the first row's that names one
};

/// Reads the CSV of today's SCALE_T bots: a header line and the columns index, buy_price,
/// sell_price, target_shares, held_shares, pending_order_id, spc, unrealized_profit, last_action,
/// profit. The file was written from binary floating point: prices are taken as the cent they are
/// within a millionth of, shares to 5 places, money to 12. Cash is what filling the rows costs;
/// `deposited` is that and what the shares held cost, so that profit counts from here. The error's
/// field is "line 3, column sell_price".
tl::expected<ladder_file, invalid_field> read_ladder_csv(std::string_view text);

/// Writes that CSV: no cash, one line per row, each ended by a line feed.
std::string write_ladder_csv(const ladder& x, const std::optional<csv_order>& pending = {});

}  // namespace outcry::ladders
