#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "actors/signals/desk/known_calls.hpp"
#include "actors/signals/update.hpp"

namespace outcry {

/// Who says an update, and where.
struct update_speaker {
  std::string source;
  std::string author_id;
  std::string reply_to;  ///< source_id; empty = it answers no message
};

/// Why nobody knows which call is meant.
struct no_target {
  std::string code;  ///< "no_open_trade", "ambiguous", "other_author"
  std::string reason;
};

/// The call an update is about: the one it answers, and if that is over none; else the one of that
/// ticker (and side) in its source; without a ticker the only one that is not over. Only its own
/// author's words count, and only calls that are not final.
tl::expected<call_key, no_target> find_target(const known_calls& known,
                                              const signals::update& update,
                                              const update_speaker& speaker);

/// True for an update that asks for something; others only report.
bool asks_for_something(const signals::update& update);

/// A step that only a person can carry out, in words; empty = there is none.
std::string needs_person(const signals::update& update);

/// What an edit that still is a call changed, as an update: a stop that moved, targets that moved.
/// Nothing if it changed more than that: then a person must look.
std::optional<signals::update> changed_by_edit(const signals::signal& before,
                                               const signals::signal& after);

/// A call to close ("STC 1/2 XYZ") as an update of the call that opened it. Nothing when it does
/// not say how much of it: a quantity, and the opening call named none.
std::optional<signals::update> as_update(const signals::signal& closing,
                                         const signals::signal& opening);

}  // namespace outcry
