// A floor with many supervised counter bots and no prices: processor time while nothing happens,
// memory of one more bot, and how long one message takes to wake an actor, in turns with a
// condition variable that hands the same over to waiting threads. The journal and the mirror are
// fakes that answer at once; everybody else is real.
// Usage: idle_bench [bots] [seconds] [messages]

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <malloc.h>

#include "actors/floor/roster.hpp"
#include "actors/market/broker_feed.hpp"
#include "actors/market/market.hpp"
#include "actors/market/simulated_market.hpp"
#include "actors/operator/relay.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/stage.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;

constexpr std::size_t tickers = 10;

/// Everybody but the bots; the market is closed.
std::shared_ptr<bot_services> open_house(stage& at) {
  auto services = std::make_shared<bot_services>();
  services->house = at.the_house();
  services->journal = at.place<journal_actor>(floor_tier::store, "journal", fake_journal);
  services->roster = at.place<roster_actor>(floor_tier::desk, "roster", roster);
  relay_services outside;
  outside.journal = services->journal;
  outside.mirror = at.place<mirror_actor>(floor_tier::store, "firebase", fake_mirror);
  outside.house = at.the_house();
  outside.options.keeps_history = false;
  services->relay = at.place<relay_actor>(floor_tier::relay, "relay", relay, outside);
  auto book = std::make_shared<feed_book>();
  simulated_options closed;
  closed.session = {0, 0};
  book->source = std::make_unique<simulated_market>(closed);
  auto feed = at.place<feed_actor>(floor_tier::bridges, "feed", broker_feed, book, feed_options{},
                                   at.the_house());
  services->market =
      at.place<market_actor>(floor_tier::market, "market", market, std::make_shared<market_book>(),
                             pit_neighbours{feed, {}, services->relay}, at.root(), at.the_house());
  caf::anon_send(feed, open_feed{});
  return services;
}

struct memory {
  double heap = 0;
  double resident = 0;
};

memory measure_memory() {
  memory result;
  auto heap = ::mallinfo2();
  result.heap = static_cast<double>(heap.uordblks + heap.hblkhd);
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmRSS:" && status >> result.resident) result.resident *= 1024;
  return result;
}

/// Between two hand-overs, so that the receiver has fallen asleep.
constexpr std::chrono::microseconds pause{500};

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now().time_since_epoch())
      .count();
}

class actor_hand_over {
public:
  explicit actor_hand_over(caf::actor_system& system) {
    receiver_ = system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](std::int64_t sent) {
        took_ns_ = static_cast<double>(now_ns() - sent);
        done_.release();
      }};
    });
  }
  ~actor_hand_over() { caf::anon_send_exit(receiver_, caf::exit_reason::kill); }

  double once() {
    caf::anon_send(receiver_, now_ns());
    done_.acquire();
    return took_ns_;
  }

private:
  caf::actor receiver_;
  double took_ns_ = 0;
  std::binary_semaphore done_{0};
};

/// Threads that wait on one condition variable; one of them gets what is handed over.
class bare_hand_over {
public:
  explicit bare_hand_over(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~bare_hand_over() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (auto& one : threads_) one.join();
  }

  double once() {
    {
      std::lock_guard lock(mutex_);
      sent_ = now_ns();
    }
    wake_.notify_one();
    done_.acquire();
    return took_ns_;
  }

private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return sent_.has_value() || stopping_; });
      if (stopping_) return;
      took_ns_ = static_cast<double>(now_ns() - *sent_);
      sent_.reset();
      lock.unlock();
      done_.release();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<std::int64_t> sent_;
  bool stopping_ = false;
  double took_ns_ = 0;
  std::binary_semaphore done_{0};
  std::vector<std::thread> threads_;
};

void compare_hand_overs(caf::actor_system& system, std::size_t messages) {
  // Which of several threads wakes, and on which processor, is left to the kernel: on a busy
  // machine that alone may cost a time slice. One thread shows the least, as many as CAF has its
  // own share.
  auto workers = system.scheduler().num_workers();
  actor_hand_over to_actor(system);
  bare_hand_over to_one(1);
  bare_hand_over to_many(workers);
  std::vector<double> ours;
  std::vector<double> one;
  std::vector<double> many;
  for (std::size_t i = 0; i < messages; ++i) {
    std::this_thread::sleep_for(pause);
    ours.push_back(to_actor.once());
    std::this_thread::sleep_for(pause);
    one.push_back(to_one.once());
    std::this_thread::sleep_for(pause);
    many.push_back(to_many.once());
  }
  for (double part : {0.5, 0.99}) {
    auto actor = percentile(ours, part) / 1000;
    auto single = percentile(one, part) / 1000;
    auto shared = percentile(many, part) / 1000;
    std::printf(
        "wake-up p%.0f: actor %.1f us; condition variable of one thread %.1f us, ratio %.2f; of "
        "%zu "
        "threads %.1f us, ratio %.2f\n",
        part * 100, actor, single, actor / single, workers, shared, actor / shared);
  }
}

}  // namespace

int main(int argc, char** argv) {
  spdlog::set_level(spdlog::level::err);
  auto bots = argument(argc, argv, 1, 1000);
  auto seconds = argument(argc, argv, 2, 32);
  auto messages = argument(argc, argv, 3, 2000);
  stage at;
  auto services = open_house(at);
  // One bot for each ticker first: the pits are no part of a bot.
  for (std::size_t i = 0; i < tickers; ++i) at.place_bot(numbered_bot(i, tickers), services);
  at.await_bots();
  auto before = measure_memory();
  for (std::size_t i = 0; i < bots; ++i) at.place_bot(numbered_bot(tickers + i, tickers), services);
  at.await_bots();
  // The relay has passed on what was new, the allocator has what it freed.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  auto cpu = cpu_seconds();
  auto start = steady::now();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  std::printf("idle: %.2f %% of one processor over %zu s (target: under 1 %%)\n",
              (cpu_seconds() - cpu) / seconds_since(start) * 100, seconds);
  // Only now: CAF keeps the timer of a request, answered or not, until it has run out (30 s).
  auto after = measure_memory();
  auto count = static_cast<double>(bots);
  std::printf("%zu bots: %.0f bytes of heap and %.0f bytes resident per bot (target: under 4096)\n",
              bots, (after.heap - before.heap) / count, (after.resident - before.resident) / count);
  compare_hand_overs(at.system(), messages);
}
