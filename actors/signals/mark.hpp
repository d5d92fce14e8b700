#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/signals/lexicon.hpp"
#include "actors/signals/token.hpp"

namespace outcry::signals {

/// One or several tokens with one meaning: what the rules are written over.
struct mark {
  term what = term::unknown;
  std::uint8_t index = 0;   ///< of a numbered label: 2 for "tp2"; for `times` the factor
  std::uint32_t first = 0;  ///< token
  std::uint32_t count = 1;  ///< tokens
  std::uint32_t line = 0;   ///< of the message, from 0
};

/// What became of a mark; for people.
enum class role : std::uint8_t {
  none,
  label,
  side,
  symbol,
  entry,
  add,
  stop,
  target,
  leverage,
  size,
  quantity,
  strike,
  expiry,
  order,
  timeframe,
  list_number,
  metric,
  stray,
  event,
};

std::string_view to_string(role x);

/// A message taken to pieces. Marks refer to tokens, roles stand beside the marks.
struct message_view {
  token_list text;
  std::vector<mark> marks;
  std::vector<role> roles;  ///< one for each mark

  std::size_t size() const { return marks.size(); }
  bool has(std::size_t i) const { return i < marks.size(); }
  /// `unknown`-safe: `other_sign` beyond the end.
  term at(std::size_t i) const { return has(i) ? marks[i].what : term::other_sign; }
  const token& first_token(std::size_t i) const { return text.tokens[marks[i].first]; }
  /// The folded text of the mark's first token.
  std::string_view word(std::size_t i) const { return first_token(i).text; }
  /// Nothing stands between mark i and the one before.
  bool glued(std::size_t i) const { return first_token(i).glued; }
  bool is_price(std::size_t i) const {
    return has(i) && marks[i].what == term::number &&
           (first_token(i).unit == number_unit::none || first_token(i).unit == number_unit::sats);
  }
  bool is_plain_integer(std::size_t i, int most) const;
};

/// Tokens and what they mean: the longest known phrase wins.
message_view view_message(std::string_view text);

/// A colon, dash or the like, which may stand between a label and its number.
bool is_separator(term x);

/// Ends a sentence.
bool is_sentence_end(term x);

}  // namespace outcry::signals
