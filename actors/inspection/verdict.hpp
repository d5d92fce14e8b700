#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/inspection/floor_snapshot.hpp"

namespace outcry::inspection {

enum class severity : std::uint8_t { ok, warn, bad };

/// "ok", "warn", "bad".
std::string_view to_string(severity x);

/// One thing that is wrong. The texts name no times of day and no spans since `since_ms`: who shows
/// them knows its own clock.
struct verdict_line {
  std::string rule;     ///< "stuck_handler"
  std::string subject;  ///< an actor's name, a link's, "pit:AAPL"; "" = no single one
  severity level = severity::warn;
  std::int64_t since_ms = 0;  ///< UNIX, by the floor's clock; 0 = not known
  std::string what;           ///< what is wrong: a sentence without its full stop
  std::string cost;           ///< what it costs the trader
  std::string advice;         ///< what to do
};

using verdict_lines = std::vector<verdict_line>;

/// What is to be said of a floor.
struct verdict {
  severity level = severity::ok;
  std::string headline;  ///< one sentence for the top of a screen
  verdict_lines lines;   ///< the worst first
};

/// Whether somebody has said something of this subject.
bool is_named(const verdict_lines& lines, std::string_view subject);

/// Puts lines in order and sums them up. Of one rule at most six lines stay, the sixth for those
/// that are left out: a floor of ten thousand sick actors has one cause, not ten thousand.
verdict sum_up(verdict_lines lines, const floor_snapshot& now);

/// {"level","headline","lines":[{"rule","subject","level","since_ms","what","cost","advice"}]};
/// what is not UTF-8 in a name is replaced.
std::string to_json(const verdict& x);

}  // namespace outcry::inspection
