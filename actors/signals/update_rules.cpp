#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

bool is_gap(term x) {
  switch (x) {
    case term::filler:
    case term::joiner:
    case term::market:
    case term::change:
    case term::colon:
    case term::equals:
    case term::dash:
    case term::arrow:
    case term::pipe:
    case term::picture:
    case term::at_sign:
    case term::comma:
    case term::story:  // "was hit"
    case term::other_sign:
    case term::open:
    case term::close:
    case term::ampersand:
      return true;
    default:
      return false;
  }
}

std::size_t ahead(const message_view& view, std::size_t i, std::size_t most, term wanted) {
  for (std::size_t n = 0; n <= most && view.has(i + n); ++n) {
    if (view.at(i + n) == wanted) return i + n;
    if (!is_gap(view.at(i + n))) return npos;
  }
  return npos;
}

bool leads_to_value(const message_view& view, std::size_t at) {
  const auto x = view.at(at);
  return x == term::change || x == term::market || (x == term::joiner && view.word(at) == "to");
}

bool change_before(const message_view& view, std::size_t i, std::size_t most) {
  for (std::size_t n = 1; n <= most && n <= i; ++n) {
    const auto x = view.at(i - n);
    if (x == term::change) return true;
    if (is_sentence_end(x)) return false;
  }
  return false;
}

std::uint8_t target_number(const message_view& view, std::size_t i, std::size_t& last) {
  last = i;
  if (view.marks[i].index > 0) return view.marks[i].index;
  constexpr int most_targets = 20;
  const auto value = [&](std::size_t at) {
    return static_cast<std::uint8_t>(view.first_token(at).value.units() / detail::decimal_one);
  };
  if (view.is_plain_integer(i + 1, most_targets) && !view.is_price(i + 2)) {
    last = i + 1;
    return value(i + 1);
  }
  if (view.at(i + 1) == term::bullet) {
    last = i + 1;
    return view.first_token(i + 1).index;
  }
  if (i == 0) return 0;
  switch (view.at(i - 1)) {
    case term::ordinal_first:
      return 1;
    case term::ordinal_second:
      return 2;
    case term::ordinal_third:
      return 3;
    case term::number:
      if (view.first_token(i - 1).unit == number_unit::ordinal &&
          view.first_token(i - 1).value <= Price::from_integer(most_targets))
        return value(i - 1);
      return 0;
    default:
      return 0;
  }
}

}  // namespace outcry::signals
