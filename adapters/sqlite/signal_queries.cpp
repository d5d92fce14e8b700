#include "adapters/sqlite/signal_queries.hpp"

#include <map>
#include <stdexcept>
#include <variant>

#include <fmt/format.h>

#include "actors/signals/results.hpp"
#include "adapters/sqlite/signal_rows.hpp"

namespace outcry::sqlite {

namespace {

void check_limit(std::uint32_t limit) {
  if (limit < 1 || limit > most_signal_rows) {
    throw bad_write(fmt::format("limit: expected 1 to {}, found {}", most_signal_rows, limit));
  }
}

}  // namespace

/// The WHERE of a question: only what is asked for stands in it, so that an index can serve it.
class signal_queries::filter {
public:
  void add(const char* condition, std::variant<std::int64_t, std::string> value) {
    sql_ += (sql_.empty() ? " WHERE " : " AND ");
    sql_ += condition;
    values_.push_back(std::move(value));
  }

  void add_text(const char* condition, const std::string& value) {
    if (!value.empty()) add(condition, value);
  }

  void add_any_state(const std::vector<std::string>& states) {
    if (states.empty()) return;
    std::string places;
    for (std::size_t i = 0; i < states.size(); ++i) places += i == 0 ? "?" : ", ?";
    sql_ += (sql_.empty() ? " WHERE " : " AND ");
    sql_ += "state IN (" + places + ")";
    for (const auto& x : states) values_.emplace_back(x);
  }

  const std::string& sql() const { return sql_; }

  void bind(statement& to, std::int64_t limit) const {
    int index = 0;
    for (const auto& value : values_) {
      ++index;
      std::visit([&](const auto& x) { to.prepared().bind(index, x); }, value);
    }
    to.prepared().bind(index + 1, limit);
  }

private:
  std::string sql_;
  std::vector<std::variant<std::int64_t, std::string>> values_;
};

std::string_view signal_queries::kept(std::string sql) {
  return *sql_.insert(std::move(sql)).first;
}

std::vector<signal_record> signal_queries::with_trades(std::vector<signal_record> signals) {
  for (auto& x : signals) x.trade = trade(x.source, x.source_id);
  return signals;
}

signal_list signal_queries::read(const load_signals& query) {
  std::vector<signal_record> found;
  {
    auto rows = from_.prepare(
        kept(fmt::format("SELECT {} FROM signals WHERE final = 0 UNION SELECT {} FROM signals"
                         " WHERE received_ns > ? ORDER BY id",
                         signal_columns, signal_columns)));
    rows.bind(query.since_ns);
    while (rows.step()) found.push_back(signal_of(rows));
  }
  return {with_trades(std::move(found))};
}

signal_list signal_queries::read(const find_signals& query) {
  check_limit(query.limit);
  // Each word at most once: the statement is kept, and there must not be endlessly many of them.
  std::set<std::string> states;
  for (const auto& word : query.states) {
    try {
      parse_signal_state(word);
    } catch (const std::invalid_argument& error) {
      throw bad_write(fmt::format("states: {}", error.what()));
    }
    states.insert(word);
  }
  filter where;
  if (query.after > 0) where.add("id > ?", query.after);
  if (query.before > 0) where.add("id < ?", query.before);
  where.add_text("source = ?", query.source);
  where.add_text("source_id = ?", query.source_id);
  where.add_text("ticker = ?", query.ticker);
  where.add_any_state({states.begin(), states.end()});
  std::vector<signal_record> found;
  {
    auto rows = from_.prepare(
        kept(fmt::format("SELECT {} FROM signals{} ORDER BY id {} LIMIT ?", signal_columns,
                         where.sql(), query.after > 0 ? "ASC" : "DESC")));
    where.bind(rows, query.limit);
    while (rows.step()) found.push_back(signal_of(rows));
  }
  return {with_trades(std::move(found))};
}

message_list signal_queries::read(const find_messages& query) {
  check_limit(query.limit);
  filter where;
  if (query.after > 0) where.add("id > ?", query.after);
  where.add_text("source = ?", query.source);
  where.add_text("source_id = ?", query.source_id);
  where.add_text("verdict = ?", query.verdict);
  auto rows = from_.prepare(
      kept(fmt::format("SELECT {} FROM messages{} ORDER BY id {} LIMIT ?", message_columns,
                       where.sql(), query.after > 0 ? "ASC" : "DESC")));
  where.bind(rows, query.limit);
  message_list found;
  while (rows.step()) found.messages.push_back(message_of(rows));
  return found;
}

update_list signal_queries::read(const find_updates& query) {
  check_limit(query.limit);
  filter where;
  where.add_text("target_source = ?", query.target_source);
  where.add_text("target_source_id = ?", query.target_source_id);
  auto rows = from_.prepare(kept(fmt::format("SELECT {} FROM updates{} ORDER BY id DESC LIMIT ?",
                                             update_columns, where.sql())));
  where.bind(rows, query.limit);
  update_list found;
  while (rows.step()) found.updates.push_back(update_of(rows));
  return found;
}

source_result_list signal_queries::read(const get_source_results&) {
  std::map<std::string, std::vector<trade_record>> closed;
  {
    auto rows = from_.prepare(
        kept(fmt::format("SELECT {} FROM trades WHERE state = 'closed' ORDER BY source, closed_ns,"
                         " source_id",
                         trade_columns)));
    while (rows.step()) {
      auto trade = trade_of(rows);
      closed[trade.source].push_back(std::move(trade));
    }
  }
  source_result_list results;
  auto rows = from_.prepare("SELECT source, count(*) FROM signals GROUP BY source ORDER BY source");
  while (rows.step()) {
    const auto source = rows.text(0);
    results.sources.push_back(
        signals::result_of(source, static_cast<std::uint32_t>(rows.integer(1)), closed[source]));
  }
  return results;
}

last_source_id signal_queries::read(const get_last_source_id& query) {
  auto row = from_.prepare("SELECT source_id FROM last_ids WHERE source = ?");
  row.bind(query.source);
  return {row.step() ? row.text(0) : std::string{}};
}

unshared_page signal_queries::read(const read_unshared& query) {
  check_limit(query.limit);
  const auto ask = [&](const char* table, const char* columns, auto take) {
    auto rows = from_.prepare(
        kept(fmt::format("SELECT {} FROM {} WHERE owed = 1 ORDER BY id LIMIT ?", columns, table)));
    rows.bind(query.limit);
    while (rows.step()) take(rows);
  };
  unshared_page page;
  ask("messages", message_columns, [&](auto& row) { page.messages.push_back(message_of(row)); });
  ask("signals", signal_columns, [&](auto& row) { page.signals.push_back(signal_of(row)); });
  ask("updates", update_columns, [&](auto& row) { page.updates.push_back(update_of(row)); });
  page.signals = with_trades(std::move(page.signals));
  return page;
}

unshared_count signal_queries::count_unshared() {
  auto row = from_.prepare(
      "SELECT (SELECT count(*) FROM messages WHERE owed = 1)"
      " + (SELECT count(*) FROM signals WHERE owed = 1)"
      " + (SELECT count(*) FROM updates WHERE owed = 1)");
  row.step();
  return {row.integer(0)};
}

cursor_value signal_queries::read(const get_cursor& query) {
  auto row = from_.prepare("SELECT value FROM cursors WHERE name = ?");
  row.bind(query.name);
  return {row.step() ? row.text(0) : std::string{}};
}

std::optional<signal_record> signal_queries::signal(const std::string& source,
                                                    const std::string& source_id) {
  std::optional<signal_record> found;
  {
    auto row = from_.prepare(kept(
        fmt::format("SELECT {} FROM signals WHERE source = ? AND source_id = ?", signal_columns)));
    if (!row.bind(source, source_id).step()) return found;
    found = signal_of(row);
  }
  found->trade = trade(source, source_id);
  return found;
}

std::optional<signal_record> signal_queries::signal(std::int64_t id) {
  std::optional<signal_record> found;
  {
    auto row =
        from_.prepare(kept(fmt::format("SELECT {} FROM signals WHERE id = ?", signal_columns)));
    if (!row.bind(id).step()) return found;
    found = signal_of(row);
  }
  found->trade = trade(found->source, found->source_id);
  return found;
}

std::optional<stored_message> signal_queries::message(const std::string& source,
                                                      const std::string& source_id,
                                                      std::int64_t edited_ns) {
  auto row = from_.prepare(kept(
      fmt::format("SELECT {} FROM messages WHERE source = ? AND source_id = ? AND edited_ns = ?",
                  message_columns)));
  if (!row.bind(source, source_id, edited_ns).step()) return std::nullopt;
  return message_of(row);
}

std::optional<signal_update_record> signal_queries::update(const std::string& source,
                                                           const std::string& source_id,
                                                           std::int64_t edited_ns) {
  auto row = from_.prepare(kept(
      fmt::format("SELECT {} FROM updates WHERE source = ? AND source_id = ? AND edited_ns = ?",
                  update_columns)));
  if (!row.bind(source, source_id, edited_ns).step()) return std::nullopt;
  return update_of(row);
}

std::optional<signal_update_record> signal_queries::update(std::int64_t id) {
  auto row =
      from_.prepare(kept(fmt::format("SELECT {} FROM updates WHERE id = ?", update_columns)));
  if (!row.bind(id).step()) return std::nullopt;
  return update_of(row);
}

std::vector<trade_record> signal_queries::trade(const std::string& source,
                                                const std::string& source_id) {
  auto row = from_.prepare(
      kept(fmt::format("SELECT {} FROM trades WHERE source = ? AND source_id = ?", trade_columns)));
  std::vector<trade_record> found;
  if (row.bind(source, source_id).step()) found.push_back(trade_of(row));
  return found;
}

}  // namespace outcry::sqlite
