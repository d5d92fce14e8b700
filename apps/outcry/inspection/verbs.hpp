#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

struct actor_list_options {
  std::string sort = "mailbox";
  std::size_t top = 0;  ///< 0 = all
  bool all = false;     ///< the floor's own, too; JSON always has them
};

struct actor_options {
  std::string name;    ///< "bot:AAPL"
  bool state = false;  ///< ask the actor for its state, too
};

struct trace_options {
  std::string name;  ///< an actor, or "pit:AAPL"
  std::int64_t count = 50;
  std::int64_t seconds = 60;
};

struct live_options {
  bool live = false;  ///< else the doctor looks at everything once
  std::int64_t seconds = 5;
};

/// Every actor of the floor.
exit_code actor_list(const session& at, const actor_list_options& what);

/// One actor: what it is at, what waits, what it did last.
exit_code actor(const session& at, const actor_options& what);

/// What an actor or a pit is sent, live, until so many messages or so much time have passed.
exit_code trace(const session& at, const trace_options& what);

/// Who looks after whom, and who died lately; `dot` for Graphviz.
exit_code tree(const session& at, bool dot);

/// Watches the floor for a few seconds and says what is wrong, since when, what it costs and what
/// to do. not_done when that is bad. `problems` are errors of the configuration.
exit_code doctor_live(const session& at, const std::vector<std::string>& problems,
                      std::chrono::seconds how_long);

/// "12 us", "3.4 ms", "1.2 s"; "-" for 0.
std::string short_span(std::uint64_t ns);

/// Breaks text at blanks into lines of at most `columns`; a longer word stays whole.
std::vector<std::string> wrapped(const std::string& text, std::size_t columns);

}  // namespace outcry::cli
