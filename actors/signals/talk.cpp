#include "actors/signals/talk.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace outcry::signals {

namespace {

bool is_level(role x) {
  return x == role::entry || x == role::stop || x == role::target || x == role::side ||
         x == role::symbol;
}

/// "nice call", "great alert": who praises somebody's call tells of what it brought them.
bool is_praise(const message_view& view, std::size_t i) {
  constexpr std::string_view praises[] = {"nice",    "great",     "good",  "solid",  "sick",
                                          "awesome", "beautiful", "sweet", "killer", "amazing"};
  constexpr std::string_view deeds[] = {"call", "calls", "alert", "alerts", "pick", "picks"};
  return std::find(std::begin(praises), std::end(praises), view.word(i)) != std::end(praises) &&
         view.has(i + 1) &&
         std::find(std::begin(deeds), std::end(deeds), view.word(i + 1)) != std::end(deeds);
}

/// In a bracket behind a stop "if" is its condition: "(if 4h candle close under ...)".
bool is_stop_condition(const message_view& view, std::size_t i) {
  const auto word = view.word(i);
  const bool condition = word == "if" || word == "when" || word == "once" || word == "after";
  for (std::size_t back = 1; condition && back <= 2 && back <= i; ++back)
    if (view.at(i - back) == term::stop_label) return true;
  for (std::size_t n = i + 1; n < i + 5 && view.has(n); ++n)
    if (view.at(n) == term::candle || (view.at(n) == term::close_verb && n > i)) {
      for (auto m = n + 1; m < n + 3 && view.has(m); ++m)
        if (view.at(m) == term::below || view.at(m) == term::above) return true;
    }
  return false;
}

bool is_report(term x) {
  return x == term::closed || x == term::stopped || x == term::cancel || x == term::sold;
}

/// Words that make the whole message a report or a specimen, in whatever line they stand.
bool spoils_message(const message_view& view, std::size_t i) {
  constexpr std::string_view words[] = {"result", "results", "recap",    "example",
                                        "sample", "demo",    "template", "specimen"};
  const auto x = view.at(i);
  if (x == term::closed || x == term::stopped) return true;
  if (view.word(i) == "how" && view.has(i + 1) && view.word(i + 1) == "to") return true;
  // "Wait for confirmation."
  if (x == term::doubt && view.marks[i].count > 1 && view.word(i) != "going") return true;
  return view.marks[i].count == 1 && x != term::number &&
         std::find(std::begin(words), std::end(words), view.word(i)) != std::end(words);
}

/// "+100 pips", "+4%", "booked" in the line behind mark `i`.
bool gain_follows(const message_view& view, std::size_t i) {
  constexpr std::size_t reach = 16;
  for (auto n = i + 1; n < i + reach && view.has(n) && view.at(n) != term::newline; ++n) {
    if (view.at(n) == term::hit) return true;
    if (view.at(n) != term::plus || view.at(n + 1) != term::number) continue;
    const auto unit = view.first_token(n + 1).unit;
    if (unit == number_unit::percent || unit == number_unit::pips || view.at(n + 2) == term::pips)
      return true;
  }
  return false;
}

/// The stop wears a picture, too: the ticks are ornaments.
bool is_adorned(const message_view& view) {
  for (std::size_t i = 0; i < view.size(); ++i)
    if (view.roles[i] == role::stop &&
        (view.at(i + 1) == term::picture || view.at(i + 1) == term::check))
      return true;
  return false;
}

/// Some targets ticked and others not, several and all of them, or with what was gained: the call
/// is under way or over.
bool is_under_way(const message_view& view) {
  std::size_t targets = 0;
  std::size_t ticked = 0;
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (view.roles[i] != role::target) continue;
    ++targets;
    const bool tick = view.at(i + 1) == term::check;
    ticked += tick ? 1 : 0;
    if (tick && gain_follows(view, i + 1)) return true;
  }
  return ticked > 0 && (ticked < targets || (ticked > 1 && !is_adorned(view)));
}

/// "will add if we wick", "may trail later": behind the last level of its line, how the position
/// will be looked after.
bool is_later_care(const message_view& view, std::size_t i) {
  constexpr std::string_view modals[] = {"will", "may", "might", "could", "would", "gonna"};
  constexpr std::string_view care[] = {"trail", "update", "scale",   "adjust", "move",   "manage",
                                       "take",  "trim",   "tighten", "cancel", "remove", "delete",
                                       "pull",  "close",  "exit",    "cut"};
  constexpr std::size_t reach = 16;
  auto modal = i;
  while (modal > 0 && modal + reach > i && !is_sentence_end(view.at(modal)) &&
         std::find(std::begin(modals), std::end(modals), view.word(modal)) == std::end(modals))
    --modal;
  if (is_sentence_end(view.at(modal)) || modal == 0 || modal + reach == i) return false;
  const auto before = view.at(modal - 1);
  const bool apart = before == term::comma || before == term::dash || before == term::open ||
                     is_sentence_end(before) || before == term::ampersand;
  const auto next = modal + 1;
  const bool cares = view.at(next) == term::add_label ||
                     (view.has(next) && std::find(std::begin(care), std::end(care),
                                                  view.word(next)) != std::end(care));
  if (!apart || !cares) return false;
  for (auto n = modal; view.has(n) && view.marks[n].line == view.marks[modal].line; ++n)
    if (is_level(view.roles[n])) return false;
  return true;
}

std::string quoted(const message_view& view, std::size_t i) {
  return fmt::format("\"{}\"", view.word(i));
}

}  // namespace

std::optional<talk_sign> talk_in_call(const message_view& view) {
  std::vector<bool> important;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const auto line = view.marks[i].line;
    if (important.size() <= line) important.resize(line + 1);
    if (is_level(view.roles[i])) important[line] = true;
  }
  if (is_under_way(view)) return talk_sign{"no-report", "some of its targets are ticked off"};
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (spoils_message(view, i))
      return talk_sign{"no-report", quoted(view, i) + " makes it a report or an example"};
    if (!important[view.marks[i].line]) continue;
    const auto x = view.at(i);
    if (x == term::question) return talk_sign{"no-question", "it is asked, not called"};
    if (x == term::doubt && !is_stop_condition(view, i) && !is_later_care(view, i))
      return talk_sign{"no-condition", quoted(view, i) + " makes it a thought, no call"};
    if (x == term::story) return talk_sign{"no-story", quoted(view, i) + " tells of the past"};
    if (x == term::negation && !is_later_care(view, i))
      return talk_sign{"no-negation", quoted(view, i) + " says no"};
    if (is_report(x) && !is_later_care(view, i))
      return talk_sign{"no-report", quoted(view, i) + " reports how a call went"};
    if (x == term::filled && view.word(i) == "filled")
      return talk_sign{"no-report", quoted(view, i) + " reports how a call went"};
    const bool event = x == term::hit || x == term::filled;
    bool near_level = false;
    for (std::size_t n = 1; event && n <= 3 && n <= i; ++n) {
      const auto role_there = view.roles[i - n];
      near_level = near_level || role_there == role::target || role_there == role::entry ||
                   role_there == role::list_number || view.at(i - n) == term::target_label ||
                   view.at(i - n) == term::entry_label;
    }
    if (event && near_level)
      return talk_sign{"no-report", quoted(view, i) + " reports how a call went"};
  }
  return std::nullopt;
}

bool is_about_a_period(const message_view& view, std::size_t at) {
  constexpr std::string_view periods[] = {"week", "weeks", "month", "months", "year", "quarter"};
  constexpr std::size_t patience = 8;
  for (auto i = at; i < at + patience && view.has(i) && !is_sentence_end(view.at(i)); ++i)
    if (std::find(std::begin(periods), std::end(periods), view.word(i)) != std::end(periods))
      return true;
  return false;
}

bool is_about_something_else(const message_view& view, std::size_t at) {
  // What one does to trades, and whom one says it to.
  constexpr std::string_view fitting[] = {
      "trade",    "trades",    "signal",   "signals", "setup",  "setups",   "more",     "off",
      "again",    "guys",      "team",     "fam",     "please", "pls",      "everyone", "everybody",
      "asap",     "early",     "green",    "red",     "profit", "profits",  "small",    "big",
      "win",      "loss",      "shares",   "stocks",  "swing",  "scalp",    "option",   "options",
      "contract", "contracts", "manually", "gains",   "money",  "positions"};
  constexpr std::size_t patience = 4;
  for (auto i = at; i < at + patience && view.has(i); ++i) {
    const auto x = view.at(i);
    if (x == term::unknown || x == term::talk) {
      if (view.first_token(i).upper) return false;
      return std::find(std::begin(fitting), std::end(fitting), view.word(i)) == std::end(fitting);
    }
    if (x != term::filler && x != term::market && x != term::joiner && x != term::all) return false;
  }
  return false;
}

std::optional<talk_sign> talk_around(const message_view& view, std::size_t at) {
  auto first = at;
  while (first > 0 && !is_sentence_end(view.at(first - 1))) --first;
  for (auto i = first; i < at; ++i)
    if (is_praise(view, i))
      return talk_sign{"no-praise", quoted(view, i + 1) + " of somebody is praised"};
  for (auto i = first; view.has(i) && !is_sentence_end(view.at(i)); ++i) {
    const auto x = view.at(i);
    const auto word = view.word(i);
    if (word == "yesterday" || word == "yesterdays" ||
        (x == term::story && word == "last" && view.marks[i].count > 1))
      return talk_sign{"no-story", quoted(view, i) + " tells of the past"};
    // What follows the event does not undo it: "TP1 hit, watch the next level".
    if (i < at && x == term::doubt)
      return talk_sign{"not-yet", quoted(view, i) + ": it has not happened"};
    if (i < at && x == term::negation) return talk_sign{"not-so", quoted(view, i) + " says no"};
    if (i > at && x == term::doubt &&
        (view.word(i) == "if" || view.word(i) == "when" || view.word(i) == "once" ||
         view.word(i) == "unless" || view.word(i) == "maybe" || view.word(i) == "perhaps"))
      return talk_sign{"not-yet", quoted(view, i) + ": only on a condition"};
  }
  for (auto i = first; view.has(i); ++i) {
    if (view.at(i) == term::question) return talk_sign{"no-question", "it is asked"};
    if (is_sentence_end(view.at(i))) break;
  }
  return std::nullopt;
}

}  // namespace outcry::signals
