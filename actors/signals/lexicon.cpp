#include "actors/signals/lexicon.hpp"

#include <unordered_map>

#include "actors/signals/lexicon_words.hpp"
#include "actors/signals/talk_words.hpp"

namespace outcry::signals {

namespace {

struct lexicon {
  std::unordered_map<std::string_view, term> meanings;
  std::unordered_map<std::string_view, bool> beginnings;  ///< first words of longer phrases

  lexicon() {
    for (const auto* x = begin_families(); x != end_families(); ++x) add(x->phrases, x->meaning);
    add(talk_words(), term::talk);
    for (const auto* x = begin_tongues(); x != end_tongues(); ++x) add(x->phrases, x->meaning);
  }

  void add(std::string_view phrases, term meaning) {
    while (!phrases.empty()) {
      const auto end = phrases.find('|');
      const auto phrase = phrases.substr(0, end);
      meanings.emplace(phrase, meaning);
      if (const auto blank = phrase.find(' '); blank != std::string_view::npos)
        beginnings.emplace(phrase.substr(0, blank), true);
      if (end == std::string_view::npos) return;
      phrases.remove_prefix(end + 1);
    }
  }
};

const lexicon& the_lexicon() {
  static const lexicon instance;
  return instance;
}

constexpr std::string_view names[] = {
    "unknown", "number",   "tag",      "at",          "colon",       "equals",      "dash",
    "slash",   "comma",    "pipe",     "plus",        "and",         "arrow",       "open",
    "close",   "dot",      "question", "exclamation", "sign",        "newline",     "check",
    "picture", "mention",  "link",     "bullet",      "other",       "filler",      "joiner",
    "talk",    "brand",    "long",     "short",       "buy",         "sell",        "BTO",
    "STC",     "STO",      "entry",    "stop",        "target",      "leverage",    "add",
    "symbol",  "size",     "risk",     "side",        "other label", "risk/reward", "timeframe",
    "market",  "limit",    "spot",     "futures",     "cross",       "isolated",    "risky",
    "pips",    "sats",     "times",    "call",        "put",         "below",       "above",
    "candle",  "hit",      "change",   "breakeven",   "close verb",  "closed",      "exit",
    "out",     "sold",     "stopped",  "cancel",      "partial",     "half",        "trim",
    "filled",  "trailing", "all",      "take",        "runner",      "last",        "first",
    "second",  "third",    "multiple", "negation",    "doubt",       "story",       "mental"};

}  // namespace

static_assert(std::size(names) == static_cast<std::size_t>(term::mental) + 1);

std::string_view to_string(term x) {
  return names[static_cast<std::size_t>(x)];
}

term look_up(std::string_view phrase) {
  const auto& meanings = the_lexicon().meanings;
  const auto found = meanings.find(phrase);
  return found == meanings.end() ? term::unknown : found->second;
}

bool begins_phrase(std::string_view word) {
  return the_lexicon().beginnings.contains(word);
}

}  // namespace outcry::signals
