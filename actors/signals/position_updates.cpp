#include <algorithm>
#include <iterator>

#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

namespace {

using match = std::optional<update_match>;

bool ends(const message_view& view, std::size_t i) {
  return !view.has(i) || is_sentence_end(view.at(i)) || view.at(i) == term::mention ||
         view.at(i) == term::picture || view.at(i) == term::check || view.at(i) == term::pipe;
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
  // "closed the month"
  constexpr std::string_view spans[] = {"day", "week", "month", "quarter", "year", "session"};
  if (view.word(i) == "closed" && view.at(i + 1) == term::filler && view.has(i + 2) &&
      std::find(std::begin(spans), std::end(spans), view.word(i + 2)) != std::end(spans))
    return true;
  // "closed the daily above 9"
  for (auto n = i + 1; n < i + 4 && view.has(n) && !is_sentence_end(view.at(n)); ++n)
    if (view.at(n) == term::timeframe || view.at(n) == term::candle) return true;
  if (i == 0) return false;
  const auto before = view.at(i - 1);
  const auto word = view.word(i - 1);
  return before == term::timeframe || before == term::candle || word == "a" || word == "the" ||
         (before == term::number && view.first_token(i - 1).unit == number_unit::timeframe);
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
  if (x == term::stc && is_name(view, i + 1)) return made(update_kind::close, i);
  if (x == term::stc && view.at(i + 1) == term::all) return made(update_kind::close, i + 1);
  if (x == term::candle && view.word(i) == "closing" && view.marks[i].count == 1 &&
      begins_sentence(view, i) && !is_candle_talk(view, i)) {
    const auto what = view.at(i + 1);
    const bool mine =
        view.word(i + 1) == "the" || view.word(i + 1) == "my" || view.word(i + 1) == "our";
    if (mine || what == term::all || what == term::last || what == term::runner ||
        what == term::tag || (what == term::unknown && view.first_token(i + 1).upper))
      return made(update_kind::close, i);
  }
  if (x == term::sell_word && begins_sentence(view, i)) {
    // "selling the rest": what remains of a position.
    auto n = i + 1;
    while (view.at(n) == term::filler && n < i + 4) ++n;
    return view.at(n) == term::runner ? std::optional{made(update_kind::close, n)} : std::nullopt;
  }
  if (x != term::close_verb && x != term::exit_verb) return std::nullopt;
  // "TP1 is close"
  constexpr std::string_view states[] = {"is", "are", "be", "so", "too", "very", "pretty"};
  if (i > 0 &&
      std::find(std::begin(states), std::end(states), view.word(i - 1)) != std::end(states))
    return std::nullopt;
  if (is_candle_talk(view, i)) return std::nullopt;
  const auto next = view.at(i + 1);
  const bool object = next == term::market || next == term::all || next == term::filler ||
                      is_name(view, i + 1) || next == term::runner || next == term::long_word ||
                      next == term::short_word || next == term::breakeven ||
                      next == term::at_sign || next == term::last;
  const bool phrase = view.marks[i].count > 1;
  const bool orders = begins_sentence(view, i) && (object || phrase || ends(view, i + 1));
  if (!orders && !(phrase && (object || ends(view, i + 1)))) return std::nullopt;
  auto result = made(update_kind::close, i);
  const auto& m = view.marks[i];
  const auto last_word = view.text.tokens[m.first + m.count - 1].text;
  result->step.all = next == term::all || last_word == "all" || last_word == "everything";
  return result;
}

/// "in at 118, out at 141": a tale of a trade that is over.
bool is_round_trip(const message_view& view, std::size_t i) {
  const bool priced = view.is_price(i + 1) || view.at(i + 1) == term::at_sign;
  for (auto n = i; priced && n > 1 && !is_sentence_end(view.at(n - 1)); --n) {
    if (!view.is_price(n - 1)) continue;
    const auto before = view.word(n - 2);
    const bool in = n > 2 && view.word(n - 3) == "in";
    if (before == "in" || ((before == "at" || before == "from") && in)) return true;
  }
  return false;
}

/// "all out", "I'm out", "sold": the author leaves.
match out(const message_view& view, std::size_t i) {
  const auto x = view.at(i);
  if (x == term::talk && view.word(i) == "out" && begins_sentence(view, i)) {
    const auto next = view.at(i + 1);
    const bool name = next == term::tag || (next == term::unknown && view.first_token(i + 1).upper);
    return name ? made(update_kind::close, i + 1, false) : std::nullopt;
  }
  if (x == term::out) {
    const auto next = view.at(i + 1);
    const bool place = view.marks[i].count > 2 || next == term::filler || next == term::market ||
                       is_name(view, i + 1) || next == term::all || next == term::runner ||
                       next == term::entry_label || next == term::number || next == term::at_sign ||
                       next == term::breakeven || ends(view, i + 1);
    // "analysis out now", "the chart is out": news.
    const bool news = i > 0 && view.word(i) == "out" &&
                      (view.word(i - 1) == "is" || view.word(i - 1) == "are" ||
                       (view.at(i - 1) == term::talk && view.first_token(i - 1).upper));
    const bool leads = view.word(i) != "out" || begins_sentence(view, i);
    if (!place || news || !leads || is_round_trip(view, i)) return std::nullopt;
    return made(update_kind::close, i, false);
  }
  if (x == term::sold) {
    const auto next = view.at(i + 1);
    const bool place = ends(view, i + 1) || next == term::filler || next == term::market ||
                       next == term::all || is_name(view, i + 1) || next == term::at_sign ||
                       next == term::runner;
    if (!place || change_before(view, i, 1) || !begins_sentence(view, i)) return std::nullopt;
    return made(update_kind::close, i, false);
  }
  return std::nullopt;
}

/// "took my WAG off", "take the rest off".
match take_off(const message_view& view, std::size_t i) {
  if (view.at(i) != term::take) return std::nullopt;
  bool what = false;
  for (auto n = i + 1; n < i + 7 && view.has(n); ++n) {
    if (view.word(n) == "off")
      return what ? std::optional{made(update_kind::close, n)} : std::nullopt;
    const auto x = view.at(n);
    const bool name = x == term::tag || (is_name(view, n) && view.first_token(n).upper);
    const bool rest = x == term::runner || x == term::all || view.word(n) == "trade" ||
                      x == term::call_right || x == term::put_right;
    what = what || name || rest;
    if (!name && !rest && x != term::filler && x != term::last) return std::nullopt;
  }
  return std::nullopt;
}

/// "take all profits", "secure full profit".
match take_all(const message_view& view, std::size_t i) {
  if (view.at(i) != term::take || view.at(i + 1) != term::all || !begins_sentence(view, i) ||
      !view.has(i + 2) || view.word(i + 2).substr(0, 6) != "profit")
    return std::nullopt;
  return made(update_kind::close, i + 2);
}

/// "cancelled", "remove the limit".
match cancel(const message_view& view, std::size_t i) {
  if (view.at(i) == term::cancel) {
    const auto word = view.word(i);
    const bool wish = word == "cancel" || word == "scrap" || word == "scratch" || word == "void";
    const auto next = view.at(i + 1);
    const bool object = ends(view, i + 1) || is_name(view, i + 1) || next == term::filler ||
                        next == term::all || next == term::limit || next == term::long_word ||
                        next == term::short_word || next == term::entry_label ||
                        next == term::talk || next == term::market || next == term::spot;
    if (!begins_sentence(view, i) || (wish && !object)) return std::nullopt;
    return made(update_kind::cancel, i);
  }
  constexpr std::string_view verbs[] = {"remove", "delete", "pull", "withdraw"};
  // "WAG limit: remove"
  const bool said = view.has(i) && view.at(i) != term::newline &&
                    std::find(std::begin(verbs), std::end(verbs), view.word(i)) != std::end(verbs);
  if (said && i > 1 && ends(view, i + 1) && view.at(i - 1) == term::colon &&
      view.at(i - 2) == term::limit)
    return made(update_kind::cancel, i);
  if (!said || !begins_sentence(view, i)) return std::nullopt;
  for (auto n = i + 1; n < i + 5 && view.has(n); ++n) {
    const auto word = view.word(n);
    if (view.at(n) == term::limit || word == "order" || word == "orders" || word == "bids")
      return made(update_kind::cancel, n);
    if (view.at(n) != term::filler && view.at(n) != term::all && !is_name(view, n)) break;
  }
  return std::nullopt;
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
      const bool negative = view.at(at - 1) == term::dash && view.glued(at) && !view.glued(at - 1);
      if (!said || !factor || !t.value.is_positive() || negative) return std::nullopt;
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

constexpr update_rule position_rules[] = {
    {"cancel", cancel},
    {"closed", closed},
    {"close", close},
    {"out", out},
    {"take-off", take_off},
    {"take-all", take_all},
    {"set-leverage", set_leverage},
    {"scale", scale},
};

}  // namespace

std::span<const update_rule> position_update_rules() {
  return position_rules;
}

}  // namespace outcry::signals
