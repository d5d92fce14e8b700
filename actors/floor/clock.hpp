#pragma once

#include "messages/timestamp.hpp"

namespace outcry {

/// Where our code gets the time from. Implementations are safe to call from any thread.
class clock {
public:
  virtual ~clock() = default;

  /// Nanoseconds since the UNIX epoch.
  virtual timestamp_ns now() const = 0;

  /// Milliseconds since the UNIX epoch.
  std::int64_t now_ms() const { return now() / ns_per_ms; }
};

/// The machine's clock.
class system_clock final : public clock {
public:
  timestamp_ns now() const override;
};

}  // namespace outcry
