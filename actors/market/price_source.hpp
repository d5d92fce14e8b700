#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/market.hpp"

namespace outcry {

/// How fast a source's ticks may follow each other.
enum class source_pace : std::uint8_t {
  timed,     ///< ticks are due at certain times; slow receivers are conflated
  lockstep,  ///< the next batch comes when everybody has handled the last; nothing is left out
  external,  ///< a bridge sends ticks by itself; `poll` is never called
};

/// The port through which prices come: where the broker feed gets its ticks from. Used by the feed
/// actor only, from one thread at a time.
class price_source {
public:
  virtual ~price_source() = default;

  virtual source_pace pace() const = 0;

  /// The feed wants this ticker from now on, or no longer.
  virtual void want(const std::string& ticker, bool wanted) = 0;

  /// Ticks due at or before `now`, oldest first, one batch per ticker and run; their `init_ns` is
  /// `now`. At most about 1000 ticks a call. Returns when to ask again (a time not after `now`: at
  /// once), or nothing when there will be no more; such a call adds no ticks. May throw
  /// std::runtime_error: the source broke.
  virtual std::optional<timestamp_ns> poll(timestamp_ns now, std::vector<price_batch>& out) = 0;

  /// False: out of session at `now`; silence is normal then. Stays true until `poll` is called
  /// after the one that gave the session's last ticks: receivers skip what comes out of session.
  virtual bool in_session(timestamp_ns now) const = 0;

  /// Input from outside that could not be read so far; the feed counts it among its errors. Any
  /// thread.
  virtual std::uint64_t unreadable() const { return 0; }

  /// For people: "replay of ticks/2013-10-08 at 10x".
  virtual std::string describe() const = 0;
};

}  // namespace outcry
