#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/history_worker.hpp"
#include "adapters/sqlite/journal_worker.hpp"
#include "tests/adapters/sqlite/samples.hpp"

namespace {

using namespace outcry::sqlite;
using std::chrono::steady_clock;

std::string fresh_directory(const std::string& parent) {
  static int count = 0;
  auto path = std::filesystem::path(parent) / ("measure-" + std::to_string(++count));
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

void measure_history(const std::string& directory, std::size_t ticks_per_batch) {
  constexpr std::size_t total = 1'000'000;
  history_settings settings;
  settings.data_dir = directory;
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

void measure_journal(const std::string& directory, int at_once) {
  constexpr int total = 4000;
  std::mutex mutex;
  std::condition_variable changed;
  bool ready = false;
  int commits = 0;
  journal_worker worker(test::settings_in(directory), [&] {
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

/// Usage: sqlite_measure DIRECTORY. Prints the rates at which prices and journal writes are stored
/// below it.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: sqlite_measure DIRECTORY\n");
    return 2;
  }
  for (const std::size_t n : {1, 64}) measure_history(fresh_directory(argv[1]), n);
  for (const int n : {1, 16, 1000}) measure_journal(fresh_directory(argv[1]), n);
}
