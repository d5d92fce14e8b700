#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "actors/notify/notice.hpp"
#include "messages/operator.hpp"
#include "messages/signals.hpp"

namespace outcry {

/// Notices that the floor is halted or goes on.
class halt_watch {
public:
  /// `sender`: who said so. When it was the operator nobody needs to be called for it again. A halt
  /// that held at the first look is old.
  news look(const halt_state& halt, const std::string& sender);

private:
  std::optional<halt_kind> known_;
};

/// Notices that the dead-man's switch is about to fire. That it has is the halt's news.
class dead_man_watch {
public:
  /// Times are UNIX milliseconds; `fires_at_ms` 0 = the switch is off.
  news look(std::int64_t span_ms, std::int64_t fires_at_ms, bool has_fired, std::int64_t now_ms);

private:
  bool near_ = false;
};

/// Notices calls that wait for the operator's yes.
class signal_watch {
public:
  /// All that wait now.
  news look(const std::vector<signal_record>& waiting, timestamp_ns now_ns);

private:
  std::set<std::int64_t> known_;
};

}  // namespace outcry
