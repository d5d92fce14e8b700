#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outcry::console {

/// What one actor told of itself, in bounds: a page shows it.
struct actor_facts {
  struct queued {
    std::string message;
    std::string text;
  };
  struct past {
    std::int64_t at_ms = 0;
    std::string message;
    std::int64_t took_ns = -1;  ///< -1 = it was not timed
  };
  std::vector<queued> mailbox;  ///< the first of those that wait
  std::vector<past> recent;     ///< as told
  std::vector<std::string> links;
  std::vector<std::string> log;
  std::vector<std::string> unanswered;  ///< parts it could not tell in time
  std::vector<std::string> state;       ///< lines of JSON; empty = not asked for or not told
  bool state_told = false;
};

/// Takes an answer's item. A part that it does not have stays as it was; `unanswered` is replaced.
/// False when it makes no sense.
bool take_facts(std::string_view item, actor_facts& to);

/// JSON as lines for people, at most `most` of them; the last says so when there are more.
std::vector<std::string> json_lines(std::string_view json, std::size_t most);

}  // namespace outcry::console
