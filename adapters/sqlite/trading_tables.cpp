#include "adapters/sqlite/trading_tables.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "adapters/sqlite/crash_point.hpp"
#include "adapters/sqlite/words.hpp"
#include "messages/trading_codec.hpp"

namespace outcry::sqlite {

namespace {

constexpr std::uint64_t highest_number = std::numeric_limits<std::int64_t>::max();

/// What a column holds, read by its codec.
template <class T>
T stored(tl::expected<T, invalid_field> read) {
  if (!read) throw store_error("the store holds what nobody writes: " + to_string(read.error()));
  return *std::move(read);
}

std::vector<order_record> orders_in(statement& row) {
  std::vector<order_record> orders;
  while (row.step()) orders.push_back(stored(parse_order_record(row.text(0))));
  return orders;
}

std::vector<order_event> events_in(statement& row) {
  std::vector<order_event> events;
  while (row.step()) events.push_back(stored(parse_order_event(row.text(0))));
  return events;
}

std::vector<bot_holding> holdings_in(statement& row) {
  std::vector<bot_holding> holdings;
  while (row.step()) {
    holdings.push_back({row.text(0), row.text(1), decimal_of<Quantity>(row.text(2)),
                        decimal_of<Money>(row.text(3)), decimal_of<Price>(row.text(4)), row.text(5),
                        decimal_of<Money>(row.text(6))});
  }
  return holdings;
}

}  // namespace

void trading_tables::put(const order_record& x) {
  const auto& request = x.order.request;
  if (x.bot_id.empty() || request.client_order_id.empty()) {
    throw bad_write("order: expected a bot id and a client_order_id, found none");
  }
  if (x.number < 1 || x.number > highest_number) {
    throw bad_write(fmt::format("order of bot '{}': number: expected 1 to {}, found {}", x.bot_id,
                                highest_number, x.number));
  }
  auto known = db_.prepare("SELECT bot_id, number FROM orders WHERE client_order_id = ?");
  if (known.bind(request.client_order_id).step() &&
      (known.text(0) != x.bot_id || known.integer(1) != static_cast<std::int64_t>(x.number))) {
    throw bad_write(
        fmt::format("order {} of bot '{}': client_order_id '{}' is that of order {} of "
                    "bot '{}'",
                    x.number, x.bot_id, request.client_order_id, known.integer(1), known.text(0)));
  }
  db_.prepare(
         "INSERT INTO orders (bot_id, number, client_order_id, ticker, open, asked_ns, updated_ns,"
         " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (bot_id, number) DO UPDATE SET"
         " client_order_id = excluded.client_order_id, ticker = excluded.ticker,"
         " open = excluded.open, asked_ns = excluded.asked_ns, updated_ns = excluded.updated_ns,"
         " body = excluded.body")
      .bind(x.bot_id, x.number, request.client_order_id, request.terms.ticker, !is_closed(x.status),
            x.asked_ns, x.updated_ns, to_json(x))
      .run();
  pass_crash_point("order_stored");
}

void trading_tables::append(const order_event& x) {
  if (const auto last = last_event(); x.seq <= last) {
    throw bad_write(fmt::format("order event: seq: expected one above {}, found {}", last, x.seq));
  }
  auto known = db_.prepare("SELECT 1 FROM orders WHERE bot_id = ? AND number = ?");
  if (!known.bind(x.bot_id, x.number).step()) {
    throw bad_write(
        fmt::format("order event {}: order {} of bot '{}' is unknown", x.seq, x.number, x.bot_id));
  }
  db_.prepare("INSERT INTO order_events VALUES (?, ?, ?, ?, ?)")
      .bind(x.seq, x.bot_id, x.number, x.execution_id, to_json(x))
      .run();
  pass_crash_point("event_stored");
}

void trading_tables::put(const bot_holding& x) {
  db_.prepare("INSERT OR REPLACE INTO holdings VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(x.bot_id, x.ticker, to_string(x.qty), to_string(x.spent), to_string(x.mark), x.day,
            to_string(x.day_start))
      .run();
}

void trading_tables::put(const ticker_account& x) {
  db_.prepare("INSERT OR REPLACE INTO tickers VALUES (?, ?, ?)")
      .bind(x.ticker, to_string(x.outside), x.halted)
      .run();
}

void trading_tables::put(const performance_record& x) {
  db_.prepare("INSERT OR REPLACE INTO performance VALUES (?, ?, ?)")
      .bind(x.bot_id, x.day, to_json(x))
      .run();
}

void trading_tables::put(const risk_limits& account) {
  db_.prepare("INSERT OR REPLACE INTO account_limits VALUES (1, ?)").bind(to_json(account)).run();
}

std::vector<order_record> trading_tables::orders_of(const std::string& bot_id) {
  auto row = db_.prepare(
      "SELECT body, number FROM (SELECT body, number FROM orders WHERE bot_id = ?1"
      " ORDER BY number DESC LIMIT 32)"
      " UNION SELECT body, number FROM orders WHERE bot_id = ?1 AND open = 1 ORDER BY number");
  return orders_in(row.bind(bot_id));
}

std::vector<order_event> trading_tables::events_of(const std::string& bot_id,
                                                   std::int64_t after_seq, std::uint32_t limit) {
  if (bot_id.empty())
    return events_in(db_.prepare("SELECT body FROM order_events WHERE seq > ? ORDER BY seq LIMIT ?")
                         .bind(after_seq, limit));
  auto row = db_.prepare(
      "SELECT body FROM order_events WHERE bot_id = ? AND seq > ? ORDER BY seq LIMIT ?");
  return events_in(row.bind(bot_id, after_seq, limit));
}

std::vector<bot_holding> trading_tables::holdings_of(const std::string& bot_id) {
  auto row = db_.prepare("SELECT * FROM holdings WHERE bot_id = ? ORDER BY ticker");
  return holdings_in(row.bind(bot_id));
}

std::vector<order_record> trading_tables::find(const find_orders& query) {
  // Each with the index that narrows most; numbers grow with the time they were asked for.
  static const std::string rest =
      " AND (?2 = 0 OR number = ?2) AND (?3 = '' OR client_order_id = ?3)"
      " AND (?4 = '' OR ticker = ?4) AND (?5 = 0 OR open = 1) AND (?6 = 0 OR asked_ns < ?6)"
      " ORDER BY asked_ns DESC, bot_id DESC, number DESC LIMIT ?7";
  static const std::string by_client =
      "SELECT body FROM orders WHERE client_order_id = ?3 AND (?1 = '' OR bot_id = ?1)" + rest;
  static const std::string by_bot = "SELECT body FROM orders WHERE bot_id = ?1" + rest;
  static const std::string only_open =
      "SELECT body FROM orders WHERE open = 1 AND (?1 = '' OR bot_id = ?1)" + rest;
  static const std::string by_age = "SELECT body FROM orders WHERE (?1 = '' OR bot_id = ?1)" + rest;
  const auto& sql = !query.client_order_id.empty() ? by_client
                    : query.only_open              ? only_open
                    : !query.bot_id.empty()        ? by_bot
                                                   : by_age;
  auto row = db_.prepare(sql);
  return orders_in(row.bind(query.bot_id, query.number, query.client_order_id, query.ticker,
                            query.only_open, query.before_asked_ns, query.limit));
}

performance_list trading_tables::find(const get_performance& query) {
  performance_list list{query.day, {}};
  // SQLite takes the other columns from the row that holds the maximum.
  auto row = db_.prepare(
      "SELECT body, max(day) FROM performance WHERE ?1 = '' OR day <= ?1"
      " GROUP BY bot_id ORDER BY bot_id");
  row.bind(query.day);
  while (row.step()) {
    list.bots.push_back(stored(parse_performance_record(row.text(0))));
    if (query.day.empty()) list.day = std::max(list.day, list.bots.back().day);
  }
  return list;
}

void trading_tables::load(trading_image& image) {
  image.bots = bots();
  auto open =
      db_.prepare("SELECT body FROM orders WHERE open = 1 ORDER BY asked_ns, bot_id, number");
  image.open_orders = orders_in(open);
  auto events = db_.prepare(
      "SELECT order_events.body FROM orders JOIN order_events USING (bot_id, number)"
      " WHERE open = 1 ORDER BY seq");
  image.open_events = events_in(events);
  auto parents = db_.prepare(
      "SELECT parents.body FROM orders AS exits JOIN orders AS parents"
      " ON parents.bot_id = exits.bot_id AND parents.number = json_extract(exits.body, '$.parent')"
      " WHERE exits.open = 1 AND parents.open = 0 GROUP BY parents.bot_id, parents.number"
      " ORDER BY parents.bot_id, parents.number");
  image.parents = orders_in(parents);
  image.last_event = last_event();
  auto holdings = db_.prepare("SELECT * FROM holdings ORDER BY bot_id, ticker");
  image.holdings = holdings_in(holdings);
  auto tickers = db_.prepare("SELECT ticker, outside, halted FROM tickers ORDER BY ticker");
  while (tickers.step()) {
    image.tickers.push_back(
        {tickers.text(0), decimal_of<Quantity>(tickers.text(1)), tickers.text(2)});
  }
  auto limits = db_.prepare("SELECT body FROM account_limits");
  image.has_account_limits = limits.step();
  if (image.has_account_limits) {
    image.account_limits = stored(read_risk_limits(limits.text(0), {}));
  }
}

int trading_tables::prune(std::int64_t before_ns) {
  // An order that has not changed for so long was asked for even earlier: that column is indexed.
  // What an open exit closes stays as long as it.
  constexpr const char* old_orders =
      " FROM orders WHERE asked_ns < ?1 AND updated_ns < ?1 AND open = 0 AND number <"
      " (SELECT max(number) FROM orders AS mine WHERE mine.bot_id = orders.bot_id)"
      " AND (bot_id, number) NOT IN (SELECT bot_id, coalesce(json_extract(body, '$.parent'), 0)"
      " FROM orders AS exits WHERE exits.open = 1)";
  static const std::string events =
      std::string("DELETE FROM order_events WHERE (bot_id, number) IN (SELECT bot_id, number") +
      old_orders + ")";
  static const std::string orders = std::string("DELETE") + old_orders;
  db_.prepare(events).bind(before_ns).run();
  return db_.prepare(orders).bind(before_ns).run();
}

std::int64_t trading_tables::last_event() {
  auto row = db_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'order_events'");
  return row.step() ? row.integer(0) : 0;
}

std::vector<trading_bot> trading_tables::bots() {
  std::vector<trading_bot> list;
  auto row = db_.prepare(
      "SELECT ids.bot_id, coalesce(desired, 'running'), coalesce(claimed, '0'),"
      " coalesce((SELECT max(number) FROM orders WHERE orders.bot_id = ids.bot_id), 0)"
      " FROM (SELECT bot_id FROM bots UNION SELECT bot_id FROM orders) AS ids"
      " LEFT JOIN bots USING (bot_id) ORDER BY 1");
  while (row.step()) {
    list.push_back({row.text(0), desired_state_of(row.text(1)),
                    static_cast<std::uint64_t>(row.integer(3)), decimal_of<Quantity>(row.text(2))});
  }
  return list;
}

}  // namespace outcry::sqlite
