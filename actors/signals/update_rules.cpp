#include "actors/signals/update_rules.hpp"

#include <algorithm>
#include <iterator>

#include "actors/signals/instruments.hpp"

namespace outcry::signals {

std::optional<update_match> made(update_kind kind, std::size_t last, bool certain) {
  update_match result;
  result.step.kind = kind;
  result.last = last;
  result.certain = certain;
  return result;
}

bool is_name(const message_view& view, std::size_t i) {
  const auto x = view.at(i);
  if (x == term::tag || x == term::unknown) return view.has(i);
  if (!view.has(i) || view.marks[i].count != 1) return false;
  const auto& t = view.first_token(i);
  return t.kind == token_kind::word && t.upper && (is_known_coin(t.text) || is_known_stock(t.text));
}

namespace {

/// Words in small letters that may lead to an event.
bool leads_in(std::string_view word) {
  constexpr std::string_view words[] = {
      "lets", "let",    "us",       "please", "pls",    "guys",     "we",     "i",
      "im",   "signal", "trade",    "trades", "setup",  "call",     "got",    "get",
      "been", "have",   "has",      "now",    "update", "alert",    "ok",     "okay",
      "you",  "can",    "everyone", "team",   "all",    "position", "finally"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool passes(const message_view& view, std::size_t i) {
  switch (view.at(i)) {
    case term::tag:
    case term::picture:
    case term::check:
    case term::colon:
    case term::pipe:
    case term::slash:
    case term::mention:
    case term::long_word:
    case term::short_word:
    case term::spot:
    case term::futures:
    case term::limit:
    case term::comma:
    case term::joiner:
    case term::ampersand:
    case term::dash:
    case term::filler:
    case term::entry_label:
    case term::side_label:
    case term::all:
    case term::filled:
    case term::last:
    case term::runner:
    case term::half:
    case term::partial:
    case term::call_right:
    case term::put_right:
    case term::target_label:
    case term::stop_label:
    case term::hit:
    case term::breakeven:
      return true;
    case term::number:
      return view.is_price(i);
    case term::buy_word:
    case term::sell_word:  // "sell limit deleted"
      return view.at(i + 1) == term::limit || view.at(i + 1) == term::cancel;
    default:
      return is_name(view, i) || leads_in(view.word(i));
  }
}

}  // namespace

bool begins_sentence(const message_view& view, std::size_t i) {
  constexpr int most_marks = 24;
  int marks = most_marks;
  int unknown = 1;
  for (; i > 0 && !is_sentence_end(view.at(i - 1)); --i) {
    const auto before = i - 1;
    // "alerts (picture): closed": whoever speaks.
    if (view.at(before) == term::colon && before > 0 && view.at(before - 1) == term::picture)
      return true;
    const auto& t = view.first_token(before);
    const bool name = t.upper || is_unmistakable(t.text) || view.at(before) == term::tag;
    if (view.at(before) == term::unknown && !name && unknown-- == 0) return false;
    if (!t.upper && !passes(view, before)) return false;
    if (marks-- == 0) return false;
  }
  return true;
}

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
  // "TP 1 2 3": a row of them.
  const bool row =
      view.is_plain_integer(i + 1, 1) && view.is_plain_integer(i + 2, 2) && value(i + 2) == 2;
  if (view.is_plain_integer(i + 1, most_targets) && (row || !view.is_price(i + 2))) {
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
