#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/redis/connection.hpp"
#include "messages/channels.hpp"
#include "tests/bench/travel_times.hpp"
#include "tests/support/process.hpp"

// What benchmarks of prices from Redis have in common: who is compared, and who publishes.

namespace outcry::bench {

/// How long anybody is waited for.
constexpr std::chrono::seconds patience{120};

/// One of those who are compared, with a ticker of its own.
struct contender {
  const char* name;
  std::string ticker;
  std::unique_ptr<travel_times> times;
};

/// Sends prices, one message each. Throws std::runtime_error.
class publisher {
public:
  /// The n-th price of a ticker, as the wire has it.
  using payload = std::function<std::string(const std::string& ticker, std::size_t n)>;

  publisher(const redis::connection_options& where, payload make) : make_(std::move(make)) {
    auto opened = redis::connection::open(where);
    if (!opened) throw std::runtime_error("no connection to Redis");
    link_ = std::make_unique<redis::connection>(std::move(*opened));
  }

  bool heard(const std::string& ticker) {
    auto answer = link_->command({"PUBSUB", "NUMSUB", channels::ticker_updates(ticker)});
    return answer && answer->size() == 2 && (*answer)[1].integer() == 1;
  }

  void publish(contender& to) {
    auto channel = channels::ticker_updates(to.ticker);
    auto text = make_(to.ticker, to.times->published());
    to.times->leaves();
    auto reached = link_->command({"PUBLISH", channel, text});
    if (!reached || reached->integer() != 1)
      throw std::runtime_error(fmt::format("{}: a price did not reach one receiver", to.name));
  }

private:
  payload make_;
  std::unique_ptr<redis::connection> link_;
};

/// Publishes `count` prices to everybody, one at a time with `gap` between two, in an order that
/// is shuffled anew for each round, and waits until all have arrived.
inline void publish_all(publisher& from, std::vector<contender>& all, std::size_t count,
                        std::chrono::microseconds gap) {
  std::mt19937 shuffler(7);
  std::vector<contender*> turn;
  for (auto& one : all) turn.push_back(&one);
  auto next = steady::now();
  for (std::size_t i = 0; i < count; ++i) {
    std::shuffle(turn.begin(), turn.end(), shuffler);
    for (auto* one : turn) {
      next = std::max(next + gap, steady::now());
      std::this_thread::sleep_until(next);
      from.publish(*one);
    }
  }
  for (auto& one : all) {
    test::eventually([&] { return one.times->received() >= one.times->published(); }, patience);
    if (one.times->received() != one.times->published() || one.times->wrong())
      throw std::runtime_error(fmt::format("{}: {} arrivals in order instead of {}", one.name,
                                           one.times->received(), one.times->published()));
  }
}

}  // namespace outcry::bench
