#include "actors/signals/contract_fields.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "actors/signals/expiry.hpp"
#include "actors/signals/instruments.hpp"

namespace outcry::signals {

namespace {

/// What stands behind the label at mark `i`; `nowhere` without a separator.
std::size_t behind_label(const message_view& view, std::size_t i) {
  auto at = i + 1;
  while (is_separator(view.at(at)) || view.at(at) == term::at_sign) ++at;
  return at == i + 1 ? nowhere : at;
}

class field_reader {
public:
  explicit field_reader(message_view& view) : view_(view) {}

  std::optional<contract_parts> run(std::size_t verb) && {
    if (verb == 0 || !is_separator(view_.at(verb - 1))) return std::nullopt;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto at = behind_label(view_, i);
      if (at != nowhere && view_.has(at)) field(i, at);
      // "Type: Put", "45 put"
      if (view_.at(i) == term::put_right) parts_.right = option_right::put;
    }
    if (parts_.ticker.empty() || !parts_.price) return std::nullopt;
    // The rest is read from the beginning on.
    parts_.last = nowhere;
    return std::move(parts_);
  }

private:
  void field(std::size_t label, std::size_t at) {
    const auto x = view_.at(label);
    const auto word = view_.word(label);
    if (x == term::symbol_label && parts_.ticker.empty()) return ticker(at);
    if (word == "strike" || word == "contract" || word == "option") return strike(at);
    if (word.substr(0, 3) == "exp") return expiry(at);
    const bool price = x == term::entry_label || word == "premium" || word == "fill";
    if (price && !parts_.price && view_.is_price(at)) {
      parts_.price = view_.first_token(at).value;
      view_.roles[at] = role::entry;
    }
    if (x == term::size_label && !parts_.quantity && view_.is_plain_integer(at, 100000)) {
      parts_.quantity = Quantity::from_units(view_.first_token(at).value.units());
      view_.roles[at] = role::quantity;
    }
  }

  void ticker(std::size_t at) {
    const auto& t = view_.first_token(at);
    const bool name = t.kind == token_kind::tag || (t.kind == token_kind::word && t.upper);
    constexpr std::size_t longest = 6;
    if (!name || t.text.size() > longest) return;
    parts_.name = t.text;
    parts_.ticker = upper_case(t.text);
    view_.roles[at] = role::symbol;
  }

  void expiry(std::size_t at) {
    const auto date = read_expiry(view_, at);
    if (!date) return;
    parts_.second_expiry = parts_.expiry.has_value();
    parts_.expiry = date->date;
    for (auto i = at; i < at + date->marks; ++i) view_.roles[i] = role::expiry;
  }

  void strike(std::size_t at) {
    if (view_.at(at) != term::number) return;
    const auto& t = view_.first_token(at);
    if (t.unit != number_unit::call && t.unit != number_unit::put && t.unit != number_unit::none)
      return;
    parts_.spread = parts_.strike.has_value() || view_.at(at + 1) == term::slash;
    parts_.strike = t.value;
    view_.roles[at] = role::strike;
    if (t.unit == number_unit::put) parts_.right = option_right::put;
  }

  message_view& view_;
  contract_parts parts_;
};

}  // namespace

std::optional<contract_parts> read_contract_fields(message_view& view, std::size_t verb) {
  return field_reader{view}.run(verb);
}

namespace {

/// Nobody else is said to do it: "I'm buying", "buying", but not "he is buying".
bool is_own_act(const message_view& view, std::size_t verb) {
  if (verb == 0) return true;
  constexpr std::string_view own[] = {"i",     "im",   "ive",  "we",   "weve", "were",
                                      "am",    "have", "just", "now",  "also", "and",
                                      "today", "here", "are",  "been", "only", "alert"};
  constexpr std::string_view others[] = {"he",     "hes",    "she",  "shes",   "they",
                                         "theyre", "who",    "whos", "people", "everyone",
                                         "whale",  "whales", "you",  "youre"};
  constexpr std::size_t reach = 16;
  for (auto i = verb; i > 0 && i + reach > verb && !is_sentence_end(view.at(i - 1)); --i)
    if (std::find(std::begin(others), std::end(others), view.word(i - 1)) != std::end(others))
      return false;
  const auto x = view.at(verb - 1);
  return is_sentence_end(x) || x == term::picture || x == term::mention || x == term::comma ||
         x == term::dash || x == term::pipe || x == term::colon || x == term::close ||
         std::find(std::begin(own), std::end(own), view.word(verb - 1)) != std::end(own);
}

}  // namespace

std::size_t bought_at(const message_view& view, std::size_t i) {
  if (!view.has(i) || view.first_token(i).kind != token_kind::word) return nowhere;
  constexpr std::string_view verbs[] = {"buying",   "buy",     "bought",  "grabbing", "grabbed",
                                        "grab",     "picking", "picked",  "scaling",  "loading",
                                        "loaded",   "opening", "opened",  "starting", "started",
                                        "entering", "entered", "nibbling"};
  if (std::find(std::begin(verbs), std::end(verbs), view.word(i)) == std::end(verbs))
    return nowhere;
  if (!is_own_act(view, i)) return nowhere;
  constexpr std::size_t most_words = 5;
  for (auto at = i + 1; at < i + most_words && view.has(at); ++at) {
    const auto x = view.at(at);
    if (x == term::number || x == term::tag || view.first_token(at).upper) return at;
    const auto word = view.word(at);
    const bool light = x == term::filler || x == term::partial || x == term::talk || word == "up" ||
                       word == "into" || word == "more";
    if (!light) return nowhere;
  }
  return nowhere;
}

}  // namespace outcry::signals
