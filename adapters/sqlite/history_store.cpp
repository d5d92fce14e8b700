#include "adapters/sqlite/history_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/sqlite/decimal_column.hpp"
#include "adapters/sqlite/history_schema.hpp"
#include "messages/push_id.hpp"

namespace outcry::sqlite {

namespace {

std::int64_t millisecond_of(timestamp_ns t) {
  return std::max<std::int64_t>(t, 0) / ns_per_ms;
}

// Differences wrap around: any two times come back exactly.
std::int64_t wrapping_difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace

template <class Work>
auto history_store::guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    throw db_.failed(error);
  }
}

template <class Work>
auto history_store::in_transaction(Work work) -> decltype(work()) {
  begin();
  try {
    auto result = guarded(work);
    commit();
    return result;
  } catch (...) {
    rollback();
    throw;
  }
}

history_store::history_store(const std::string& path) : db_(path, history_schema()) {
  guarded([&] {
    delivered_seq_ = read_meta("delivered_seq");
    forgotten_seq_ = read_meta("forgotten_seq");
    position_ = {delivered_seq_, read_meta("key_ms")};
    auto row =
        db_.prepare("SELECT seq, init_ns, key_delta_ms FROM ticks ORDER BY seq DESC LIMIT 1");
    if (row.step()) {
      position_.seq = std::max(position_.seq, row.integer(0));
      position_.key_ms =
          std::max(position_.key_ms, millisecond_of(row.integer(1)) + row.integer(2));
    }
  });
}

void history_store::begin() {
  at_begin_ = position_;
  guarded([&] { db_.begin(); });
}

void history_store::commit() {
  guarded([&] { db_.commit(); });
}

void history_store::rollback() noexcept {
  db_.rollback();
  position_ = at_begin_;
  tickers_.clear();  // some may have been undone; they are looked up again
}

void history_store::append(const std::string& ticker, std::span<const price_tick> ticks) {
  guarded([&] {
    const auto number = ticker_number(ticker);
    auto insert = db_.prepare("INSERT INTO ticks VALUES (?, ?, ?, ?, ?, ?, ?)");
    auto& row = insert.prepared();
    for (const auto& tick : ticks) {
      const auto init_ms = millisecond_of(tick.init_ns);
      position_.key_ms = std::max(position_.key_ms, init_ms);
      row.bind(1, ++position_.seq);
      row.bind(2, number);
      bind_units(row, 3, tick.price.units());
      bind_units(row, 4, tick.volume.units());
      row.bind(5, tick.init_ns);
      row.bind(6, wrapping_difference(tick.init_ns, tick.event_ns));
      row.bind(7, position_.key_ms - init_ms);
      row.exec();
      row.reset();
    }
  });
}

journal_result<history_page> history_store::read(const read_history& query) {
  if (query.limit < 1 || query.limit > most_history_rows) {
    return tl::unexpected(journal_failure{
        ec::invalid_input,
        fmt::format("limit: expected 1 to {}, found {}", most_history_rows, query.limit)});
  }
  return guarded([&] {
    history_page page{{}, position_.seq, delivered_seq_};
    auto row = db_.prepare(
        "SELECT seq, name, price, volume, init_ns, age_ns, key_delta_ms"
        " FROM ticks JOIN tickers ON tickers.id = ticks.ticker"
        " WHERE seq > ? ORDER BY seq LIMIT ?");
    row.bind(std::max(query.after_seq, delivered_seq_), query.limit);
    while (row.step()) {
      auto& x = page.rows.emplace_back();
      x.seq = row.integer(0);
      x.update.ticker = row.text(1);
      x.update.tick.price = Price::from_units(units_of(row.column(2)));
      x.update.tick.volume = Quantity::from_units(units_of(row.column(3)));
      x.update.tick.init_ns = row.integer(4);
      x.update.tick.event_ns = wrapping_difference(row.integer(4), row.integer(5));
      x.key = make_push_id(millisecond_of(row.integer(4)) + row.integer(6), x.seq);
    }
    return page;
  });
}

journal_result<std::int64_t> history_store::deliver(const history_delivered& delivered) {
  if (delivered.up_to_seq > position_.seq) {
    return tl::unexpected(
        journal_failure{ec::invalid_input, fmt::format("up_to_seq: expected at most {}, found {}",
                                                       position_.seq, delivered.up_to_seq)});
  }
  if (delivered.up_to_seq <= delivered_seq_) return delivered_seq_;
  in_transaction([&] {
    write_meta("delivered_seq", delivered.up_to_seq);
    write_meta("key_ms", position_.key_ms);
    return true;
  });
  delivered_seq_ = delivered.up_to_seq;
  return delivered_seq_;
}

bool history_store::forget_delivered(std::int64_t most) {
  if (forgotten_seq_ >= delivered_seq_) return false;
  const auto up_to = std::min(delivered_seq_, forgotten_seq_ + most);
  in_transaction([&] {
    write_meta("forgotten_seq", up_to);
    return db_.prepare("DELETE FROM ticks WHERE seq <= ?").bind(up_to).run();
  });
  forgotten_seq_ = up_to;
  return forgotten_seq_ < delivered_seq_;
}

std::int64_t history_store::ticker_number(const std::string& ticker) {
  const auto known = tickers_.find(ticker);
  if (known != tickers_.end()) return known->second;
  db_.prepare("INSERT OR IGNORE INTO tickers (name) VALUES (?)").bind(ticker).run();
  auto row = db_.prepare("SELECT id FROM tickers WHERE name = ?");
  row.bind(ticker).step();
  return tickers_.emplace(ticker, row.integer(0)).first->second;
}

std::int64_t history_store::read_meta(const std::string& key) {
  auto row = db_.prepare("SELECT value FROM meta WHERE key = ?");
  return row.bind(key).step() ? row.integer(0) : 0;
}

void history_store::write_meta(const std::string& key, std::int64_t value) {
  db_.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").bind(key, value).run();
}

}  // namespace outcry::sqlite
