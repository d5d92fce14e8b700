#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/link.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/skip.hpp"

/// Ends the test case where no redis-server is installed.
#define REQUIRE_REDIS() \
  if (!outcry::test::redis_server::available()) OUTCRY_SKIP("redis-server is not installed")

namespace outcry::redis::test {

using namespace std::chrono_literals;

/// Things that callbacks saw, and a way to wait for them without sleeping.
template <class T>
class seen {
public:
  void add(T thing) {
    std::lock_guard lock(mutex_);
    things_.push_back(std::move(thing));
    changed_.notify_all();
  }

  /// Waits until `enough` is true of everything seen so far.
  bool wait(const std::function<bool(const std::vector<T>&)>& enough,
            std::chrono::seconds limit = 20s) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return enough(things_); });
  }

  bool wait_count(std::size_t count, std::chrono::seconds limit = 20s) {
    return wait([&](const auto& things) { return things.size() >= count; }, limit);
  }

  std::vector<T> all() const {
    std::lock_guard lock(mutex_);
    return things_;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> things_;
};

/// The states a link went through.
class states : public seen<link_report> {
public:
  link_callback callback() {
    return [this](const link_report& report) { add(report); };
  }
  bool wait_for(link_state state, std::size_t times = 1) {
    return wait([&](const auto& reports) {
      std::size_t count = 0;
      for (const auto& report : reports) count += report.state == state ? 1 : 0;
      return count >= times;
    });
  }
  /// The first report in that state; one without a reason if there is none.
  link_report first(link_state state) const {
    for (const auto& report : all())
      if (report.state == state) return report;
    return {};
  }
};

inline connection_options at(const std::string& address) {
  connection_options options;
  options.address = parse_url(address).value();
  return options;
}

/// Reconnects at once and always after the same pause.
inline link_options quick_link() {
  link_options link;
  link.backoff = {10ms, 50ms};
  link.uniform = [] { return 0.5; };
  return link;
}

inline connection connect(const outcry::test::redis_server& server) {
  auto opened = connection::open(at(server.url()));
  return std::move(opened).value();
}

}  // namespace outcry::redis::test
