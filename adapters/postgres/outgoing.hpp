#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/postgres/connection.hpp"

namespace outcry::postgres {

enum class row_kind : std::uint8_t { message, signal, update, trade };

/// A row on its way, with the number and version under which its floor owes it.
struct outgoing_row {
  row_kind kind = row_kind::message;
  std::int64_t id = 0;
  std::uint64_t version = 1;
  std::string json;  ///< one object with the table's columns
};

/// What became of one.
struct row_outcome {
  row_kind kind = row_kind::message;
  std::int64_t id = 0;
  std::uint64_t version = 1;
  std::string refusal;  ///< why the database will never take it; empty = it holds it
};

/// The statement that takes a JSON array of such rows. Known rows are passed over, known trades
/// replaced by their version. It needs no right to read but for trades.
const char* insert_of(row_kind kind);

/// Writes rows in their order, many in one statement; each statement is a transaction. A row that
/// cannot be stored is refused alone. `with_trades` false: trades are passed over as if held.
/// Throws failure when the database cannot be reached or refuses altogether; some rows may be
/// stored then, and are passed over the next time.
std::vector<row_outcome> push_rows(connection& to, const std::vector<outgoing_row>& rows,
                                   bool with_trades);

}  // namespace outcry::postgres
