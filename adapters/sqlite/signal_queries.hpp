#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/database.hpp"
#include "messages/interfaces/signals.hpp"

namespace outcry::sqlite {

/// The most rows one question may ask for.
constexpr std::uint32_t most_signal_rows = 1000;

/// Whoever lends prepared statements: the store's own file, or one opened for reading only.
class statement_source {
public:
  virtual ~statement_source() = default;
  /// As `database::prepare`.
  virtual statement prepare(std::string_view sql) = 0;
};

/// All reads of signals.db. A question that asks for what cannot be (a limit outside 1 to 1000, an
/// unknown state) throws bad_write with the field's name; others store_error or SQLite::Exception.
/// Not thread-safe.
class signal_queries {
public:
  explicit signal_queries(statement_source& from) : from_(from) {}

  signal_list read(const load_signals& query);
  signal_list read(const find_signals& query);
  message_list read(const find_messages& query);
  update_list read(const find_updates& query);
  source_result_list read(const get_source_results& query);
  last_source_id read(const get_last_source_id& query);
  unshared_page read(const read_unshared& query);
  unshared_count count_unshared();
  cursor_value read(const get_cursor& query);

  std::optional<signal_record> signal(const std::string& source, const std::string& source_id);
  std::optional<signal_record> signal(std::int64_t id);
  std::optional<stored_message> message(const std::string& source, const std::string& source_id,
                                        std::int64_t edited_ns);
  std::optional<signal_update_record> update(const std::string& source,
                                             const std::string& source_id, std::int64_t edited_ns);
  std::optional<signal_update_record> update(std::int64_t id);
  /// None or one.
  std::vector<trade_record> trade(const std::string& source, const std::string& source_id);

private:
  class filter;

  std::vector<signal_record> with_trades(std::vector<signal_record> signals);
  std::string_view kept(std::string sql);

  statement_source& from_;
  std::set<std::string> sql_;  // texts of statements: few, one for each set of narrowed fields
};

}  // namespace outcry::sqlite
