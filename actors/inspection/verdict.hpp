#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
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

/// What a rule has found. A rule that may find ten thousand at once leaves the words for later:
/// only the few lines that are shown need any.
class finding {
public:
  using wording = std::function<void(verdict_line&)>;

  /// It is in words already.
  finding(verdict_line said) : line(std::move(said)) {}
  /// `words` puts what, cost and advice into a line; it may be called as long as the look lasts.
  finding(verdict_line said, wording words) : line(std::move(said)), words_(std::move(words)) {}

  verdict_line in_words() &&;

  verdict_line line;  ///< its texts are for `in_words` to know

private:
  wording words_;
};

using findings = std::vector<finding>;

/// What is to be said of a floor.
struct verdict {
  severity level = severity::ok;
  std::string headline;  ///< one sentence for the top of a screen
  verdict_lines lines;   ///< the worst first
};

/// Whether somebody has said something of this subject.
bool is_named(const findings& said, std::string_view subject);

/// Puts what was found in order and sums it up. Of one rule at most six lines stay, the sixth for
/// those that are left out: a floor of ten thousand sick actors has one cause, not ten thousand.
verdict sum_up(findings said, const floor_rows& now);

/// {"level","headline","lines":[{"rule","subject","level","since_ms","what","cost","advice"}]};
/// what is not UTF-8 in a name is replaced.
std::string to_json(const verdict& x);

}  // namespace outcry::inspection
