#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace outcry {

/// A ticker bot's own timers.
enum bot_timer : std::uint8_t {
  load_timer,
  save_timer,
  subscribe_timer,
  tick_timer,
  pending_timer
};

/// How long a ticker bot waits for the journal.
constexpr std::chrono::seconds bot_journal_timeout{30};

/// A brake does not wait for a disk that hangs.
constexpr std::chrono::seconds bot_brake_timeout{2};

/// How long it waits for the order desk before it asks again, or asks what became of an order.
constexpr std::chrono::seconds order_desk_timeout{10};

constexpr std::chrono::seconds retry_pause{1};
constexpr std::chrono::seconds save_interval{10};

/// A command that is not done by then is pending.
constexpr std::chrono::seconds pending_after{5};

/// Orders asked for whose fate is not known; more are refused.
constexpr std::size_t max_open_asks = 16;

/// Seconds until shares held outside are asked for again.
constexpr std::uint32_t claim_interval = 5;

/// Reports of the order desk that may say more than its events before an `exit` goes by them.
constexpr std::uint32_t max_reports_ahead = 5;

/// Prices that a strategy hears only after a `set`; of more the oldest are forgotten.
constexpr std::size_t max_kept_prices = 1000;

/// Orders an `exit` sends before it gives up.
constexpr std::uint32_t max_exit_tries = 3;

}  // namespace outcry
