#include "adapters/sqlite/history_store.hpp"

#include <filesystem>
#include <limits>

#include <catch2/catch.hpp>

#include "adapters/sqlite/tick_queue.hpp"
#include "messages/push_id.hpp"
#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

void store_ticks(history_store& store, const std::string& ticker,
                 const std::vector<price_tick>& ticks) {
  store.begin();
  store.append(ticker, ticks);
  store.commit();
}

std::vector<history_row> rows_after(history_store& store, std::int64_t seq,
                                    std::uint32_t limit = 1000) {
  auto page = store.read(read_history{seq, limit});
  REQUIRE(page);
  return page->rows;
}

}  // namespace

TEST_CASE("prices come back exactly, whatever they are") {
  outcry::test::temp_dir dir;
  history_store store(dir.file("history.db"));
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  const auto units = GENERATE(values<int128>({
      0,
      1,
      -1,
      999'999,
      1'000'000,
      -1'000'000,
      107'550'000'000'000,
      int128{most},
      int128{most} + 1,
      int128{most} * 1'000'000,
      (int128{most} + 1) * 1'000'000,
      int128{least} * 1'000'000,
      (int128{least} - 1) * 1'000'000,
      int128{most} * most,
      -int128{most} * most,
  }));
  const price_tick tick{Price::from_units(units), Quantity::from_units(-units / 3), least + 5,
                        most - 5};
  store_ticks(store, "BTC/USD", {tick, sample_tick(1)});
  const auto rows = rows_after(store, 0);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].update == price_update{"BTC/USD", tick});
  CHECK(rows[1].update == price_update{"BTC/USD", sample_tick(1)});
}

TEST_CASE("numbers rise over all tickers, keys with them, and both go on after reopening") {
  outcry::test::temp_dir dir;
  const std::int64_t ms = sample_tick(0).init_ns / ns_per_ms;
  {
    history_store store(dir.file("history.db"));
    store_ticks(store, "AAPL", {sample_tick(5), sample_tick(2)});  // the second came out of order
    store_ticks(store, "META", {sample_tick(6)});
  }
  history_store store(dir.file("history.db"));
  store_ticks(store, "AAPL", {sample_tick(4)});
  const auto rows = rows_after(store, 0);
  REQUIRE(rows.size() == 4);
  const std::vector<std::string> keys = {make_push_id(ms + 5, 1), make_push_id(ms + 5, 2),
                                         make_push_id(ms + 6, 3), make_push_id(ms + 6, 4)};
  const std::vector<std::string> tickers = {"AAPL", "AAPL", "META", "AAPL"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].seq == static_cast<std::int64_t>(i + 1));
    CHECK(rows[i].key == keys[i]);
    CHECK(rows[i].update.ticker == tickers[i]);
  }
  CHECK(rows[1].update.tick == sample_tick(2));
  CHECK(rows_after(store, 2, 1).front().seq == 3);
}

TEST_CASE("a key never goes back in time, even after everything was delivered and deleted") {
  outcry::test::temp_dir dir;
  const std::int64_t ms = sample_tick(0).init_ns / ns_per_ms;
  {
    history_store store(dir.file("history.db"));
    store_ticks(store, "AAPL", {sample_tick(100), sample_tick(101)});
    REQUIRE(store.deliver({2}));
    CHECK_FALSE(store.forget_delivered(10));
  }
  history_store store(dir.file("history.db"));
  CHECK(store.last_seq() == 2);
  CHECK(store.delivered_seq() == 2);
  store_ticks(store, "AAPL", {sample_tick(3)});
  const auto rows = rows_after(store, 0);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].key == make_push_id(ms + 101, 3));
}

TEST_CASE("delivered prices are not read again and are deleted piece by piece") {
  outcry::test::temp_dir dir;
  history_store store(dir.file("history.db"));
  store_ticks(store, "AAPL", std::vector<price_tick>(10, sample_tick(1)));
  REQUIRE(store.deliver({7}));
  const auto page = store.read(read_history{0, 500});
  REQUIRE(page);
  CHECK(page->rows.front().seq == 8);
  CHECK(page->last_seq == 10);
  CHECK(page->delivered_seq == 7);

  SQLite::Database file(dir.file("history.db"));
  const auto count = [&] { return file.execAndGet("SELECT count(*) FROM ticks").getInt64(); };
  CHECK(count() == 10);
  CHECK(store.forget_delivered(5));
  CHECK(count() == 5);
  CHECK_FALSE(store.forget_delivered(5));
  CHECK(count() == 3);
  CHECK_FALSE(store.forget_delivered(5));
}

TEST_CASE("the cursor does not go back, nor beyond what is stored") {
  outcry::test::temp_dir dir;
  history_store store(dir.file("history.db"));
  store_ticks(store, "AAPL", {sample_tick(1), sample_tick(2)});
  REQUIRE(store.deliver({2}));
  CHECK(*store.deliver({1}) == 2);
  CHECK(store.deliver({3}).error().code == ec::invalid_input);
  CHECK(store.delivered_seq() == 2);
}

TEST_CASE("what was rolled back leaves no trace in numbers, keys or tickers") {
  outcry::test::temp_dir dir;
  history_store store(dir.file("history.db"));
  store.begin();
  store.append("GONE", std::vector{sample_tick(900)});
  store.rollback();
  store_ticks(store, "META", {sample_tick(1)});
  store_ticks(store, "GONE", {sample_tick(2)});
  const auto rows = rows_after(store, 0);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].seq == 1);
  CHECK(rows[0].update.ticker == "META");
  CHECK(rows[0].key == make_push_id(sample_tick(1).init_ns / ns_per_ms, 1));
  CHECK(rows[1].update.ticker == "GONE");
}

TEST_CASE("limits of a read are checked") {
  outcry::test::temp_dir dir;
  history_store store(dir.file("history.db"));
  CHECK(store.read(read_history{0, 0}).error().code == ec::invalid_input);
  CHECK(store.read(read_history{0, 10'001}).error().code == ec::invalid_input);
}

TEST_CASE("the file stays small while what is delivered keeps up") {
  outcry::test::temp_dir dir;
  history_store store(dir.file("history.db"));
  const std::vector<price_tick> batch(5000, sample_tick(1));
  std::uintmax_t early = 0;
  for (int round = 0; round < 60; ++round) {
    store_ticks(store, "AAPL", batch);
    REQUIRE(store.deliver({store.last_seq()}));
    while (store.forget_delivered(10'000)) {
    }
    if (round == 20) early = std::filesystem::file_size(dir.file("history.db"));
  }
  REQUIRE(early > 0);
  CHECK(std::filesystem::file_size(dir.file("history.db")) <= early + early / 4);
}

TEST_CASE("a tick queue gives back what it took, in order, in pieces") {
  tick_queue queue;
  CHECK(queue.empty());
  queue.push("A", std::vector{sample_tick(1), sample_tick(2)});
  queue.push("A", std::vector{sample_tick(3)});
  queue.push("B", std::vector{sample_tick(4)});
  tick_queue more;
  more.push("B", std::vector{sample_tick(5), sample_tick(6)});
  queue.append(more);
  CHECK(more.empty());
  CHECK(queue.size() == 6);
  std::string seen;
  while (!queue.empty()) {
    for (const auto& run : queue.front(2)) {
      seen += run.ticker;
      for (const auto& tick : run.ticks) {
        seen += std::to_string((tick.init_ns - sample_tick(0).init_ns) / ns_per_ms);
      }
      seen += " ";
    }
    seen += "| ";
    queue.pop(2);
  }
  CHECK(seen == "A12 | A3 B4 | B56 | ");
  queue.push("C", std::vector{sample_tick(7)});
  CHECK(queue.front(10).front().ticker == "C");
}
