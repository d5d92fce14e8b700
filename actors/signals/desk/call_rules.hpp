#pragma once

#include <map>
#include <string>
#include <string_view>

#include "actors/signals/desk/desk_options.hpp"
#include "actors/signals/desk/known_calls.hpp"

namespace outcry {

/// The rules of a source: those named exactly so, else the longest that end in "*" and fit; null =
/// none.
const source_rules* rules_for(const signal_desk_options& options, std::string_view source);

/// The reader refused a call, no rule of the desk: an edit may mend it.
inline constexpr std::string_view reader_code = "reader";

/// Not handed to a bot yet: what becomes of it is still the desk's to say.
bool is_undecided(const signal_record& x);

/// Of these an edit is judged anew: no bot has heard of them.
bool may_be_mended(const signal_record& x);

/// What is to become of a call.
struct call_judgement {
  signal_state state = signal_state::refused;
  std::string code;
  std::string reason;
  std::string bot_id;
  timestamp_ns expires_ns = 0;
};

/// Everything a judgement depends on.
struct call_question {
  const signals::signal& call;
  call_key key;  ///< the call's own: it is no repost of itself
  bool trusted = true;
  const source_rules* rules = nullptr;
  const signal_desk_options& options;
  const std::map<std::string, follower>& followers;
  const known_calls& known;
  timestamp_ns now = 0;
};

/// Whether a call that was read without doubt is followed, in this order: its author
/// ("author_not_trusted"), its source ("not_followed"), it opens something ("nothing_to_close"), no
/// repost ("repost"), what it trades ("asset", "option"), who follows the ticker ("no_follower",
/// "ticker_not_allowed"). Then it waits for the operator or is accepted at once. Pure.
call_judgement judge(const call_question& question);

/// The ticker's follower; also one of "SOL/USDT" for a call of SOL quoted in USDT. Null = none.
const follower* follower_of(const std::map<std::string, follower>& followers,
                            const signals::signal& call);

}  // namespace outcry
