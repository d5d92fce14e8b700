#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "adapters/redis/link.hpp"
#include "adapters/redis/publisher.hpp"
#include "messages/mirror.hpp"

namespace outcry::redis {

/// Turns a client's reports into the floor's word on a connection, and says each outage once. One
/// thread at a time.
class link_watch {
public:
  explicit link_watch(std::string name) { status_.name = std::move(name); }

  /// The new status; nothing when nobody needs to hear of it.
  std::optional<link_status> note(const link_report& report, std::int64_t now_ms) {
    auto next = outcry::link_state::down;
    if (report.state == link_state::live) next = outcry::link_state::live;
    if (report.state == link_state::connecting) {
      if (status_.since_ms != 0) return std::nullopt;  // an attempt within an outage
      next = outcry::link_state::connecting;
    }
    auto reason = report.reason ? to_string(*report.reason) : std::string{};
    if (next == status_.state && status_.since_ms != 0 && trouble_.empty()) return std::nullopt;
    trouble_.clear();
    if (next == outcry::link_state::down) {
      if (report.state != link_state::stopped)
        spdlog::warn("{} is down: {}; it is tried again until it is back", status_.name, reason);
      was_down_ = true;
    } else if (next == outcry::link_state::live) {
      spdlog::info("{} is live", status_.name);
      if (was_down_) ++status_.reconnects;
    }
    status_.state = next;
    status_.reason = std::move(reason);
    status_.since_ms = now_ms;
    return status_;
  }

  /// A connection that stands and is yet of no use: it counts as down for this reason until that is
  /// told to be empty, or the connection itself changes. The new status as above.
  std::optional<link_status> trouble(const std::string& reason, std::int64_t now_ms) {
    if (reason == trouble_) return std::nullopt;
    if (trouble_.empty() && status_.state != outcry::link_state::live) return std::nullopt;
    if (reason.empty())
      spdlog::info("{} is live", status_.name);
    else
      spdlog::warn("{} is of no use: {}", status_.name, reason);
    trouble_ = reason;
    status_.state = reason.empty() ? outcry::link_state::live : outcry::link_state::down;
    status_.reason = reason;
    status_.since_ms = now_ms;
    return status_;
  }

  const link_status& status() const { return status_; }

  /// With the lag and the backlog of what writes through it.
  link_status status(const publisher& wire) const {
    const auto figures = wire.counters();
    auto result = status_;
    result.lag_ms = figures.lag_ms;
    result.backlog = static_cast<std::int64_t>(figures.outstanding);
    return result;
  }

private:
  link_status status_;
  std::string trouble_;
  bool was_down_ = false;
};

}  // namespace outcry::redis
