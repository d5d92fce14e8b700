#include "adapters/sqlite/signal_store.hpp"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include <sqlite3.h>

#include "adapters/sqlite/crash_point.hpp"
#include "adapters/sqlite/signal_rows.hpp"
#include "adapters/sqlite/signal_schema.hpp"
#include "adapters/sqlite/words.hpp"

namespace outcry::sqlite {

namespace {

constexpr std::size_t longest_name = 128;

void check_name(const char* whose, const char* field, const std::string& value) {
  if (value.empty() || value.size() > longest_name) {
    throw bad_write(fmt::format("{}: {}: expected 1 to {} bytes, found {}", whose, field,
                                longest_name, value.size()));
  }
}

template <class Record>
void check_names(const char* whose, const Record& x) {
  check_name(whose, "source", x.source);
  check_name(whose, "source_id", x.source_id);
}

template <class Record>
void check_same_row(const char* whose, const Record& x, const Record& stored) {
  if (x.source == stored.source && x.source_id == stored.source_id) return;
  throw bad_write(fmt::format("{} {}: expected '{}' of '{}', found '{}' of '{}'", whose, x.id,
                              stored.source_id, stored.source, x.source_id, x.source));
}

bool is_from_shared(const std::string& contributor) {
  return contributor.starts_with(shared_contributor);
}

bool is_number(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_above(const std::string& a, const std::string& b) {
  if (!is_number(a) || !is_number(b)) return a > b;
  const auto digits = [](const std::string& x) {
    return std::string_view(x).substr(std::min(x.find_first_not_of('0'), x.size()));
  };
  const auto x = digits(a);
  const auto y = digits(b);
  return x.size() != y.size() ? x.size() > y.size() : x > y;
}

}  // namespace

template <class Work>
auto signal_store::guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    throw db_.failed(error);
  }
}

template <class Work>
auto signal_store::in_savepoint(Work work) -> signal_result<decltype(work())> {
  const auto undo = [&](const std::exception& cause) {
    db_.prepare("ROLLBACK TO one_request").run();
    db_.prepare("RELEASE one_request").run();
    return tl::unexpected(journal_failure{ec::invalid_input, cause.what()});
  };
  return guarded([&]() -> signal_result<decltype(work())> {
    db_.prepare("SAVEPOINT one_request").run();
    try {
      auto result = work();
      db_.prepare("RELEASE one_request").run();
      return result;
    } catch (const bad_write& error) {
      return undo(error);
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_CONSTRAINT) throw;
      return undo(error);
    }
  });
}

template <class Query>
auto signal_store::answered(const Query& query)
    -> signal_result<decltype(std::declval<signal_queries&>().read(query))> {
  return guarded([&]() -> signal_result<decltype(queries_.read(query))> {
    try {
      return queries_.read(query);
    } catch (const bad_write& error) {
      return tl::unexpected(journal_failure{ec::invalid_input, error.what()});
    }
  });
}

signal_store::signal_store(const std::string& path) : db_(path, signal_schema()) {}

void signal_store::begin() {
  guarded([&] { db_.begin(); });
}

void signal_store::commit() {
  guarded([&] { db_.commit(); });
}

void signal_store::rollback() noexcept {
  db_.rollback();
}

// -- writes ---------------------------------------------------------------------------------------

signal_result<store_receipt> signal_store::apply(const store_message& x) {
  return in_savepoint([&] { return write(x); });
}

signal_result<store_receipt> signal_store::apply(const store_signals& x) {
  return in_savepoint([&] {
    store_receipt receipt;
    for (const auto& signal : x.signals) receipt.signals.push_back(put(signal));
    for (const auto& update : x.updates) receipt.updates.push_back(put(update));
    pass_crash_point("signals_stored");
    return receipt;
  });
}

store_receipt signal_store::write(const store_message& x) {
  const auto& m = x.message;
  check_names("message", m);
  if (x.signals.size() > 1 || x.updates.size() > 1) {
    throw bad_write(
        fmt::format("message '{}': expected at most one signal and one update, found "
                    "{} and {}",
                    m.source_id, x.signals.size(), x.updates.size()));
  }
  store_receipt receipt;
  if (auto known = queries_.message(m.source, m.source_id, m.edited_ns)) {
    receipt.duplicate = true;
    receipt.verdict = std::move(known->verdict);
    // What would have come with it, as it is: it may have been stored with the message.
    auto signal = x.signals.empty() ? queries_.signal(m.source, m.source_id)
                                    : queries_.signal(x.signals[0].source, x.signals[0].source_id);
    if (signal) receipt.signals.push_back(std::move(*signal));
    if (auto update = queries_.update(m.source, m.source_id, m.edited_ns)) {
      receipt.updates.push_back(std::move(*update));
    }
    return receipt;
  }
  insert(x);
  pass_crash_point("message_stored");
  receipt.verdict = x.verdict;
  for (const auto& signal : x.signals) receipt.signals.push_back(put(signal));
  for (const auto& update : x.updates) receipt.updates.push_back(put(update));
  return receipt;
}

void signal_store::insert(const store_message& x) {
  const auto& m = x.message;
  const auto& v = x.verdict;
  db_.prepare(
         "INSERT INTO messages (source, source_id, edited_ns, deleted, trusted, author_id, author,"
         " text, sent_ns, received_ns, reply_to, contributor, verdict, rule, reason, confidence,"
         " reading, owed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(m.source, m.source_id, m.edited_ns, m.deleted, m.trusted, m.author_id, m.author, m.text,
            m.sent_ns, m.received_ns, m.reply_to, m.contributor, v.verdict, v.rule, v.reason,
            v.confidence, v.reading, !is_from_shared(m.contributor))
      .run();
  note_last_id(m);
}

// What others hand in may be ahead of what this floor has read itself: its reader must not go on
// from there.
void signal_store::note_last_id(const raw_message& x) {
  if (!x.contributor.empty()) return;
  const auto last = queries_.read(get_last_source_id{x.source}).source_id;
  if (!last.empty() && !is_above(x.source_id, last)) return;
  db_.prepare(
         "INSERT INTO last_ids (source, source_id) VALUES (?, ?) ON CONFLICT (source) DO UPDATE"
         " SET source_id = excluded.source_id")
      .bind(x.source, x.source_id)
      .run();
}

signal_record signal_store::put(const signal_record& x) {
  check_names("signal", x);
  if (x.trade.size() > 1) {
    throw bad_write(fmt::format("signal '{}': expected at most one trade, found {}", x.source_id,
                                x.trade.size()));
  }
  const auto stored = x.id == 0 ? queries_.signal(x.source, x.source_id) : queries_.signal(x.id);
  if (x.id != 0) {
    if (!stored) throw bad_write(fmt::format("signal {}: no such signal is stored", x.id));
    check_same_row("signal", x, *stored);
  }
  if (x.id == 0 && stored) return *stored;
  if (!stored) {
    insert(x);
  } else if (x.version > stored->version) {
    replace(x);
  }
  put_trade(x);
  weigh_signal(x.source, x.source_id);
  return *queries_.signal(x.source, x.source_id);
}

void signal_store::insert(const signal_record& x) {
  db_.prepare(
         "INSERT INTO signals (source, source_id, author_id, author, ticker, side, action, asset,"
         " call, confidence, state, code, reason, bot_id, contributor, said_ns, received_ns,"
         " expires_ns, updated_ns, version, final, from_shared)"
         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(x.source, x.source_id, x.author_id, x.author, x.ticker, x.side, x.action, x.asset,
            x.call, x.confidence, std::string(to_string(x.state)), x.code, x.reason, x.bot_id,
            x.contributor, x.said_ns, x.received_ns, x.expires_ns, x.updated_ns,
            version_column(x.version, "signal"), is_final(x.state), is_from_shared(x.contributor))
      .run();
}

void signal_store::replace(const signal_record& x) {
  db_.prepare(
         "UPDATE signals SET author_id = ?, author = ?, ticker = ?, side = ?, action = ?,"
         " asset = ?, call = ?, confidence = ?, state = ?, code = ?, reason = ?, bot_id = ?,"
         " contributor = ?, said_ns = ?, received_ns = ?, expires_ns = ?, updated_ns = ?,"
         " version = ?, final = ? WHERE id = ?")
      .bind(x.author_id, x.author, x.ticker, x.side, x.action, x.asset, x.call, x.confidence,
            std::string(to_string(x.state)), x.code, x.reason, x.bot_id, x.contributor, x.said_ns,
            x.received_ns, x.expires_ns, x.updated_ns, version_column(x.version, "signal"),
            is_final(x.state), x.id)
      .run();
}

void signal_store::put_trade(const signal_record& x) {
  for (const auto& t : x.trade) {
    if (t.source != x.source || t.source_id != x.source_id) {
      throw bad_write(fmt::format("signal '{}' of '{}': its trade is that of '{}' of '{}'",
                                  x.source_id, x.source, t.source_id, t.source));
    }
    db_.prepare(
           "INSERT INTO trades (source, source_id, bot_id, version, state, side, wanted, entered,"
           " exited, entry_price, exit_price, stop, first_stop, profit, reason, opened_ns,"
           " closed_ns, updated_ns)"
           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
           " ON CONFLICT (source, source_id) DO UPDATE SET bot_id = excluded.bot_id,"
           " version = excluded.version, state = excluded.state, side = excluded.side,"
           " wanted = excluded.wanted, entered = excluded.entered, exited = excluded.exited,"
           " entry_price = excluded.entry_price, exit_price = excluded.exit_price,"
           " stop = excluded.stop, first_stop = excluded.first_stop, profit = excluded.profit,"
           " reason = excluded.reason, opened_ns = excluded.opened_ns,"
           " closed_ns = excluded.closed_ns, updated_ns = excluded.updated_ns"
           " WHERE excluded.version > trades.version")
        .bind(t.source, t.source_id, t.bot_id, version_column(t.version, "trade"),
              std::string(to_string(t.state)), t.side, to_string(t.wanted), to_string(t.entered),
              to_string(t.exited), to_string(t.entry_price), to_string(t.exit_price),
              to_string(t.stop), to_string(t.first_stop), to_string(t.profit), t.reason,
              t.opened_ns, t.closed_ns, t.updated_ns)
        .run();
  }
}

signal_update_record signal_store::put(const signal_update_record& x) {
  check_names("update", x);
  const auto stored =
      x.id == 0 ? queries_.update(x.source, x.source_id, x.edited_ns) : queries_.update(x.id);
  if (x.id != 0) {
    if (!stored) throw bad_write(fmt::format("update {}: no such update is stored", x.id));
    check_same_row("update", x, *stored);
  }
  if (!stored) {
    insert(x);
  } else if (x.id != 0 && x.version > stored->version) {
    replace(x);
  } else {
    return *stored;
  }
  return *queries_.update(x.source, x.source_id, stored ? stored->edited_ns : x.edited_ns);
}

void signal_store::insert(const signal_update_record& x) {
  const bool from_shared = is_from_shared(x.contributor);
  db_.prepare(
         "INSERT INTO updates (source, source_id, edited_ns, author_id, ticker, body,"
         " target_source, target_source_id, code, reason, contributor, said_ns, received_ns,"
         " version, from_shared, owed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(x.source, x.source_id, x.edited_ns, x.author_id, x.ticker, x.update, x.target_source,
            x.target_source_id, x.code, x.reason, x.contributor, x.said_ns, x.received_ns,
            version_column(x.version, "update"), from_shared, !from_shared)
      .run();
}

void signal_store::replace(const signal_update_record& x) {
  db_.prepare(
         "UPDATE updates SET author_id = ?, ticker = ?, body = ?, target_source = ?,"
         " target_source_id = ?, code = ?, reason = ?, contributor = ?, said_ns = ?,"
         " received_ns = ?, version = ?, owed = 1 - from_shared WHERE id = ?")
      .bind(x.author_id, x.ticker, x.update, x.target_source, x.target_source_id, x.code, x.reason,
            x.contributor, x.said_ns, x.received_ns, version_column(x.version, "update"), x.id)
      .run();
}

signal_result<cursor_value> signal_store::apply(const save_cursor& x) {
  return in_savepoint([&] {
    check_name("cursor", "name", x.name);
    db_.prepare(
           "INSERT INTO cursors (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET"
           " value = excluded.value")
        .bind(x.name, x.value)
        .run();
    return cursor_value{x.value};
  });
}

// -- what the shared database holds ---------------------------------------------------------------

signal_result<unshared_count> signal_store::apply(const mark_shared& x) {
  return in_savepoint([&] {
    for (const auto& row : x.messages) mark_message(row);
    for (const auto& row : x.signals) mark_signal(row);
    for (const auto& row : x.updates) mark_update(row);
    pass_crash_point("marked_shared");
    return queries_.count_unshared();
  });
}

signal_result<cursor_value> signal_store::apply(const forget_messages& x) {
  return in_savepoint([&] { return cursor_value{forget(x)}; });
}

// -- reads ----------------------------------------------------------------------------------------

signal_result<signal_list> signal_store::read(const load_signals& query) {
  return answered(query);
}

signal_result<signal_list> signal_store::read(const find_signals& query) {
  return answered(query);
}

signal_result<message_list> signal_store::read(const find_messages& query) {
  return answered(query);
}

signal_result<update_list> signal_store::read(const find_updates& query) {
  return answered(query);
}

signal_result<source_result_list> signal_store::read(const get_source_results& query) {
  return answered(query);
}

signal_result<last_source_id> signal_store::read(const get_last_source_id& query) {
  return answered(query);
}

signal_result<cursor_value> signal_store::read(const get_cursor& query) {
  return answered(query);
}

signal_result<unshared_page> signal_store::read(const read_unshared& query) {
  auto page = answered(query);
  if (!page) return page;
  handed_out_.clear();
  for (const auto& x : page->signals) {
    handed_out_.emplace(x.id,
                        x.trade.empty() ? -1 : version_column(x.trade.front().version, "trade"));
  }
  return page;
}

}  // namespace outcry::sqlite
