#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "messages/timestamp.hpp"

namespace outcry {

/// The signal desk's own timers.
enum signal_desk_timer : std::uint8_t { signal_tick, signal_load, signal_updates, signal_write };

constexpr std::chrono::seconds signal_store_timeout{10};
constexpr std::chrono::seconds signal_task_timeout{30};
constexpr std::chrono::seconds signal_journal_timeout{10};
/// Prices are good to have: a message does not wait long for them.
constexpr std::chrono::seconds signal_price_timeout{2};
/// How often it looks what is due, and how long it waits after the store failed.
constexpr std::chrono::seconds signal_desk_tick{1};
constexpr std::chrono::seconds signal_desk_pause{1};
constexpr std::chrono::milliseconds signal_book_pause{20};

/// How long final calls are remembered, so that edits and reposts find them.
constexpr duration_ns remembered_ns = 24 * 3600 * ns_per_s;

/// A message may be this far from the future: clocks differ.
constexpr duration_ns clock_tolerance_ns = 60 * ns_per_s;

/// A price older than this says nothing about a call.
constexpr duration_ns fresh_price_ns = 60 * ns_per_s;

constexpr std::size_t max_unread_messages = 1000;
/// Of one message, when its call comes from the shared database.
constexpr std::uint32_t most_edits_looked_at = 100;
constexpr std::size_t max_signal_watchers = 64;

/// An update on its way to its bot.
inline constexpr std::string_view sending_code = "sending";

/// A bot that takes no new call now.
inline constexpr std::string_view not_running_code = "not_running";

/// The rule under which is kept what somebody else has read.
inline constexpr std::string_view contributed_rule = "contributed";

/// A call whose message was taken back.
inline constexpr std::string_view deleted_code = "deleted";

}  // namespace outcry
