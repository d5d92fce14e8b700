#include "actors/signals/symbols.hpp"

// Which of the tickers of a message is meant.

namespace outcry::signals {

namespace {

/// Whether `x` is good enough to cast doubt on `best`.
bool rivals(symbol_evidence x, symbol_evidence best) {
  if (best >= symbol_evidence::tag) return x >= symbol_evidence::joined;
  if (best >= symbol_evidence::place) return x >= symbol_evidence::place;
  return x == best;
}

}  // namespace

std::string_view to_string(symbol_evidence x) {
  switch (x) {
    case symbol_evidence::capitals:
      return "a word in capitals";
    case symbol_evidence::known_coin:
      return "a known ticker";
    case symbol_evidence::position:
      return "its place";
    case symbol_evidence::place:
      return "its place and its capitals";
    case symbol_evidence::name:
      return "a known name";
    case symbol_evidence::joined:
      return "a pair in one word";
    case symbol_evidence::tag:
      return "a tag";
    case symbol_evidence::label:
      return "a label";
    case symbol_evidence::pair:
      break;
  }
  return "a pair";
}

symbol_search find_symbol(const message_view& view, symbol_evidence least) {
  auto all = all_symbols(view);
  symbol_search result;
  for (const auto& x : all) {
    if (x.why < least) continue;
    if (!result.best || x.why > result.best->why) result.best = x;
  }
  if (!result.best) return result;
  for (const auto& x : all) {
    const bool same = x.what.ticker == result.best->what.ticker;
    if (same && result.best->what.quote.empty()) result.best->what.quote = x.what.quote;
    if (same || x.why < least) continue;
    if (!result.rival && rivals(x.why, result.best->why)) result.rival = x;
  }
  return result;
}

}  // namespace outcry::signals
