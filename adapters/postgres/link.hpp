#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "adapters/postgres/bell.hpp"
#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/schema.hpp"

namespace outcry::postgres {

/// Where a link to the shared database stands.
enum class link_condition : std::uint8_t {
  connecting,
  live,
  down,     ///< tried again soon
  refused,  ///< people must act; tried again at the longest pause
};

struct link_report {
  link_condition condition = link_condition::connecting;
  std::string reason;  ///< why it is down or refused; holds no secret
};

struct link_options {
  connection_string target;
  connection_limits limits;
  std::chrono::milliseconds shortest_pause{200};  ///< before another attempt; doubles
  std::chrono::milliseconds longest_pause{10'000};
  std::function<double()> uniform = [] { return 0.5; };  ///< [0, 1); by the link's thread
  /// By the link's thread; must return soon.
  std::function<void(const link_report&)> on_state = [](const link_report&) {};
};

/// A thread that keeps a connection to an up-to-date shared database, for as long as it runs. What
/// it does with it is `serve`: it works until something throws.
class link {
public:
  /// Looks at what the role may do before the link counts as live; throws failure (refused) if that
  /// is too little.
  using greeting = std::function<void(connection&, const rights&)>;
  using service = std::function<void(connection&)>;

  link(link_options options, greeting greet, service serve);
  /// As `stop`.
  ~link();
  link(const link&) = delete;
  link& operator=(const link&) = delete;

  void start();
  /// Ends the thread, promptly (but for a host name that is being resolved).
  void stop();

  bell& alarm() { return alarm_; }

private:
  void run();
  void pause(unsigned attempt, bool refused);

  link_options options_;
  greeting greet_;
  service serve_;
  bell alarm_;
  std::thread thread_;
};

}  // namespace outcry::postgres
