#pragma once

#include <chrono>
#include <cstdint>

namespace outcry {

/// The desk's own timers.
enum desk_timer : std::uint8_t { work_timer, introduction_timer, brake_timer };

/// How long the command desk waits for the journal.
constexpr std::chrono::seconds journal_timeout{30};

/// How many of the latest messages are looked through for a brake that came after one which is
/// taken up again.
constexpr std::uint32_t recent_messages = 100;

/// A brake does not wait for a disk that hangs.
constexpr std::chrono::seconds brake_timeout{2};

/// How often a bot is told again of what it is pending for, in milliseconds.
constexpr std::int64_t reminder_pause_ms = 15'000;

}  // namespace outcry
