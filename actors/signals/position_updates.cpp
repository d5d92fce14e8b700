#include <algorithm>
#include <iterator>

#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

namespace {

using match = std::optional<update_match>;

match made(update_kind kind, std::size_t last, bool certain = true) {
  update_match result;
  result.step.kind = kind;
  result.last = last;
  result.certain = certain;
  return result;
}

bool ends(const message_view& view, std::size_t i) {
  return !view.has(i) || is_sentence_end(view.at(i)) || view.at(i) == term::mention ||
         view.at(i) == term::picture || view.at(i) == term::check || view.at(i) == term::pipe;
}

bool is_politeness(std::string_view word) {
  constexpr std::string_view words[] = {"lets", "let", "us", "please", "pls",
                                        "guys", "we",  "i",  "im"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// The sentence begins at `i`; a ticker, a side and pictures may stand before.
bool begins(const message_view& view, std::size_t i) {
  for (int patience = 24; i > 0 && !is_sentence_end(view.at(i - 1)); --i) {
    const auto x = view.at(i - 1);
    const bool passes = x == term::unknown || x == term::tag || x == term::picture ||
                        x == term::colon || x == term::pipe || x == term::slash ||
                        x == term::mention || x == term::long_word || x == term::short_word ||
                        x == term::spot || x == term::futures || x == term::comma ||
                        x == term::joiner || x == term::ampersand || x == term::dash ||
                        view.first_token(i - 1).upper || is_politeness(view.word(i - 1));
    if (!passes || patience-- == 0) return false;
  }
  return true;
}

/// "close below", "daily close", "a close": what a candle does.
bool is_candle_talk(const message_view& view, std::size_t i) {
  const auto next = view.at(i + 1);
  if (next == term::below || next == term::above || next == term::candle || view.is_price(i + 1) ||
      next == term::joiner)
    return true;
  if (next == term::filler &&
      (view.at(i + 2) == term::below || view.at(i + 2) == term::above || view.is_price(i + 2)) &&
      view.word(i + 1) != "at")
    return true;
  if (i == 0) return false;
  const auto before = view.at(i - 1);
  const auto word = view.word(i - 1);
  return before == term::timeframe || before == term::candle || word == "a" || word == "the" ||
         (before == term::number && view.first_token(i - 1).unit == number_unit::timeframe);
}

/// How much of a position is meant at mark `i`: "half", "50%", "1/3", "some"; `last` its last mark.
bool share_at(const message_view& view, std::size_t i, std::optional<Ratio>& percent,
              std::size_t& last) {
  last = i;
  if (view.at(i) == term::half) {
    percent = Ratio::from_integer(50);
    return true;
  }
  if (view.at(i) == term::partial) return view.at(i + 1) != term::filled;
  if (view.at(i) != term::number) return false;
  const auto& t = view.first_token(i);
  if (t.unit == number_unit::percent) {
    const auto whole = Ratio::from_integer(100);
    const auto value = Ratio::from_units(t.value.units());
    if (!value.is_positive() || value > whole) return false;
    percent = value;
    return true;
  }
  if (view.is_plain_integer(i, 9) && view.at(i + 1) == term::slash && view.glued(i + 1) &&
      view.is_plain_integer(i + 2, 10)) {
    const auto part = Ratio::from_units(t.value.units());
    const auto total = Ratio::from_units(view.first_token(i + 2).value.units());
    if (part >= total) return false;
    last = i + 2;
    percent = rounded(portion(Ratio::from_integer(100), part, total), 4, rounding::half_even);
    return true;
  }
  return false;
}

/// "trimming", "secure half", "close 50%", "sold 1/3".
match close_partial(const message_view& view, std::size_t i) {
  const auto x = view.at(i);
  const bool trim = x == term::trim;
  const bool verb = x == term::take || x == term::close_verb || x == term::closed ||
                    x == term::exit_verb || x == term::sold || x == term::sell_word ||
                    x == term::stc || x == term::change || x == term::out;
  const bool closing = x == term::candle && view.word(i) == "closing";
  const bool secured = x == term::hit && (view.word(i) == "secured" || view.word(i) == "booked");
  if (!trim && !verb && !secured && !closing) return std::nullopt;
  for (std::size_t n = 1; n <= 4 && view.has(i + n); ++n) {
    std::optional<Ratio> percent;
    std::size_t last = i + n;
    if (share_at(view, i + n, percent, last)) {
      const auto next = view.at(last + 1);
      // "booked 50% profit" is what was gained.
      const bool gain = percent && view.at(i + n) == term::number &&
                        (next == term::other_label || view.at(last + 2) == term::other_label);
      if (gain && !trim && x != term::close_verb && x != term::sold && x != term::sell_word)
        return std::nullopt;
      if (x == term::change && (view.at(i + n) == term::partial)) return std::nullopt;
      auto result = made(update_kind::close_partial, last);
      result->step.percent = percent;
      return result;
    }
    const auto word = view.word(i + n);
    const bool profit = word.substr(0, 6) == "profit" || word == "another" || word == "more" ||
                        word == "other" || word == "out";
    if (!is_gap(view.at(i + n)) && view.at(i + n) != term::unknown && view.at(i + n) != term::tag &&
        !profit)
      break;
  }
  if (!trim) return std::nullopt;
  return made(update_kind::close_partial, i, false);
}

/// "closed BE", "closed at trailing stoploss", "exited": it is over.
match closed(const message_view& view, std::size_t i) {
  if (view.at(i) != term::closed) return std::nullopt;
  const bool at_price = view.marks[i].count > 1 && view.is_price(i + 1);
  if (!at_price && is_candle_talk(view, i)) return std::nullopt;
  std::size_t last = i;
  bool even = false;
  for (auto n = i + 1; view.has(n) && !is_sentence_end(view.at(n)); ++n) {
    last = n;
    even = even || (view.at(n) == term::breakeven && n <= i + 4);
  }
  auto result = made(update_kind::closed, last);
  result->step.breakeven = even;
  if (at_price) result->step.price = view.first_token(i + 1).value;
  return result;
}

/// "close now", "exit here", "BTC long close".
match close(const message_view& view, std::size_t i) {
  const auto x = view.at(i);
  if (x == term::stc && (view.at(i + 1) == term::tag || view.at(i + 1) == term::unknown))
    return made(update_kind::close, i);
  if (x == term::stc && view.at(i + 1) == term::all) return made(update_kind::close, i + 1);
  if (x == term::candle && view.word(i) == "closing" && view.marks[i].count == 1 &&
      begins(view, i) && !is_candle_talk(view, i)) {
    const auto what = view.at(i + 1);
    const bool mine =
        view.word(i + 1) == "the" || view.word(i + 1) == "my" || view.word(i + 1) == "our";
    if (mine || what == term::all || what == term::last || what == term::runner ||
        what == term::tag || (what == term::unknown && view.first_token(i + 1).upper))
      return made(update_kind::close, i);
  }
  if (x != term::close_verb && x != term::exit_verb) return std::nullopt;
  if (is_candle_talk(view, i)) return std::nullopt;
  const auto next = view.at(i + 1);
  const bool object = next == term::market || next == term::all || next == term::filler ||
                      next == term::unknown || next == term::tag || next == term::runner ||
                      next == term::long_word || next == term::short_word ||
                      next == term::breakeven || next == term::at_sign || next == term::last;
  const bool phrase = view.marks[i].count > 1;
  const bool orders = begins(view, i) && (object || phrase || ends(view, i + 1));
  if (!orders && !(phrase && (object || ends(view, i + 1)))) return std::nullopt;
  auto result = made(update_kind::close, i);
  const auto& m = view.marks[i];
  const auto last_word = view.text.tokens[m.first + m.count - 1].text;
  result->step.all = next == term::all || last_word == "all" || last_word == "everything";
  return result;
}

/// "all out", "I'm out", "sold": the author leaves.
match out(const message_view& view, std::size_t i) {
  const auto x = view.at(i);
  if (x == term::talk && view.word(i) == "out" && begins(view, i)) {
    const auto next = view.at(i + 1);
    const bool name = next == term::tag || (next == term::unknown && view.first_token(i + 1).upper);
    return name ? made(update_kind::close, i + 1, false) : std::nullopt;
  }
  if (x == term::out) {
    const auto next = view.at(i + 1);
    const bool place = view.marks[i].count > 2 || next == term::filler || next == term::market ||
                       next == term::unknown || next == term::tag || next == term::all ||
                       next == term::runner || next == term::entry_label || next == term::number ||
                       next == term::at_sign || ends(view, i + 1);
    if (!place) return std::nullopt;
    return made(update_kind::close, i, false);
  }
  if (x == term::sold) {
    const auto next = view.at(i + 1);
    const bool place = ends(view, i + 1) || next == term::filler || next == term::market ||
                       next == term::all || next == term::unknown || next == term::tag ||
                       next == term::at_sign || next == term::runner;
    if (!place || change_before(view, i, 1)) return std::nullopt;
    return made(update_kind::close, i, false);
  }
  return std::nullopt;
}

match cancel(const message_view& view, std::size_t i) {
  if (view.at(i) != term::cancel) return std::nullopt;
  return made(update_kind::cancel, i);
}

/// "leverage to 10x", "update leverage: 3x".
match set_leverage(const message_view& view, std::size_t i) {
  if (view.at(i) != term::leverage_label) return std::nullopt;
  bool said = change_before(view, i, 3);
  for (std::size_t n = 1; n <= 4 && view.has(i + n); ++n) {
    const auto at = i + n;
    if (view.at(at) == term::number) {
      const auto& t = view.first_token(at);
      const bool factor = t.unit == number_unit::times || t.unit == number_unit::none;
      if (!said || !factor || !t.value.is_positive()) return std::nullopt;
      auto result = made(update_kind::set_leverage, at);
      result->step.leverage = Ratio::from_units(t.value.units());
      return result;
    }
    said = said || leads_to_value(view, at);
    if (!is_gap(view.at(at))) return std::nullopt;
  }
  return std::nullopt;
}

/// "double the position size".
match scale(const message_view& view, std::size_t i) {
  const auto word = view.has(i) && view.at(i) == term::multiple ? view.word(i) : std::string_view{};
  if (word.empty()) return std::nullopt;
  for (std::size_t n = 1; n <= 4 && view.has(i + n); ++n) {
    const auto x = view.at(i + n);
    if (x == term::size_label || (x == term::side_label && view.word(i + n) == "position")) {
      auto result = made(update_kind::scale, i + n);
      result->step.factor = Ratio::from_integer(word.substr(0, 6) == "triple" ? 3 : 2);
      return result;
    }
    if (!is_gap(x) && x != term::unknown) return std::nullopt;
  }
  return std::nullopt;
}

constexpr update_rule rules[] = {
    {"cancel", cancel}, {"close-partial", close_partial}, {"closed", closed}, {"close", close},
    {"out", out},       {"set-leverage", set_leverage},   {"scale", scale},
};

}  // namespace

std::span<const update_rule> position_update_rules() {
  return rules;
}

}  // namespace outcry::signals
