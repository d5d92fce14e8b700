#include "adapters/sqlite/history_worker.hpp"

#include <condition_variable>
#include <mutex>

#include <catch2/catch.hpp>

#include "tests/adapters/sqlite/samples.hpp"
#include "tests/adapters/sqlite/small_disk.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

history_settings history_in(const std::string& data_dir) {
  history_settings x;
  x.data_dir = data_dir;
  return x;
}

/// A worker whose answers can be waited for.
struct asked_worker {
  explicit asked_worker(const history_settings& settings)
      : worker(settings, [this] {
          const std::lock_guard lock(mutex);
          for (auto& x : worker.take_finished()) answers.push_back(std::move(x));
          changed.notify_all();
        }) {}

  template <class Answer>
  Answer ask(const history_request& request) {
    REQUIRE(worker.submit(++ticket, request));
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(20),
                             [&] { return !answers.empty() && answers.back().first == ticket; }));
    return std::get<Answer>(std::move(answers.back().second));
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<history_worker::finished> answers;
  std::uint64_t ticket = 0;
  history_worker worker;
};

std::int64_t rows_in(const std::string& path) {
  SQLite::Database file(path);
  return file.execAndGet("SELECT count(*) FROM ticks").getInt64();
}

}  // namespace

TEST_CASE("a read sees every tick taken before it") {
  outcry::test::temp_dir dir;
  asked_worker asked(history_in(dir.path().string()));
  REQUIRE(asked.worker.take(sample_batch("AAPL", 3)));
  REQUIRE(asked.worker.take(sample_batch("META", 2)));
  const auto page = asked.ask<history_page>(read_history{});
  REQUIRE(page.rows.size() == 5);
  CHECK(page.last_seq == 5);
  CHECK(page.rows[2].update == price_update{"AAPL", sample_tick(2)});
  CHECK(page.rows[3].update == price_update{"META", sample_tick(0)});
}

TEST_CASE("ticks reach the file without being asked for") {
  outcry::test::temp_dir dir;
  const auto path = history_path(dir.path().string());
  auto settings = history_in(dir.path().string());
  std::int64_t expected = 3;
  SECTION("a few of them, after a while") {}
  SECTION("many of them, at once") {
    settings.longest_wait = std::chrono::hours(1);
    settings.ticks_per_commit = 10;
    expected = 10;
  }
  history_worker worker(settings, [] {});
  REQUIRE(worker.take(sample_batch("AAPL", static_cast<std::size_t>(expected))));
  CHECK(outcry::test::eventually([&] { return rows_in(path) == expected; }));
}

TEST_CASE("ticks that do not fit are refused whole and counted") {
  outcry::test::temp_dir dir;
  auto settings = history_in(dir.path().string());
  settings.queue_bound = 10;
  settings.longest_wait = std::chrono::hours(1);
  asked_worker asked(settings);
  CHECK(asked.worker.take(sample_batch("AAPL", 4))->queued == 4);
  CHECK(asked.worker.take(sample_batch("AAPL", 6))->queued == 10);
  const auto refused = asked.worker.take(sample_batch("META", 3));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::mailbox_full);
  CHECK(asked.worker.lost() == 3);
  CHECK(asked.ask<history_page>(read_history{}).last_seq == 10);
  CHECK(asked.worker.take(sample_batch("META", 10))->queued == 10);
}

TEST_CASE("at its end the worker stores what is queued") {
  outcry::test::temp_dir dir;
  auto settings = history_in(dir.path().string());
  settings.longest_wait = std::chrono::hours(1);
  history_worker worker(settings, [] {});
  REQUIRE(worker.take(sample_batch("AAPL", 4000)));
  worker.stop();
  CHECK(rows_in(history_path(dir.path().string())) == 4000);
  CHECK_FALSE(worker.take(sample_batch("AAPL", 1)));
  CHECK_FALSE(worker.submit(1, read_history{}));
}

TEST_CASE("delivered ticks are deleted behind the answer, across restarts") {
  outcry::test::temp_dir dir;
  const auto path = history_path(dir.path().string());
  {
    asked_worker asked(history_in(dir.path().string()));
    REQUIRE(asked.worker.take(sample_batch("AAPL", 30'000)));
    CHECK(asked.ask<history_page>(read_history{}).last_seq == 30'000);
    CHECK(asked.ask<history_receipt>(history_delivered{29'999}).queued == 0);
  }
  history_worker worker(history_in(dir.path().string()), [] {});
  CHECK(outcry::test::eventually([&] { return rows_in(path) == 1; }));
}

TEST_CASE("while the disk is full prices wait, and none is missing afterwards") {
  small_disk disk;
  if (!disk.mounted) OUTCRY_SKIP("history on a full disk: mounting a tmpfs is not allowed here");
  asked_worker asked(history_in(disk.dir.path().string()));
  REQUIRE(asked.worker.take(sample_batch("AAPL", 100)));
  CHECK(asked.ask<history_page>(read_history{}).last_seq == 100);
  disk.fill();
  REQUIRE(asked.worker.take(sample_batch("META", 4000)));
  // Reading goes on with what is stored.
  const auto full = asked.ask<history_page>(read_history{});
  CHECK(full.rows.size() == 100);
  CHECK(full.last_seq == 100);
  CHECK(asked.worker.take(sample_batch("META", 1))->queued == 4001);
  disk.free();
  const auto page = asked.ask<history_page>(read_history{100, 10'000});
  REQUIRE(page.rows.size() == 4001);
  CHECK(page.rows.front().seq == 101);
  CHECK(page.rows.back().update == price_update{"META", sample_tick(0)});
}
