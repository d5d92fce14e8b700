#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

namespace {

using match = std::optional<update_match>;

match made(update_kind kind, std::size_t last) {
  update_match result;
  result.step.kind = kind;
  result.last = last;
  return result;
}

/// A cross or a stop sign, and the line ends.
bool is_crossed_out(const message_view& view, std::size_t i) {
  if (view.at(i) != term::picture) return false;
  const auto picture = view.first_token(i).picture;
  return (picture == 0x26D4 || picture == 0x274C || picture == 0x1F6D1) &&
         (!view.has(i + 1) || view.at(i + 1) == term::newline);
}

/// "stopped out", "SL hit", "hit our stop"; "stopped at BE".
match stop_hit(const message_view& view, std::size_t i) {
  std::size_t last = npos;
  if (view.at(i) == term::stopped) {
    last = i;
  } else if (view.at(i) == term::stop_label && is_crossed_out(view, i + 1)) {
    last = i + 1;
  } else if (view.at(i) == term::stop_label) {
    last = ahead(view, i + 1, 3, term::hit);
    if (last != npos && (view.word(last) == "done" || view.word(last) == "secured")) last = npos;
  } else if (view.at(i) == term::hit) {
    last = ahead(view, i + 1, 3, term::stop_label);
  }
  if (last == npos) return std::nullopt;
  const auto even = ahead(view, last + 1, 3, term::breakeven);
  if (even == npos) return made(update_kind::stop_hit, last);
  auto result = made(update_kind::stop_hit, even);
  result->step.breakeven = true;
  return result;
}

/// "breakeven hit": the position ended where it began.
match breakeven_hit(const message_view& view, std::size_t i) {
  if (view.at(i) != term::breakeven) return std::nullopt;
  const auto hit = ahead(view, i + 1, 2, term::hit);
  if (hit == npos) return std::nullopt;
  auto result = made(update_kind::closed, hit);
  result->step.breakeven = true;
  return result;
}

/// "stops moved to BE", "SL BE", "stop to entry".
match stop_to_breakeven(const message_view& view, std::size_t i) {
  if (view.at(i) != term::stop_label) return std::nullopt;
  auto last = ahead(view, i + 1, 5, term::breakeven);
  if (last == npos) {
    last = ahead(view, i + 1, 5, term::entry_label);
    if (last == npos || last == i + 1) return std::nullopt;
    // "Stop: Entry: ..." are labels.
    const auto label = [](term x) { return x == term::colon || x == term::equals; };
    if (label(view.at(last - 1)) || label(view.at(last + 1)) || view.is_price(last + 1))
      return std::nullopt;
  }
  auto result = made(update_kind::move_stop, last);
  result->step.breakeven = true;
  return result;
}

/// "set BE", "move to breakeven", "BE now", "go risk free".
match go_breakeven(const message_view& view, std::size_t i) {
  std::size_t last = npos;
  if (view.at(i) == term::change || view.at(i) == term::take) {
    last = ahead(view, i + 1, 4, term::breakeven);
  } else if (view.at(i) == term::breakeven) {
    const auto next = view.at(i + 1);
    const bool alone =
        (i == 0 || is_sentence_end(view.at(i - 1)) || view.at(i - 1) == term::joiner ||
         view.at(i - 1) == term::ampersand || view.at(i - 1) == term::comma) &&
        (!view.has(i + 1) || is_sentence_end(next) || next == term::check ||
         next == term::picture || next == term::mention);
    if (next == term::market || next == term::stop_label || alone) last = i;
    if (next == term::stop_label) last = i + 1;
  }
  if (last == npos) return std::nullopt;
  auto result = made(update_kind::move_stop, last);
  result->step.breakeven = true;
  return result;
}

bool is_mental(const message_view& view, std::size_t i) {
  return i > 0 && view.at(i - 1) == term::mental;
}

/// Nothing stands before mark `i` but a ticker, a side or a target.
bool begins_message(const message_view& view, std::size_t i) {
  constexpr std::size_t longest_name = 8;
  if (i > longest_name) return false;
  for (std::size_t n = 0; n < i; ++n) {
    const auto x = view.at(n);
    const bool name = x == term::tag || view.first_token(n).upper || x == term::target_label ||
                      x == term::number || x == term::long_word || x == term::short_word;
    if (!name && x != term::picture && x != term::colon && x != term::slash) return false;
  }
  return true;
}

/// "SL moved to 1.25", "stop is 9", "new stop 12", "AMD stop 105".
match stop_to_price(const message_view& view, std::size_t i) {
  if (view.at(i) != term::stop_label || is_mental(view, i)) return std::nullopt;
  // "stop 9" inside a sentence may be somebody's thought.
  bool said = change_before(view, i, 4) || begins_message(view, i);
  for (std::size_t n = 1; n <= 7 && view.has(i + n); ++n) {
    const auto at = i + n;
    if (view.is_price(at)) {
      if (view.at(at + 1) == term::pips) return std::nullopt;
      // "from 61 to 63": where it was.
      if (view.word(at - 1) == "from" && view.at(at + 1) == term::joiner) continue;
      if (!said) return std::nullopt;
      auto result = made(update_kind::move_stop, at);
      result->step.price = view.first_token(at).value;
      // A dash stuck to the number behind "to" is a sign.
      if (view.at(at - 1) == term::dash && view.glued(at) && !view.glued(at - 1) && n > 2)
        result->step.price = Price::from_units(-result->step.price->units());
      return result;
    }
    const auto x = view.at(at);
    said = said || x == term::change || x == term::joiner || x == term::market ||
           x == term::colon || x == term::equals || view.word(at) == "is";
    const bool name =
        (view.at(at) == term::unknown && view.first_token(at).upper) || view.at(at) == term::tag;
    if (!is_gap(view.at(at)) && !name && view.at(at) != term::below && view.at(at) != term::above &&
        view.at(at) != term::stop_label)
      return std::nullopt;
  }
  return std::nullopt;
}

/// "SL to TP1": where the first target was.
match stop_to_target(const message_view& view, std::size_t i) {
  if (view.at(i) != term::stop_label || is_mental(view, i)) return std::nullopt;
  const auto target = ahead(view, i + 1, 4, term::target_label);
  if (target == npos || target == i + 1 || is_separator(view.at(target - 1))) return std::nullopt;
  bool said = change_before(view, i, 3);
  for (auto n = i + 1; n < target; ++n)
    said = said || view.at(n) == term::joiner || view.at(n) == term::change;
  std::size_t last = target;
  const auto number = target_number(view, target, last);
  if (!said || number == 0) return std::nullopt;
  auto result = made(update_kind::move_stop, last);
  result->step.target = number;
  return result;
}

/// "9.5 is my stop".
match price_is_stop(const message_view& view, std::size_t i) {
  if (!view.is_price(i)) return std::nullopt;
  const auto last = ahead(view, i + 1, 4, term::stop_label);
  if (last == npos || last == i + 1) return std::nullopt;
  bool is = false;
  for (auto n = i + 1; n < last; ++n) is = is || view.word(n) == "is" || view.word(n) == "as";
  if (!is) return std::nullopt;
  auto result = made(update_kind::move_stop, last);
  result->step.price = view.first_token(i).value;
  return result;
}

/// "trailing SL at 2%", "trail stop 105".
match trailing(const message_view& view, std::size_t i) {
  if (view.at(i) != term::trailing) return std::nullopt;
  for (std::size_t n = 1; n <= 5 && view.has(i + n); ++n) {
    const auto at = i + n;
    if (view.at(at) == term::number) {
      const auto& t = view.first_token(at);
      auto result = made(update_kind::trailing_stop, at);
      if (t.unit == number_unit::percent)
        result->step.percent = Ratio::from_units(t.value.units());
      else if (view.is_price(at))
        result->step.price = t.value;
      else
        return std::nullopt;
      return result;
    }
    if (!is_gap(view.at(at)) && view.at(at) != term::stop_label) return std::nullopt;
  }
  return std::nullopt;
}

/// "SL changed to D1 close": a rule without a price.
match stop_by_rule(const message_view& view, std::size_t i) {
  if (view.at(i) != term::stop_label || is_mental(view, i)) return std::nullopt;
  const auto change = ahead(view, i + 1, 3, term::change);
  if (change == npos && !change_before(view, i, 3)) return std::nullopt;
  auto last = change == npos ? i : change;
  if (view.at(last + 1) == term::joiner) ++last;
  const auto what = view.at(last + 1);
  const bool frame =
      what == term::timeframe || what == term::candle ||
      (what == term::number && view.first_token(last + 1).unit == number_unit::timeframe);
  if (!frame && what != term::below && what != term::above) return std::nullopt;
  return made(update_kind::stop_rule_changed, last + 1);
}

constexpr update_rule rules[] = {
    {"stop-hit", stop_hit},
    {"breakeven-hit", breakeven_hit},
    {"stop-to-breakeven", stop_to_breakeven},
    {"trailing-stop", trailing},
    {"stop-to-target", stop_to_target},
    {"stop-to-price", stop_to_price},
    {"price-is-stop", price_is_stop},
    {"stop-by-rule", stop_by_rule},
    {"go-breakeven", go_breakeven},
};

}  // namespace

std::span<const update_rule> stop_update_rules() {
  return rules;
}

}  // namespace outcry::signals
