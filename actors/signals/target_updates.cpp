#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

namespace {

using match = std::optional<update_match>;

bool all_before(const message_view& view, std::size_t i) {
  for (std::size_t n = 1; n <= 3 && n <= i; ++n) {
    if (view.at(i - n) == term::all) return true;
    if (!is_gap(view.at(i - n))) return false;
  }
  return false;
}

/// From mark `i` on: a tick or "hit", with prices and other targets between allowed.
std::size_t hit_after(const message_view& view, std::size_t i, std::uint8_t& highest) {
  constexpr std::size_t patience = 8;
  for (std::size_t n = 0; n < patience && view.has(i + n); ++n) {
    const auto at = i + n;
    const auto x = view.at(at);
    if (x == term::hit || x == term::check) return at;
    if (x == term::target_label) {
      std::size_t last = at;
      if (const auto number = target_number(view, at, last); number > highest) highest = number;
      continue;
    }
    if (view.is_plain_integer(at, 20) && highest > 0) {
      const auto number = view.first_token(at).value.units() / detail::decimal_one;
      if (number == highest + 1) highest = static_cast<std::uint8_t>(number);
      continue;
    }
    if (!is_gap(x) && !view.is_price(at) && x != term::pips) return npos;
  }
  return npos;
}

/// "TP1 hit", "Take-Profit target 2 (tick)", "all targets achieved", "hit TP1".
match target_hit(const message_view& view, std::size_t i) {
  if (view.at(i) == term::target_label) {
    std::size_t last = i;
    auto number = target_number(view, i, last);
    auto end = hit_after(view, last + 1, number);
    if (end == npos && number > 0) {
      // "TP1 & stops moved": the next thing follows from it.
      const auto next = view.at(last + 1);
      const bool joined = next == term::ampersand || next == term::joiner || next == term::plus;
      if (joined && (view.at(last + 2) == term::stop_label || view.at(last + 2) == term::change))
        end = last + 1;
    }
    if (end == npos && number > 0 && i > 0 && view.at(i - 1) == term::colon &&
        (!view.has(last + 1) || view.at(last + 1) == term::mention) && begins_sentence(view, i))
      end = last;  // "alerts: TP2"
    // "TP hit: 3" counts them.
    if (end == npos || (view.at(end + 1) == term::colon && view.is_plain_integer(end + 2, 1000)))
      return std::nullopt;
    // "TP hit rate 80%"
    if (view.has(end + 1) && view.word(end + 1) == "rate") return std::nullopt;
    // Ticks may be many.
    while (view.at(end + 1) == term::check) ++end;
    auto result = made(update_kind::target_hit, end);
    result->step.target = number;
    result->step.all = all_before(view, i);
    // "TP hits everywhere" is about no call.
    if (number == 0 && !result->step.all && view.word(end) == "hits") return std::nullopt;
    return result;
  }
  if (view.at(i) != term::hit) return std::nullopt;
  std::size_t at = i + 1;
  bool all = false;
  for (std::size_t n = 0; n < 3 && view.has(at); ++n, ++at) {
    const auto x = view.at(at);
    all = all || x == term::all;
    if (x != term::filler && x != term::all && x != term::ordinal_first &&
        x != term::ordinal_second && x != term::ordinal_third && x != term::last &&
        !(x == term::number && view.first_token(at).unit == number_unit::ordinal))
      break;
  }
  if (view.at(at) != term::target_label) return std::nullopt;
  std::size_t last = at;
  auto result = made(update_kind::target_hit, at);
  result->step.target = target_number(view, at, last);
  result->step.all = all;
  result->last = last;
  return result;
}

/// "TP changed to 9.5", "tp2 9.5", "new target: 12".
match set_target(const message_view& view, std::size_t i) {
  if (view.at(i) != term::target_label) return std::nullopt;
  std::size_t at = i;
  const auto number = target_number(view, i, at);
  bool said = change_before(view, i, 3) || view.marks[i].index > 0 || at > i ||
              (view.word(i) == "tp" && (i == 0 || view.at(i - 1) == term::newline));
  for (++at; view.has(at) && at < i + 8; ++at) {
    if (view.is_price(at)) {
      if (!said || view.at(at + 1) == term::pips) return std::nullopt;
      // "TP 1 - 2 - 3" counts targets.
      const auto& t = view.first_token(at);
      if (number > 0 && t.value == Price::from_integer(number + 1)) return std::nullopt;
      auto result = made(update_kind::set_target, at);
      result->step.target = number;
      result->step.price = view.first_token(at).value;
      return result;
    }
    said = said || leads_to_value(view, at);
    // "New TP for WAG: 9.5"
    const bool name =
        change_before(view, i, 3) &&
        (view.at(at) == term::tag || (view.at(at) == term::unknown && view.first_token(at).upper));
    if (!is_gap(view.at(at)) && !name) return std::nullopt;
  }
  return std::nullopt;
}

/// "Entry 1 (tick)", "filled", "partial fill".
match filled(const message_view& view, std::size_t i) {
  if (view.at(i) == term::partial && view.at(i + 1) == term::filled)
    return made(update_kind::partial_fill, i + 1);
  if (view.at(i) == term::filled) {
    // "active" and "fill" are common words: a report stands at a beginning or an end.
    const auto word = view.word(i);
    const bool loose = view.marks[i].count == 1 && word != "filled" && word != "activated";
    const bool ends = !view.has(i + 1) || is_sentence_end(view.at(i + 1)) ||
                      view.at(i + 1) == term::check || view.at(i + 1) == term::pipe;
    if (loose && !(ends && begins_sentence(view, i))) return std::nullopt;
    return made(update_kind::filled, i);
  }
  if (view.at(i) != term::entry_label) return std::nullopt;
  std::size_t last = i;
  target_number(view, i, last);
  const auto next = view.at(last + 1);
  const auto end = next == term::check ? last + 1 : ahead(view, last + 1, 3, term::hit);
  if (end == npos) return std::nullopt;
  auto result = made(update_kind::filled, end);
  result->step.all = all_before(view, i);
  return result;
}

constexpr update_rule target_rules[] = {
    {"target-hit", target_hit},
    {"set-target", set_target},
    {"entry-filled", filled},
};

}  // namespace

std::span<const update_rule> target_update_rules() {
  return target_rules;
}

}  // namespace outcry::signals
