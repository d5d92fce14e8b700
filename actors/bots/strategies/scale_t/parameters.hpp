#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "actors/bots/strategies/scale_t/build.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::ladders {

/// What an operator can set. JSON numbers and decimal texts are both taken.
struct parameters {
  Money cash;   ///< all that was ever put in; 0 = no ladder wanted yet
  Price start;  ///< of a new ladder; 0 = the first price times default_start_factor
  Ratio step = default_step;
  std::uint32_t rows = default_rows;
  Quantity outside_shares;            ///< shares of the bot the ladder is to leave alone
  bool chase = true;                  ///< follow the price upward
  std::uint32_t cancel_retry_s = 10;  ///< 1 to 3600: ask again for a cancel nobody answered
  /// Today's CSV of an imported ladder; once it is in force only its `plan_of`. Empty = built.
  std::string csv;

  bool operator==(const parameters&) const = default;
};

/// What the strategy stands on while parameters are checked.
struct standing {
  bool has_ladder = false;
  bool is_flat = true;  ///< no row holds shares, no order is pending
  Money deposited;      ///< into the ladder
  std::string plan;     ///< of the ladder
};

/// One short text for what a ladder is made of; equal texts make equal ladders.
std::string plan_of(const parameters& x);

/// Reads `changes` (a JSON object) over `now`. Fields: cash, add_cash, start, step, rows, risk (1
/// to 5, 100 rows each), ladder (today's CSV as text), outside_shares, chase, cancel_retry_s. Money
/// is only ever added to a ladder, and another ladder is only made while the one there is holds
/// nothing and has no order. Error fields begin with "config".
tl::expected<parameters, invalid_field> read_changes(const parameters& now, const standing& at,
                                                     std::string_view changes);

/// All parameters as JSON, as `read_parameters` reads them.
std::string write_parameters(const parameters& x);

/// Reads what `write_parameters` wrote; the error's field begins with "config".
tl::expected<parameters, invalid_field> read_parameters(std::string_view text);

}  // namespace outcry::ladders
