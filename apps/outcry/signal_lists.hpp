#pragma once

#include <cstdint>
#include <string>

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

struct signal_list_options {
  std::string source;
  std::string ticker;
  std::string state;
  std::uint32_t limit = 20;  ///< 1 to 1000
};

// These read signals.db in the configured data directory beside a floor that may be running, and
// need none. They throw sqlite::store_error when there is no such file or it cannot be read.

/// Calls, newest first.
exit_code signals_list(const session& at, const signal_list_options& what);

/// One call with all that is known of it. `name` is its number or SOURCE/ID. Throws
/// std::invalid_argument when there is none.
exit_code signals_show(const session& at, const std::string& name);

/// What waits for a person's judgement, and why: calls, and messages that did not become one.
exit_code signals_quarantine(const session& at, std::uint32_t limit);

/// What each source has brought.
exit_code signals_stats(const session& at);

struct database_init_options {
  std::string connection;  ///< "-": the first line of standard input; "" only with `sql`
  bool sql = false;        ///< print what would be run
};

/// Makes or migrates the shared database. Throws postgres::failure, std::invalid_argument.
exit_code signals_database_init(const database_init_options& what, bool json);

}  // namespace outcry::cli
