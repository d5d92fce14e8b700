#pragma once

#include <cstdint>
#include <string_view>

namespace outcry::signals {

/// What a word, phrase or sign means to the rules.
enum class term : std::uint8_t {
  unknown,  ///< a word nobody knows: it may be a ticker
  // Signs.
  number,
  tag,
  at_sign,
  colon,
  equals,
  dash,
  slash,
  comma,
  pipe,
  plus,
  ampersand,
  arrow,
  open,
  close,
  dot,
  question,
  exclamation,
  other_sign,
  newline,
  check,
  picture,
  mention,
  link,
  bullet,
  other,
  // Words that say nothing by themselves.
  filler,  ///< may stand inside a list of prices: "around", "area"
  joiner,  ///< between two prices: "to", "and"
  talk,    ///< any other common word: never a ticker
  brand,   ///< an exchange: never a ticker
  // Sides and verbs.
  long_word,
  short_word,
  buy_word,
  sell_word,
  bto,
  stc,
  sto,
  // Labels.
  entry_label,
  stop_label,
  target_label,
  leverage_label,
  add_label,
  symbol_label,
  size_label,
  risk_label,
  side_label,
  other_label,
  ratio_label,
  // Properties.
  timeframe,
  market,
  limit,
  spot,
  futures,
  cross,
  isolated,
  risky,
  pips,
  sats,
  times,
  call_right,
  put_right,
  below,
  above,
  candle,
  // Events.
  hit,
  change,
  breakeven,
  close_verb,
  closed,
  exit_verb,
  out,
  sold,
  stopped,
  cancel,
  partial,
  half,
  trim,
  filled,
  trailing,
  all,
  take,
  runner,
  last,
  ordinal_first,
  ordinal_second,
  ordinal_third,
  multiple,  ///< double, triple
  // What makes a sentence no call.
  negation,
  doubt,  ///< if, maybe, would
  story,  ///< was, yesterday, recap
  mental,
};

std::string_view to_string(term x);

/// The meaning of up to four folded words with one blank between; `unknown` if nobody knows it.
term look_up(std::string_view phrase);

/// Long, short, buy, sell.
constexpr bool is_side(term x) {
  return x == term::long_word || x == term::short_word || x == term::buy_word ||
         x == term::sell_word;
}

/// True if some longer phrase begins with this word.
bool begins_phrase(std::string_view word);

/// How many words the longest phrase has.
constexpr std::size_t longest_phrase = 4;

}  // namespace outcry::signals
