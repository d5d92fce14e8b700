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

/// In a bracket behind a stop "if" is its condition: "(if 4h candle close under ...)".
bool is_stop_condition(const message_view& view, std::size_t i) {
  for (std::size_t back = 1; back <= 2 && back <= i; ++back)
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
  // "Wait for confirmation."
  if (x == term::doubt && view.marks[i].count > 1 && view.word(i) != "going") return true;
  return view.marks[i].count == 1 && x != term::number &&
         std::find(std::begin(words), std::end(words), view.word(i)) != std::end(words);
}

/// Some targets ticked, others not: the call is under way.
bool is_under_way(const message_view& view) {
  std::size_t targets = 0;
  std::size_t ticked = 0;
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (view.roles[i] != role::target) continue;
    ++targets;
    ticked += view.at(i + 1) == term::check ? 1 : 0;
  }
  return ticked > 0 && ticked < targets;
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
    if (x == term::doubt && !is_stop_condition(view, i))
      return talk_sign{"no-condition", quoted(view, i) + " makes it a thought, no call"};
    if (x == term::story) return talk_sign{"no-story", quoted(view, i) + " tells of the past"};
    if (x == term::negation) return talk_sign{"no-negation", quoted(view, i) + " says no"};
    if (is_report(x)) return talk_sign{"no-report", quoted(view, i) + " reports how a call went"};
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
  for (auto i = first; view.has(i) && !is_sentence_end(view.at(i)); ++i) {
    const auto x = view.at(i);
    // What follows the event does not undo it: "TP1 hit, watch the next level".
    if (i < at && x == term::doubt)
      return talk_sign{"not-yet", quoted(view, i) + ": it has not happened"};
    if (i < at && x == term::negation) return talk_sign{"not-so", quoted(view, i) + " says no"};
    if (i > at && x == term::doubt &&
        (view.word(i) == "if" || view.word(i) == "when" || view.word(i) == "once" ||
         view.word(i) == "unless"))
      return talk_sign{"not-yet", quoted(view, i) + ": only on a condition"};
  }
  for (auto i = first; view.has(i); ++i) {
    if (view.at(i) == term::question) return talk_sign{"no-question", "it is asked"};
    if (is_sentence_end(view.at(i))) break;
  }
  return std::nullopt;
}

}  // namespace outcry::signals
