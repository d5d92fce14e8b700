#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace outcry::redis {

/// What an actor of this folder wakes itself for: the first field of its `wake`.
enum timer : std::uint8_t {
  heartbeat_timer,
  load_timer,
  resend_timer,
  gate_timer,
  poll_timer,
  recall_timer,
  limits_timer,
  retry_timer,
  look_timer
};

/// How long the journal may take to answer one of these actors.
constexpr std::chrono::seconds journal_timeout{30};

/// The consumer group of every stream a floor reads.
constexpr std::string_view floor_group = "outcry";

}  // namespace outcry::redis
