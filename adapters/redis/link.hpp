#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "adapters/redis/backoff.hpp"
#include "adapters/redis/failure.hpp"

namespace outcry::redis {

/// Where a client that keeps itself connected stands.
enum class link_state : std::uint8_t {
  connecting,  ///< an attempt is under way
  live,        ///< connected, signed in and (subscriber) every subscription sent is answered
  down,        ///< not connected; `reason` says why, `retry_in` when the next attempt starts
  cut_off,     ///< as down: the server closed a connection that still had a backlog for us
  stopped,     ///< stop() was called; the last report
};

/// The state as one word.
std::string_view to_string(link_state state);

/// One change of a link's state.
struct link_report {
  link_state state = link_state::connecting;
  std::optional<failure> reason;  ///< why it went down
  unsigned attempt = 0;           ///< failed attempts in a row, this one included
  std::chrono::milliseconds retry_in{0};
};

/// Called on the client's own thread; must return soon and must not call stop().
using link_callback = std::function<void(const link_report&)>;

/// How a client keeps its connection.
struct link_options {
  backoff_limits backoff;
  uniform_source uniform = system_uniform_source();
  /// After this long without a byte from the server a PING is sent; no answer within
  /// `ping_timeout` gives the connection up. So a frozen server is noticed.
  std::chrono::milliseconds ping_after{5000};
  std::chrono::milliseconds ping_timeout{2000};
};

}  // namespace outcry::redis
