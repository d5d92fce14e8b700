#include "adapters/sqlite/journal_store.hpp"

#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sqlite3.h>

#include "adapters/sqlite/crash_point.hpp"
#include "adapters/sqlite/journal_schema.hpp"
#include "adapters/sqlite/words.hpp"

namespace outcry::sqlite {

namespace {

tl::unexpected<journal_failure> bad_limit(std::uint32_t most, std::uint32_t found) {
  return tl::unexpected(journal_failure{
      ec::invalid_input, fmt::format("limit: expected 1 to {}, found {}", most, found)});
}

std::string make_floor_id() {
  std::random_device bits;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", bits(), bits(), bits(), bits());
}

constexpr auto ledger_columns =
    "SELECT number, id, type, to_all, selected, config, description, pressed_at_ms, created_at_ms,"
    " created_by, state, adopted_at_ms, unmatched, code, reason FROM messages ";

ledger ledger_of(const statement& row) {
  ledger x;
  x.message.id = row.text(1);
  x.message.type = row.text(2);
  x.message.to_all = row.flag(3);
  x.message.selected = list_of(row.text(4));
  x.message.config = row.text(5);
  x.message.description = row.text(6);
  x.message.pressed_at_ms = row.integer(7);
  x.message.created_at_ms = row.integer(8);
  x.message.created_by = row.text(9);
  x.state = message_state_of(row.text(10));
  x.adopted_at_ms = row.integer(11);
  x.unmatched = list_of(row.text(12));
  x.code = row.text(13);
  x.reason = row.text(14);
  return x;
}

ledger_line line_of(const statement& row) {
  ledger_line x;
  x.bot_id = row.text(0);
  x.container = row.text(1);
  x.ticker = row.text(2);
  x.status = line_status_of(row.text(3));
  x.code = row.text(4);
  x.reason = row.text(5);
  x.result = row.text(6);
  x.at_ms = row.integer(7);
  x.late = row.flag(8);
  x.addressed = row.flag(9);
  return x;
}

}  // namespace

template <class Work>
auto journal_store::guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    throw db_.failed(error);
  } catch (const nlohmann::json::exception& error) {
    throw db_.failed(error);
  }
}

template <class Work>
auto journal_store::in_savepoint(Work work) -> journal_result<decltype(work())> {
  const auto before = outbox_;
  const auto undo = [&](const std::exception& cause) {
    db_.prepare("ROLLBACK TO one_write").run();
    db_.prepare("RELEASE one_write").run();
    outbox_ = before;
    return tl::unexpected(journal_failure{ec::invalid_input, cause.what()});
  };
  return guarded([&]() -> journal_result<decltype(work())> {
    db_.prepare("SAVEPOINT one_write").run();
    try {
      auto result = work();
      db_.prepare("RELEASE one_write").run();
      return result;
    } catch (const bad_write& error) {
      return undo(error);
    } catch (const nlohmann::json::exception& error) {
      return undo(error);
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_CONSTRAINT) throw;
      return undo(error);
    }
  });
}

journal_store::journal_store(const std::string& path) : db_(path, journal_schema()) {
  guarded([&] {
    db_.begin();
    try {
      db_.prepare("INSERT OR IGNORE INTO meta VALUES ('floor_id', ?)").bind(make_floor_id()).run();
      db_.commit();
    } catch (...) {
      db_.rollback();
      throw;
    }
    auto id = db_.prepare("SELECT value FROM meta WHERE key = 'floor_id'");
    if (id.step()) floor_id_ = id.text(0);
    auto last = db_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'");
    if (last.step()) outbox_.last_seq = last.integer(0);
    auto count = db_.prepare("SELECT count(*) FROM outbox");
    if (count.step()) outbox_.backlog = count.integer(0);
  });
}

void journal_store::begin() {
  at_begin_ = outbox_;
  guarded([&] { db_.begin(); });
}

void journal_store::commit() {
  guarded([&] { db_.commit(); });
}

void journal_store::rollback() noexcept {
  db_.rollback();
  outbox_ = at_begin_;
}

journal_result<journal_receipt> journal_store::apply(const journal_write& write) {
  return in_savepoint([&] { return write_all(write); });
}

journal_result<outbox_page> journal_store::apply(const outbox_delivered& delivered,
                                                 std::int64_t now_ms) {
  return in_savepoint([&] { return forget(delivered, now_ms); });
}

journal_receipt journal_store::write_all(const journal_write& write) {
  for (const auto& x : write.adopted) adopt(x);
  for (const auto& x : write.states) update_state(x);
  for (const auto& x : write.lines) update_line(x);
  pass_crash_point("mid_transaction");
  for (const auto& x : write.bots) put_bot(x);
  for (const auto& x : write.stopped_bots) stop_bot(x, write.stopped_at_ms);
  for (const auto& x : write.guests) put_guest(x);
  for (const auto& x : write.departed_guests) drop_guest(x);
  if (write.halt.size() > 1) {
    throw bad_write(fmt::format("halt: at most one, found {}", write.halt.size()));
  }
  for (const auto& x : write.halt) put_halt(x);
  for (const auto& x : write.owed) owe(x);
  write_trading(write);
  return {outbox_.last_seq};
}

void journal_store::write_trading(const journal_write& write) {
  for (const auto& x : write.orders) trading_.put(x);
  for (const auto& x : write.order_events) trading_.append(x);
  for (const auto& x : write.holdings) trading_.put(x);
  for (const auto& x : write.tickers) trading_.put(x);
  for (const auto& x : write.performance) trading_.put(x);
  if (write.account_limits.size() > 1) {
    throw bad_write(
        fmt::format("account_limits: at most one, found {}", write.account_limits.size()));
  }
  for (const auto& x : write.account_limits) trading_.put(x);
}

void journal_store::adopt(const ledger& x) {
  const auto& m = x.message;
  auto known = db_.prepare("SELECT 1 FROM messages WHERE id = ?");
  if (known.bind(m.id).step()) {
    throw bad_write(fmt::format("message '{}' has been adopted already", m.id));
  }
  db_.prepare(
         "INSERT INTO messages (id, type, to_all, selected, config, description, pressed_at_ms,"
         " created_at_ms, created_by, state, adopted_at_ms, unmatched, code, reason)"
         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(m.id, m.type, m.to_all, to_column(m.selected), m.config, m.description, m.pressed_at_ms,
            m.created_at_ms, m.created_by, to_word(x.state), x.adopted_at_ms,
            to_column(x.unmatched), x.code, x.reason)
      .run();
  auto made = db_.prepare("SELECT last_insert_rowid()");
  made.step();
  const auto number = made.integer(0);
  for (const auto& line : x.lines) insert_line(number, line);
}

void journal_store::insert_line(std::int64_t message, const ledger_line& x) {
  db_.prepare("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(message, x.bot_id, x.container, x.ticker, to_word(x.status), x.code, x.reason, x.result,
            x.at_ms, x.late, x.addressed)
      .run();
}

void journal_store::update_line(const line_record& x) {
  const auto& line = x.line;
  const int changed =
      db_.prepare(
             "UPDATE lines SET container = ?, ticker = ?, status = ?, code = ?, reason = ?,"
             " result = ?, at_ms = ?, late = ?, addressed = ?"
             " WHERE message = (SELECT number FROM messages WHERE id = ?) AND bot_id = ?")
          .bind(line.container, line.ticker, to_word(line.status), line.code, line.reason,
                line.result, line.at_ms, line.late, line.addressed, x.message_id, line.bot_id)
          .run();
  if (changed == 0) {
    throw bad_write(fmt::format("line of bot '{}': message '{}' is unknown or does not expect it",
                                line.bot_id, x.message_id));
  }
}

void journal_store::update_state(const state_record& x) {
  const int changed =
      db_.prepare("UPDATE messages SET state = ?, code = ?, reason = ? WHERE id = ?")
          .bind(to_word(x.state), x.code, x.reason, x.message_id)
          .run();
  if (changed == 0) throw bad_write(fmt::format("state: message '{}' is unknown", x.message_id));
}

void journal_store::put_bot(const bot_record& x) {
  // A bot's record travels two ways, its own and with its orders: the older may come later.
  db_.prepare(
         "INSERT INTO bots (bot_id, desired, revision, parameters, snapshot, since_ms, limits,"
         " version, intents, last_event, asked, claimed)"
         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (bot_id) DO UPDATE SET"
         " desired = excluded.desired, revision = excluded.revision,"
         " parameters = excluded.parameters, snapshot = excluded.snapshot,"
         " since_ms = excluded.since_ms, limits = excluded.limits, version = excluded.version,"
         " intents = excluded.intents, last_event = excluded.last_event, asked = excluded.asked,"
         " claimed = excluded.claimed WHERE excluded.version >= version")
      .bind(x.bot_id, to_word(x.desired), x.revision, x.parameters, x.snapshot, x.since_ms,
            x.limits, x.version, x.intents, x.last_event, to_column(x.asked), to_string(x.claimed))
      .run();
}

void journal_store::stop_bot(const std::string& bot_id, std::int64_t at_ms) {
  // A bot without a record runs by default: stopping it is its first change.
  db_.prepare(
         "INSERT INTO bots (bot_id, desired, revision, parameters, snapshot, since_ms)"
         " VALUES (?, 'stopped', 1, '{}', '', ?) ON CONFLICT (bot_id) DO UPDATE"
         " SET desired = 'stopped', revision = revision + 1, since_ms = excluded.since_ms"
         " WHERE desired <> 'stopped'")
      .bind(bot_id, at_ms)
      .run();
}

void journal_store::put_guest(const bot_identity& x) {
  db_.prepare("INSERT OR REPLACE INTO guests VALUES (?, ?, ?, ?)")
      .bind(x.id, x.ticker, x.strategy, x.container)
      .run();
}

void journal_store::drop_guest(const std::string& bot_id) {
  db_.prepare("DELETE FROM guests WHERE bot_id = ?").bind(bot_id).run();
}

std::vector<bot_identity> journal_store::read_guests() {
  std::vector<bot_identity> guests;
  auto row = db_.prepare("SELECT bot_id, ticker, strategy, container FROM guests ORDER BY bot_id");
  while (row.step())
    guests.push_back({row.text(0), row.text(1), row.text(2), row.text(3), bot_kind::controlled});
  return guests;
}

void journal_store::put_halt(const halt_state& x) {
  // A stop that was taken before the journal could be read knows nothing of a kill. Only a start
  // lifts one, even if only to a stop.
  auto type = db_.prepare("SELECT type FROM messages WHERE id = ?");
  bool stop = type.bind(x.message_id).step() && type.text(0) == "stop";
  if (stop && read_halt().kind == halt_kind::killed) return;
  db_.prepare("INSERT OR REPLACE INTO halt VALUES (1, ?, ?, ?)")
      .bind(to_word(x.kind), x.message_id, x.since_ms)
      .run();
}

void journal_store::owe(const owed_value& x) {
  db_.prepare("INSERT INTO outbox (path, value) VALUES (?, ?)").bind(x.path, x.value).run();
  auto made = db_.prepare("SELECT last_insert_rowid()");
  made.step();
  outbox_.last_seq = made.integer(0);
  ++outbox_.backlog;
}

outbox_page journal_store::forget(const outbox_delivered& delivered, std::int64_t now_ms) {
  for (const auto seq : delivered.refused) {
    db_.prepare(
           "INSERT OR REPLACE INTO refused SELECT seq, path, value, ?, ? FROM outbox"
           " WHERE seq = ?")
        .bind(delivered.refusal, now_ms, seq)
        .run();
    outbox_.backlog -= db_.prepare("DELETE FROM outbox WHERE seq = ?").bind(seq).run();
  }
  if (!delivered.refused.empty()) {
    db_.prepare(
           "DELETE FROM refused WHERE seq <= (SELECT seq FROM refused ORDER BY seq DESC LIMIT 1"
           " OFFSET ?)")
        .bind(refused_kept)
        .run();
  }
  outbox_.backlog -=
      db_.prepare("DELETE FROM outbox WHERE seq <= ?").bind(delivered.up_to_seq).run();
  return {{}, outbox_.backlog};
}

halt_state journal_store::read_halt() {
  auto row = db_.prepare("SELECT kind, message_id, since_ms FROM halt");
  if (!row.step()) return {};
  return {halt_kind_of(row.text(0)), row.text(1), row.integer(2)};
}

std::vector<ledger_line> journal_store::read_lines(std::int64_t message) {
  std::vector<ledger_line> lines;
  auto row = db_.prepare(
      "SELECT bot_id, container, ticker, status, code, reason, result, at_ms, late, addressed"
      " FROM lines WHERE message = ? ORDER BY bot_id");
  row.bind(message);
  while (row.step()) lines.push_back(line_of(row));
  return lines;
}

floor_image journal_store::read(const load_floor&) {
  return guarded([&] {
    floor_image image{floor_id_, read_halt(), {}, read_guests()};
    static const std::string sql = std::string(ledger_columns) +
                                   "WHERE state IN ('sent', 'working')"
                                   " ORDER BY adopted_at_ms, number";
    auto row = db_.prepare(sql);
    while (row.step()) {
      image.open.push_back(ledger_of(row));
      image.open.back().lines = read_lines(row.integer(0));
    }
    return image;
  });
}

bot_image journal_store::read(const load_bot& query) {
  return guarded([&] {
    bot_image image;
    image.record.bot_id = query.bot_id;
    image.halt = read_halt();
    auto row = db_.prepare(
        "SELECT desired, revision, parameters, snapshot, since_ms, limits, version, intents,"
        " last_event, asked, claimed FROM bots WHERE bot_id = ?");
    if (row.bind(query.bot_id).step()) {
      image.known = true;
      image.record.desired = desired_state_of(row.text(0));
      image.record.revision = static_cast<std::uint64_t>(row.integer(1));
      image.record.parameters = row.text(2);
      image.record.snapshot = row.text(3);
      image.record.since_ms = row.integer(4);
      image.record.limits = row.text(5);
      image.record.version = static_cast<std::uint64_t>(row.integer(6));
      image.record.intents = static_cast<std::uint64_t>(row.integer(7));
      image.record.last_event = row.integer(8);
      image.record.asked = numbers_of(row.text(9));
      image.record.claimed = decimal_of<Quantity>(row.text(10));
    }
    image.orders = trading_.orders_of(query.bot_id);
    image.events = trading_.events_of(query.bot_id, image.record.last_event, most_order_events);
    image.holdings = trading_.holdings_of(query.bot_id);
    return image;
  });
}

trading_image journal_store::read(const load_trading&) {
  return guarded([&] {
    trading_image image;
    image.floor_id = floor_id_;
    image.halt = read_halt();
    trading_.load(image);
    return image;
  });
}

journal_result<order_list> journal_store::read(const find_orders& query) {
  if (query.limit < 1 || query.limit > most_orders) return bad_limit(most_orders, query.limit);
  return guarded([&] { return order_list{trading_.find(query)}; });
}

journal_result<order_event_list> journal_store::read(const read_order_events& query) {
  if (query.limit < 1 || query.limit > most_order_events) {
    return bad_limit(most_order_events, query.limit);
  }
  return guarded([&] {
    return order_event_list{trading_.events_of(query.bot_id, query.after_seq, query.limit)};
  });
}

performance_list journal_store::read(const get_performance& query) {
  return guarded([&] { return trading_.find(query); });
}

ledger_line journal_store::read(const find_line& query) {
  return guarded([&] {
    auto row = db_.prepare(
        "SELECT bot_id, container, ticker, status, code, reason, result, at_ms, late, addressed"
        " FROM lines WHERE message = (SELECT number FROM messages WHERE id = ?) AND bot_id = ?");
    if (row.bind(query.message_id, query.bot_id).step()) return line_of(row);
    ledger_line unknown;
    unknown.bot_id = query.bot_id;
    return unknown;
  });
}

journal_result<ledger_list> journal_store::read(const find_ledgers& query) {
  if (query.limit < 1 || query.limit > most_ledgers) {
    return bad_limit(most_ledgers, query.limit);
  }
  return guarded([&] {
    static const std::string by_id = std::string(ledger_columns) + "WHERE id = ?";
    static const std::string by_age = std::string(ledger_columns) +
                                      "WHERE ?1 = 0 OR adopted_at_ms < ?1"
                                      " ORDER BY adopted_at_ms DESC, number DESC LIMIT ?2";
    ledger_list list;
    const auto take = [&](statement& row) {
      while (row.step()) {
        list.ledgers.push_back(ledger_of(row));
        list.ledgers.back().lines = read_lines(row.integer(0));
      }
    };
    if (query.id.empty()) {
      auto row = db_.prepare(by_age);
      take(row.bind(query.before_adopted_at_ms, query.limit));
    } else {
      auto row = db_.prepare(by_id);
      take(row.bind(query.id));
    }
    return list;
  });
}

journal_result<outbox_page> journal_store::read(const read_outbox& query) {
  if (query.limit < 1 || query.limit > most_outbox_rows) {
    return bad_limit(most_outbox_rows, query.limit);
  }
  return guarded([&] {
    outbox_page page{{}, outbox_.backlog};
    auto row =
        db_.prepare("SELECT seq, path, value FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?");
    row.bind(query.after_seq, query.limit);
    while (row.step()) page.rows.push_back({row.integer(0), {row.text(1), row.text(2)}});
    return page;
  });
}

int journal_store::prune(std::int64_t before_ms) {
  begin();
  try {
    return guarded([&] {
      int pruned = db_.prepare(
                          "DELETE FROM messages WHERE adopted_at_ms < ?"
                          " AND state NOT IN ('sent', 'working')")
                       .bind(before_ms)
                       .run();
      pruned += trading_.prune(before_ms * ns_per_ms);
      db_.commit();
      return pruned;
    });
  } catch (...) {
    rollback();
    throw;
  }
}

std::int64_t journal_store::refused_count() {
  return guarded([&] {
    auto row = db_.prepare("SELECT count(*) FROM refused");
    row.step();
    return row.integer(0);
  });
}

}  // namespace outcry::sqlite
