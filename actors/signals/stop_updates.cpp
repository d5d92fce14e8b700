#include "actors/signals/instruments.hpp"
#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

namespace {

using match = std::optional<update_match>;

/// A cross or a stop sign, and the line ends.
bool is_crossed_out(const message_view& view, std::size_t i) {
  if (view.at(i) != term::picture) return false;
  const auto picture = view.first_token(i).picture;
  return (picture == 0x26D4 || picture == 0x274C || picture == 0x1F6D1) &&
         (!view.has(i + 1) || view.at(i + 1) == term::newline);
}

/// "TP1 hit" in "TP1 hit SL to BE": what was hit stands before mark `i`.
bool is_hit_of_target(const message_view& view, std::size_t i) {
  if (i == 0) return false;
  const auto before = view.at(i - 1);
  if (before == term::target_label || before == term::check) return true;
  return i > 1 && view.is_plain_integer(i - 1, 20) && view.at(i - 2) == term::target_label;
}

/// The stop label in "hit our stop" behind mark `i`, unless it begins something new, as in "hit,
/// SL to BE" and "hit SL moved up".
std::size_t stop_that_was_hit(const message_view& view, std::size_t i) {
  if (is_hit_of_target(view, i)) return npos;
  const auto label = ahead(view, i + 1, 3, term::stop_label);
  if (label == npos || leads_to_value(view, label + 1)) return npos;
  for (auto n = i + 1; n < label; ++n)
    if (view.at(n) == term::comma) return npos;
  return label;
}

/// "stopped out", "SL hit", "hit our stop"; "stopped at BE".
match stop_hit(const message_view& view, std::size_t i) {
  std::size_t last = npos;
  if (view.at(i) == term::stopped) {
    // "stopped" alone is said of anything.
    const auto next = view.at(i + 1);
    const bool sure = view.marks[i].count > 1 || next == term::breakeven || next == term::out;
    const bool place = !view.has(i + 1) || is_sentence_end(next) || next == term::filler ||
                       next == term::mention || next == term::picture || next == term::check ||
                       next == term::market || view.is_price(i + 1) || next == term::pipe ||
                       next == term::tag || next == term::comma || next == term::at_sign ||
                       (next == term::unknown && view.first_token(i + 1).upper);
    if (!sure && !(place && begins_sentence(view, i))) return std::nullopt;
    last = i;
  } else if (view.at(i) == term::stop_label && is_crossed_out(view, i + 1)) {
    last = i + 1;
  } else if (view.at(i) == term::stop_label) {
    last = ahead(view, i + 1, 3, term::hit);
    if (last != npos && (view.word(last) == "done" || view.word(last) == "secured")) last = npos;
  } else if (view.at(i) == term::hit) {
    last = stop_that_was_hit(view, i);
  }
  if (last == npos) return std::nullopt;
  // "SL hit: 3" counts them.
  if (view.at(last + 1) == term::colon && view.is_plain_integer(last + 2, 1000))
    return std::nullopt;
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
    // "stop-limit order" is no place.
    const bool entry = last != npos && (view.word(last).substr(0, 4) == "entr" ||
                                        view.word(last) == "avg" || view.word(last) == "average");
    if (!entry) return std::nullopt;
    const bool ends = !view.has(last + 1) || is_sentence_end(view.at(last + 1));
    const auto& m = view.marks[i];
    const bool at = view.text.tokens[m.first + m.count - 1].text == "at";
    if (last == i + 1 && !ends && !at) return std::nullopt;
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
  if (view.at(i) == term::change || view.at(i) == term::take ||
      (view.at(i) == term::talk && view.word(i) == "go")) {
    last = ahead(view, i + 1, 4, term::breakeven);
  } else if (view.at(i) == term::breakeven) {
    const auto next = view.at(i + 1);
    const bool rest = i > 0 && view.at(i - 1) == term::runner;
    const bool alone =
        (i == 0 || rest || is_sentence_end(view.at(i - 1)) || view.at(i - 1) == term::joiner ||
         view.at(i - 1) == term::ampersand || view.at(i - 1) == term::comma) &&
        (!view.has(i + 1) || is_sentence_end(next) || next == term::check ||
         next == term::picture || next == term::mention);
    const bool of_rest = next == term::filler && view.at(i + 2) == term::runner;
    if (next == term::market || next == term::stop_label || alone || of_rest) last = i;
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

/// Nothing stands before mark `i` but a ticker, a side or a target; lines that end in a bracket
/// ("Room, [1/2/2027 3:04 PM]") do not count.
bool begins_message(const message_view& view, std::size_t i) {
  constexpr std::size_t longest_name = 8;
  auto first = i;
  while (first > 0) {
    const bool header =
        first > 1 && view.at(first - 1) == term::newline && view.at(first - 2) == term::close;
    if (header) break;
    if (i - first == longest_name) return false;
    --first;
  }
  for (auto n = first; n < i; ++n) {
    const auto x = view.at(n);
    const bool name = x == term::tag || view.first_token(n).upper || x == term::target_label ||
                      x == term::number || x == term::long_word || x == term::short_word ||
                      is_unmistakable(view.word(n));
    if (!name && x != term::dash && x != term::picture && x != term::mention && x != term::colon &&
        x != term::slash && x != term::newline)
      return false;
  }
  return true;
}

/// "stop to BE - SL 9.5", "breakeven (SL 9.5)": where that is.
bool specifies(const message_view& view, std::size_t i) {
  if (i < 2 || view.at(i - 2) != term::breakeven) return false;
  const auto joint = view.at(i - 1);
  return joint == term::dash || joint == term::open || joint == term::comma ||
         joint == term::arrow || joint == term::equals || joint == term::colon;
}

/// "stops below 19 were swept", "stops above 61 got run": those of everybody.
bool is_crowd_stop(const message_view& view, std::size_t label, std::size_t price) {
  const auto side = view.at(label + 1);
  const auto next = view.at(price + 1);
  return view.word(label) == "stops" && (side == term::below || side == term::above) &&
         (next == term::talk || next == term::unknown || next == term::filler);
}

/// "SL moved to 1.25", "stop is 9", "new stop 12", "AMD stop 105".
match stop_to_price(const message_view& view, std::size_t i) {
  if (view.at(i) != term::stop_label || is_mental(view, i)) return std::nullopt;
  // "stop 9" inside a sentence may be somebody's thought.
  bool said = change_before(view, i, 4) || begins_message(view, i) || specifies(view, i);
  for (std::size_t n = 1; n <= 7 && view.has(i + n); ++n) {
    const auto at = i + n;
    if (view.is_price(at)) {
      if (view.at(at + 1) == term::pips) return std::nullopt;
      if (view.at(at + 1) == term::story || is_crowd_stop(view, i, at)) return std::nullopt;
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
    const bool name = (view.at(at) == term::unknown && view.first_token(at).upper) ||
                      view.at(at) == term::tag || known_instrument(view.word(at)).has_value();
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
    said = said || view.at(n) == term::joiner || view.at(n) == term::change || view.word(n) == "at";
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
      // A dash stuck to the number is a sign.
      if (view.at(at - 1) == term::dash && view.glued(at) && !view.glued(at - 1))
        return std::nullopt;
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
  // "SL changed to D1 close below 9": a rule with a price moves the stop there.
  for (auto n = last + 2; n <= last + 5 && view.has(n); ++n) {
    if (view.is_price(n)) {
      auto result = made(update_kind::move_stop, n);
      result->step.price = view.first_token(n).value;
      return result;
    }
    const auto x = view.at(n);
    if (x != term::below && x != term::above && x != term::candle && x != term::close_verb &&
        x != term::filler)
      break;
  }
  return made(update_kind::stop_rule_changed, last + 1);
}

constexpr update_rule stop_rules[] = {
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
  return stop_rules;
}

}  // namespace outcry::signals
