#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace outcry {

/// The order desk's own timers.
enum order_desk_timer : std::uint8_t { work_timer, load_timer };

/// How long the order desk waits for the journal. A closing exit waits no longer for a hanging
/// disk.
constexpr std::chrono::seconds desk_journal_timeout{10};
constexpr std::chrono::seconds desk_retry_pause{1};
constexpr std::chrono::seconds desk_answer_timeout{5};

/// How often it looks what is due: with orders open, and with none.
constexpr std::chrono::milliseconds busy_tick{250};
constexpr std::chrono::milliseconds idle_tick{5000};

/// A wish that waited longer than this for the desk to open sees a stale price.
constexpr std::int64_t longest_wait_ms = 5000;
constexpr std::size_t most_waiting_for_load = 10'000;

/// While the journal cannot be written, so much may wait for it; beyond that wishes are turned
/// away.
constexpr std::size_t most_waiting_for_journal = 100'000;

/// Look-ups of an order whose outcome is unknown: the pause doubles up to the longest.
constexpr std::int64_t first_look_ms = 500;
constexpr std::int64_t longest_look_ms = 15'000;

/// How many quarantines an order that the broker has shown before may be missing.
constexpr std::int64_t patience_with_known = 10;

/// A cancel that has had no effect is asked for again.
constexpr std::int64_t cancel_again_ms = 2000;

/// An order whose answer says more than its events is looked up after this.
constexpr std::int64_t untold_look_ms = 2000;

/// A position that does not fit is looked at again before its ticker is halted.
constexpr std::int64_t second_look_ms = 2000;

/// The account is compared at most so long after a fill.
constexpr std::int64_t look_after_fill_ms = 5000;

/// Orders looked at for those of the last minute, after a restart.
constexpr std::uint32_t most_orders_remembered = 1000;

/// How often prices are asked for while somebody holds something.
constexpr std::int64_t marks_interval_ms = 2000;

}  // namespace outcry
