#include <algorithm>
#include <iterator>

#include "actors/signals/update_rules.hpp"

namespace outcry::signals {

namespace {

using match = std::optional<update_match>;

/// How much of a position is meant at mark `i`: "half", "50%", "1/3", "some"; `last` its last mark.
bool share_at(const message_view& view, std::size_t i, std::optional<Ratio>& percent,
              std::size_t& last) {
  last = i;
  if (view.at(i) == term::half) {
    percent = Ratio::from_integer(50);
    return true;
  }
  if (view.at(i) == term::ordinal_third || (view.has(i) && view.word(i) == "quarter")) {
    const bool part = i > 0 && (view.word(i - 1) == "a" || view.word(i - 1) == "another" ||
                                view.word(i - 1) == "one");
    if (!part) return false;
    const auto whole = Ratio::from_integer(100);
    const auto parts = Ratio::from_integer(view.word(i) == "quarter" ? 4 : 3);
    percent = rounded(portion(whole, Ratio::from_integer(1), parts), 4, rounding::half_even);
    return true;
  }
  if (view.at(i) == term::partial) return view.at(i + 1) != term::filled;
  if (view.at(i) != term::number) return false;
  const auto& t = view.first_token(i);
  if (t.unit == number_unit::percent) {
    const auto whole = Ratio::from_integer(100);
    const auto value = Ratio::from_units(t.value.units());
    if (!value.is_positive() || value > whole || view.at(i + 1) == term::risk_label) return false;
    if (i > 0 && (view.at(i - 1) == term::risk_label || view.at(i - 1) == term::ratio_label))
      return false;
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

/// "20% off VIP": what a thing for sale costs less.
bool is_offer(const message_view& view, std::size_t i) {
  constexpr std::string_view goods[] = {"vip",        "premium",  "membership", "subscription",
                                        "code",       "discount", "sale",       "plan",
                                        "plans",      "lifetime", "annual",     "monthly",
                                        "everything", "access",   "course",     "fees"};
  for (auto n = i; n < i + 5 && view.has(n) && !is_sentence_end(view.at(n)); ++n)
    if (std::find(std::begin(goods), std::end(goods), view.word(n)) != std::end(goods)) return true;
  return false;
}

/// "leaving a runner", "holding the rest": a part is kept. From mark `from` on, up to the
/// sentence's end; its last mark.
std::size_t keeps_part(const message_view& view, std::size_t from) {
  constexpr std::string_view verbs[] = {"leaving", "leave", "left",    "keeping", "keep", "kept",
                                        "holding", "hold",  "letting", "let",     "still"};
  for (auto i = from; view.has(i) && !is_sentence_end(view.at(i)); ++i) {
    if (std::find(std::begin(verbs), std::end(verbs), view.word(i)) == std::end(verbs)) continue;
    for (auto n = i + 1; n < i + 4 && view.has(n); ++n) {
      if (view.at(n) == term::runner) return n;
      if (view.at(n) != term::filler && view.at(n) != term::number && view.at(n) != term::last &&
          view.at(n) != term::partial && view.at(n) != term::talk)
        break;
    }
  }
  return npos;
}

/// "partial TP on WAG", "partials here": without a verb.
match partial_taken(const message_view& view, std::size_t i) {
  if (view.at(i) != term::partial || !begins_sentence(view, i)) return std::nullopt;
  const auto& m = view.marks[i];
  const auto last = view.text.tokens[m.first + m.count - 1].text;
  const bool taken = (m.count > 1 && (last == "tp" || last.substr(0, 6) == "profit")) ||
                     view.word(i) == "partials";
  if (!taken || view.word(i) == "some") return std::nullopt;
  return made(update_kind::close_partial, i, false);
}

bool is_leaving(term x) {
  return x == term::sold || x == term::out || x == term::closed || x == term::close_verb ||
         x == term::exit_verb;
}

/// "sold here, leaving a runner", "leaving a runner, sold the rest": who keeps a part has not
/// left.
match all_but_runner(const message_view& view, std::size_t i) {
  if (is_leaving(view.at(i)) && begins_sentence(view, i)) {
    const auto kept = keeps_part(view, i + 1);
    return kept == npos ? std::nullopt : made(update_kind::close_partial, kept, false);
  }
  const auto word = view.has(i) ? view.word(i) : std::string_view{};
  if ((word != "leaving" && word != "keeping" && word != "left" && word != "kept") ||
      !begins_sentence(view, i))
    return std::nullopt;
  const auto kept = keeps_part(view, i);
  if (kept == npos || kept > i + 4) return std::nullopt;
  for (auto n = kept + 1; view.has(n) && !is_sentence_end(view.at(n)); ++n)
    if (is_leaving(view.at(n))) {
      while (view.at(n + 1) == term::filler || view.at(n + 1) == term::runner) ++n;
      return made(update_kind::close_partial, n, false);
    }
  return std::nullopt;
}

/// "half off", "50% off", "half closed", "half out": said without a wish.
match share_off(const message_view& view, std::size_t i) {
  std::optional<Ratio> percent;
  std::size_t last = i;
  if (!share_at(view, i, percent, last) || !percent || !begins_sentence(view, i))
    return std::nullopt;
  const auto& m = view.marks[i];
  const auto next = view.has(last + 1) ? view.word(last + 1) : std::string_view{};
  const bool off = view.text.tokens[m.first + m.count - 1].text == "off" || next == "off" ||
                   view.at(last + 1) == term::closed || next == "closed" || next == "out";
  if (off && (next == "closed" || next == "out")) ++last;
  if (!off || is_offer(view, last + 1)) return std::nullopt;
  auto result = made(update_kind::close_partial, last);
  result->step.percent = percent;
  return result;
}

/// "trimming", "secure half", "close 50%", "sold 1/3".
match close_partial(const message_view& view, std::size_t i) {
  const auto x = view.at(i);
  if (auto off = share_off(view, i)) return off;
  const bool trim = x == term::trim;
  const bool verb = x == term::take || x == term::close_verb || x == term::closed ||
                    x == term::exit_verb || x == term::sold || x == term::sell_word ||
                    x == term::stc || x == term::out ||
                    (x == term::change && view.word(i).substr(0, 6) == "reduce");
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
      const bool wish =
          gain && begins_sentence(view, i) && (view.word(i) == "take" || view.word(i) == "secure");
      if (gain && !wish && !trim && x != term::close_verb && x != term::sold &&
          x != term::sell_word)
        return std::nullopt;
      if (x == term::change && (view.at(i + n) == term::partial)) return std::nullopt;
      auto result = made(update_kind::close_partial, last);
      result->step.percent = percent;
      return result;
    }
    const auto word = view.word(i + n);
    const bool profit = word.substr(0, 6) == "profit" || word == "another" || word == "more" ||
                        word == "other" || word == "out";
    if (!is_gap(view.at(i + n)) && !is_name(view, i + n) && !profit) break;
  }
  if (!trim) return std::nullopt;
  return made(update_kind::close_partial, i, false);
}

constexpr update_rule share_rules[] = {
    {"close-partial", close_partial},
    {"all-but-runner", all_but_runner},
    {"partial-taken", partial_taken},
};

}  // namespace

std::span<const update_rule> share_update_rules() {
  return share_rules;
}

}  // namespace outcry::signals
