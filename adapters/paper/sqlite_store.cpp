#include "adapters/paper/sqlite_store.hpp"

#include <array>
#include <span>

#include <fmt/format.h>

#include "adapters/sqlite/crash_point.hpp"

namespace outcry::paper {

namespace {

using sqlite::statement;

// Decimals and words stand as text, so that people can read them and nothing is lost.
const sqlite::schema& paper_schema() {
  static const sqlite::schema rules{
      .what = "paper broker",
      .application_id = 0x4f545031,  // "OTP1"
      .migrations =
          {
              R"sql(
CREATE TABLE account (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  cash TEXT NOT NULL, seed INTEGER NOT NULL, ids_used INTEGER NOT NULL,
  sequences_used INTEGER NOT NULL, clock_ns INTEGER NOT NULL);
CREATE TABLE positions (
  ticker TEXT PRIMARY KEY,
  qty TEXT NOT NULL, average_price TEXT NOT NULL, last_price TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE orders (
  sequence INTEGER PRIMARY KEY,
  is_open INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE, client_order_id TEXT NOT NULL UNIQUE,
  ticker TEXT NOT NULL, side TEXT NOT NULL, type TEXT NOT NULL, lasts TEXT NOT NULL,
  qty TEXT NOT NULL, notional TEXT NOT NULL, limit_price TEXT NOT NULL, stop_price TEXT NOT NULL,
  extended_hours INTEGER NOT NULL,
  status TEXT NOT NULL, filled_qty TEXT NOT NULL, filled_avg_price TEXT NOT NULL,
  replaced_by TEXT NOT NULL, replaces TEXT NOT NULL, reason TEXT NOT NULL,
  created_ns INTEGER NOT NULL, updated_ns INTEGER NOT NULL, submitted_ns INTEGER NOT NULL,
  filled_ns INTEGER NOT NULL, expired_ns INTEGER NOT NULL, canceled_ns INTEGER NOT NULL,
  failed_ns INTEGER NOT NULL, replaced_ns INTEGER NOT NULL,
  filled_value TEXT NOT NULL, fees TEXT NOT NULL, reserved TEXT NOT NULL,
  elected INTEGER NOT NULL, expires_ns INTEGER NOT NULL);
CREATE INDEX open_orders ON orders (sequence) WHERE is_open = 1;
)sql",
              R"sql(
ALTER TABLE orders ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN exited TEXT NOT NULL DEFAULT '0';
)sql",
          },
      .synchronous_full = true,
  };
  return rules;
}

#define ORDER_COLUMNS                                                                             \
  "sequence, id, client_order_id, ticker, side, type, lasts, qty, notional, limit_price, "        \
  "stop_price, extended_hours, status, filled_qty, filled_avg_price, replaced_by, replaces, "     \
  "reason, created_ns, updated_ns, submitted_ns, filled_ns, expired_ns, canceled_ns, failed_ns, " \
  "replaced_ns, filled_value, fees, reserved, elected, expires_ns, parent, exited"

constexpr auto select_open =
    "SELECT " ORDER_COLUMNS " FROM orders WHERE is_open = 1 ORDER BY sequence";
constexpr auto select_by_id = "SELECT " ORDER_COLUMNS " FROM orders WHERE id = ?";
constexpr auto select_by_client_id =
    "SELECT " ORDER_COLUMNS " FROM orders WHERE client_order_id = ?";
// What an order asks for never changes once it stands.
constexpr auto upsert_order =
    "INSERT INTO orders (" ORDER_COLUMNS
    ", is_open) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (sequence) DO UPDATE SET is_open = excluded.is_open, status = excluded.status, "
    "filled_qty = excluded.filled_qty, filled_avg_price = excluded.filled_avg_price, "
    "replaced_by = excluded.replaced_by, reason = excluded.reason, "
    "updated_ns = excluded.updated_ns, filled_ns = excluded.filled_ns, "
    "expired_ns = excluded.expired_ns, canceled_ns = excluded.canceled_ns, "
    "failed_ns = excluded.failed_ns, replaced_ns = excluded.replaced_ns, "
    "filled_value = excluded.filled_value, fees = excluded.fees, reserved = excluded.reserved, "
    "elected = excluded.elected, exited = excluded.exited";

#undef ORDER_COLUMNS

template <class Enum, std::size_t N>
Enum word_of(const std::array<Enum, N>& all, const std::string& word) {
  for (const auto x : all) {
    if (to_string(x) == word) return x;
  }
  throw sqlite::store_error(fmt::format("paper broker: unknown word \"{}\" in a column", word));
}

order_side side_of(const std::string& word) {
  return word_of(std::array{order_side::buy, order_side::sell}, word);
}

order_type type_of(const std::string& word) {
  using enum order_type;
  return word_of(std::array{market, limit, stop, stop_limit}, word);
}

time_in_force lasts_of(const std::string& word) {
  using enum time_in_force;
  return word_of(std::array{day, gtc, ioc, fok}, word);
}

order_status status_of(const std::string& word) {
  using enum order_status;
  return word_of(std::array{accepted, working, partially_filled, filled, done_for_day, canceled,
                            expired, replaced, rejected, held},
                 word);
}

std::string word(auto x) {
  return std::string{to_string(x)};
}

template <class Decimal>
void read(Decimal& to, const std::string& text) {
  auto value = Decimal::parse(text);
  if (!value) throw sqlite::store_error("paper broker: " + value.error());
  to = *value;
}

order_record record_of(const statement& row) {
  order_record x;
  int i = 0;
  const auto text = [&] { return row.text(i++); };
  const auto number = [&] { return row.integer(i++); };
  x.sequence = static_cast<std::uint64_t>(number());
  auto& order = x.order;
  order.id = text();
  order.request.client_order_id = text();
  auto& terms = order.request.terms;
  terms.ticker = text();
  terms.side = side_of(text());
  terms.type = type_of(text());
  terms.lasts = lasts_of(text());
  read(terms.qty, text());
  read(terms.notional, text());
  read(terms.limit_price, text());
  read(terms.stop_price, text());
  terms.extended_hours = number() != 0;
  order.status = status_of(text());
  read(order.filled_qty, text());
  read(order.filled_avg_price, text());
  order.replaced_by = text();
  order.replaces = text();
  order.reason = text();
  order.created_ns = number();
  order.updated_ns = number();
  order.submitted_ns = number();
  order.filled_ns = number();
  order.expired_ns = number();
  order.canceled_ns = number();
  order.failed_ns = number();
  order.replaced_ns = number();
  read(x.filled_value, text());
  read(x.fees, text());
  read(x.reserved, text());
  x.elected = number() != 0;
  x.expires_ns = number();
  order.request.parent = text();
  read(x.exited, text());
  return x;
}

}  // namespace

sqlite_store::sqlite_store(const std::string& path) : db_{path, paper_schema()} {
  // nop
}

std::optional<saved_state> sqlite_store::load() {
  try {
    saved_state result;
    auto& account = result.account;
    {
      auto row = db_.prepare("SELECT cash, seed, ids_used, sequences_used, clock_ns FROM account");
      if (!row.step()) return std::nullopt;
      read(account.cash, row.text(0));
      account.seed = static_cast<std::uint64_t>(row.integer(1));
      account.ids_used = static_cast<std::uint64_t>(row.integer(2));
      account.sequences_used = static_cast<std::uint64_t>(row.integer(3));
      account.clock_ns = row.integer(4);
    }
    {
      auto row = db_.prepare("SELECT ticker, qty, average_price, last_price FROM positions");
      while (row.step()) {
        auto& x = result.positions.emplace_back();
        x.ticker = row.text(0);
        read(x.qty, row.text(1));
        read(x.average_price, row.text(2));
        read(x.last_price, row.text(3));
      }
    }
    auto row = db_.prepare(select_open);
    while (row.step()) result.open_orders.push_back(record_of(row));
    return result;
  } catch (const SQLite::Exception& error) {
    throw db_.failed(error);
  }
}

void sqlite_store::save(const changes& what) {
  try {
    db_.begin();
    write_account(what.account);
    for (const auto* record : what.orders) write(*record);
    for (const auto& position : what.positions) write(position);
    sqlite::pass_crash_point("before_paper_commit");
    db_.commit();
    sqlite::pass_crash_point("after_paper_commit");
  } catch (const SQLite::Exception& error) {
    auto failure = db_.failed(error);
    db_.rollback();
    throw failure;
  } catch (...) {
    db_.rollback();
    throw;
  }
}

void sqlite_store::write_account(const account_record& x) {
  db_.prepare(
         "INSERT INTO account (only_row, cash, seed, ids_used, sequences_used, clock_ns) "
         "VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (only_row) DO UPDATE SET cash = excluded.cash, "
         "ids_used = excluded.ids_used, sequences_used = excluded.sequences_used, "
         "clock_ns = excluded.clock_ns")
      .bind(to_string(x.cash), static_cast<std::int64_t>(x.seed), x.ids_used, x.sequences_used,
            x.clock_ns)
      .run();
}

void sqlite_store::write(const order_record& x) {
  const auto& order = x.order;
  const auto& terms = order.request.terms;
  db_.prepare(upsert_order)
      .bind(x.sequence, order.id, order.request.client_order_id, terms.ticker, word(terms.side),
            word(terms.type), word(terms.lasts), to_string(terms.qty), to_string(terms.notional),
            to_string(terms.limit_price), to_string(terms.stop_price), terms.extended_hours,
            word(order.status), to_string(order.filled_qty), to_string(order.filled_avg_price),
            order.replaced_by, order.replaces, order.reason, order.created_ns, order.updated_ns,
            order.submitted_ns, order.filled_ns, order.expired_ns, order.canceled_ns,
            order.failed_ns, order.replaced_ns, to_string(x.filled_value), to_string(x.fees),
            to_string(x.reserved), x.elected, x.expires_ns, order.request.parent,
            to_string(x.exited), !is_closed(order.status))
      .run();
}

void sqlite_store::write(const position_record& x) {
  db_.prepare(
         "INSERT INTO positions (ticker, qty, average_price, last_price) VALUES (?, ?, ?, ?) "
         "ON CONFLICT (ticker) DO UPDATE SET qty = excluded.qty, "
         "average_price = excluded.average_price, last_price = excluded.last_price")
      .bind(x.ticker, to_string(x.qty), to_string(x.average_price), to_string(x.last_price))
      .run();
}

std::optional<order_record> sqlite_store::find_by(std::string_view sql, std::string_view key) {
  try {
    auto row = db_.prepare(sql);
    row.bind(std::string{key});
    if (!row.step()) return std::nullopt;
    return record_of(row);
  } catch (const SQLite::Exception& error) {
    throw db_.failed(error);
  }
}

std::optional<order_record> sqlite_store::find(std::string_view id) {
  return find_by(select_by_id, id);
}

std::optional<order_record> sqlite_store::find_by_client_id(std::string_view client_order_id) {
  return find_by(select_by_client_id, client_order_id);
}

}  // namespace outcry::paper
