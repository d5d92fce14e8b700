#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "messages/decimal.hpp"

namespace outcry::signals {

enum class token_kind : std::uint8_t {
  word,
  number,
  tag,          ///< #NAME or $NAME; `text` is the name
  punctuation,  ///< `sign`
  bullet,       ///< a circled number; `index`
  newline,
  check,  ///< a tick
  emoji,
  mention,  ///< a person, role or channel
  url,
  other,  ///< a version ("1.1.1"), a number out of range
};

std::string_view to_string(token_kind x);

/// What stands at a number without a blank between.
enum class number_unit : std::uint8_t {
  none,
  percent,
  times,      ///< 10x: leverage
  r,          ///< 0.25R
  call,       ///< 350c
  put,        ///< 35p
  timeframe,  ///< 4h, 1d, 15m; `text` is the whole
  pips,
  sats,
  ordinal,  ///< 1st
};

/// A piece of a message.
struct token {
  token_kind kind = token_kind::other;
  std::uint32_t offset = 0;  ///< bytes
  std::uint32_t length = 0;
  std::string_view text;   ///< words and tags: folded to small letters; numbers: as written, plain
  char sign = 0;           ///< punctuation
  bool glued = false;      ///< nothing stands between the token before and this one
  bool upper = false;      ///< a word or tag in capitals
  std::uint8_t index = 0;  ///< bullets
  char32_t picture = 0;    ///< emoji: its code point, if it is a single one

  // Numbers.
  Price value;
  number_unit unit = number_unit::none;
  bool currency = false;    ///< with a currency sign
  bool multiplied = false;  ///< "1.2k"
  bool one_comma = false;   ///< "16,990": read as thousands, may be a decimal comma
  std::uint8_t whole_digits = 0;
  std::uint8_t fraction_digits = 0;

  bool is(char punctuation) const { return kind == token_kind::punctuation && sign == punctuation; }
};

/// The tokens of a message. Their texts live in `letters`; to be moved, not copied.
struct token_list {
  token_list() = default;
  token_list(token_list&&) = default;
  token_list& operator=(token_list&&) = default;

  std::vector<token> tokens;
  std::vector<char> letters;
};

/// Takes a message to pieces; see docs/signals.md.
token_list tokenize(std::string_view text);

}  // namespace outcry::signals
