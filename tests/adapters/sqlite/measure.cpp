#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/sqlite/history_worker.hpp"
#include "adapters/sqlite/journal_worker.hpp"
#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace outcry::sqlite;
using std::chrono::steady_clock;

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

void measure_history(std::size_t ticks_per_batch) {
  constexpr std::size_t total = 1'000'000;
  outcry::test::temp_dir dir;
  history_settings settings;
  settings.data_dir = dir.path().string();
  history_worker worker(settings, [] {});
  std::vector<outcry::price_batch> batches;
  for (const char* ticker : {"AAPL", "META", "GOOGL"}) {
    batches.push_back(test::sample_batch(ticker, ticks_per_batch));
  }
  const auto start = steady_clock::now();
  for (std::size_t i = 0; i < total / ticks_per_batch; ++i) {
    if (!worker.take(batches[i % batches.size()])) std::abort();
  }
  const auto taken = seconds_since(start);
  worker.stop();
  const auto stored = seconds_since(start);
  std::printf("history: batches of %zu: taken at %.0f ticks/s, stored at %.0f ticks/s\n",
              ticks_per_batch, total / taken, total / stored);
}

void measure_journal(int at_once) {
  constexpr int total = 4000;
  outcry::test::temp_dir dir;
  std::mutex mutex;
  std::condition_variable changed;
  bool ready = false;
  int commits = 0;
  journal_worker worker(test::settings_in(dir.path().string()), [&] {
    const std::lock_guard lock(mutex);
    ready = true;
    ++commits;
    changed.notify_one();
  });
  const auto start = steady_clock::now();
  int sent = 0;
  int answered = 0;
  while (answered < total) {
    for (; sent < total && sent - answered < at_once; ++sent) {
      worker.submit(1, test::adopting(test::sample_ledger("m" + std::to_string(sent))));
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return std::exchange(ready, false); });
    lock.unlock();
    answered += static_cast<int>(worker.take_finished().size());
  }
  const auto seconds = seconds_since(start);
  std::printf("journal: %d writes at once: %.0f writes/s, %.1f writes per commit\n", at_once,
              total / seconds, static_cast<double>(total) / commits);
}

}  // namespace

/// Prints the rates at which this machine stores prices and journal writes.
int main() {
  for (const std::size_t n : {1, 64}) measure_history(n);
  for (const int n : {1, 16, 1000}) measure_journal(n);
}
