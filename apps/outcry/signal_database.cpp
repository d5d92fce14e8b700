#include <iostream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/postgres/schema.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/signal_lists.hpp"

namespace outcry::cli {

exit_code signals_database_init(const database_init_options& what, bool json) {
  if (what.sql) {
    // Not through `output`: line breaks are part of it.
    std::cout << postgres::schema_script() << std::flush;
    return all_done;
  }
  auto text = what.connection;
  if (text.empty()) {
    throw std::invalid_argument(
        "CONNECTION: expected a connection string, - to read it from standard input, or --sql; "
        "found nothing");
  }
  if (text == "-") std::getline(std::cin, text);
  const postgres::connection_string target(text);
  postgres::bell alarm;
  postgres::connection to(target, alarm);
  const auto before = postgres::schema_of(to);
  postgres::migrate(to);
  const auto now = postgres::schema_of(to);
  output out;
  if (json) {
    out.line(
        nlohmann::json{{"database", target.shown()}, {"before", before}, {"schema", now}}.dump());
  } else {
    out.line(before == now ? fmt::format("{}: schema {} was there", target.shown(), now)
                           : fmt::format("{}: schema {} is made", target.shown(), now));
  }
  return all_done;
}

}  // namespace outcry::cli
