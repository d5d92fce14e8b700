#include "actors/signals/contract_call.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/signals/contract_fields.hpp"
#include "actors/signals/contract_reader.hpp"
#include "actors/signals/instruments.hpp"
#include "actors/signals/level_call.hpp"
#include "actors/signals/levels.hpp"
#include "actors/signals/talk.hpp"

namespace outcry::signals {

namespace {

class contract_caller {
public:
  contract_caller(message_view& view, const message_context& context)
      : view_(view), context_(context) {}

  std::optional<reading> run() && {
    const auto verb = find_verb(0);
    if (verb == nowhere) return worded();
    result_.call.emplace();
    verb_is(verb);
    const bool closes = result_.call->action == trade_action::close;
    const auto before = contract_before(verb);
    auto parts = read_contract_fields(view_, verb);
    if (!parts)
      parts = before == nowhere ? read_contract(view_, verb + 1, closes)
                                : read_contract(view_, before, closes, verb);
    if (!parts) return std::nullopt;
    parts_ = std::move(*parts);
    view_.roles[verb] = role::side;
    tell_origin();
    read_rest();
    judge(verb);
    return std::move(result_);
  }

private:
  void tell_origin() {
    auto& c = *result_.call;
    c.source = context_.source;
    c.author = context_.author;
    c.message_time = context_.message_time;
  }

  /// "Grabbing some $WAG 45C for Jun 21 at $2.40": an option that is bought in words, if every part
  /// is there and nothing else is told.
  std::optional<reading> worded() {
    if (!has_right()) return std::nullopt;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto first = bought_at(view_, i);
      if (first == nowhere) continue;
      auto parts = read_contract(view_, first, false);
      if (!parts || !parts->strike || !parts->expiry || parts->ticker.empty() || !parts->price)
        continue;
      parts_ = std::move(*parts);
      result_.call.emplace();
      result_.rules.push_back({"bought-in-words", "an option is bought"});
      view_.roles[i] = role::side;
      tell_origin();
      read_rest();
      judge_words(i);
      return std::move(result_);
    }
    return std::nullopt;
  }

  /// An option's right is told somewhere.
  bool has_right() const {
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto x = view_.at(i);
      if (x == term::call_right || x == term::put_right) return true;
      if (x != term::number) continue;
      const auto unit = view_.first_token(i).unit;
      if (unit == number_unit::call || unit == number_unit::put || is_letter_right(i + 1))
        return true;
    }
    return false;
  }

  /// "45 C"
  bool is_letter_right(std::size_t i) const {
    return view_.has(i) && (view_.word(i) == "c" || view_.word(i) == "p");
  }

  void judge_words(std::size_t verb) {
    const auto doubt = [&](std::string_view rule, std::string what) {
      result_.rules.push_back({rule, what});
      conclude(result_, verdict::quarantine, rule, std::move(what), sure_of_refusal);
    };
    if (const auto talk = talk_around(view_, verb)) return doubt(talk->rule, talk->what);
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto x = view_.at(i);
      const bool over = x == term::sold || x == term::closed || x == term::out ||
                        x == term::stopped || x == term::story || x == term::question ||
                        x == term::negation;
      if (over || (i > verb && bought_at(view_, i) != nowhere))
        return doubt("no-story", fmt::format("\"{}\" tells of more", view_.word(i)));
    }
    if (strays_) return doubt("every-level-claimed", "a number nobody claims");
    judge(verb);
  }

  bool is_verb(std::size_t i) const {
    const auto x = view_.at(i);
    if (x == term::bto || x == term::stc || x == term::sto) return true;
    return is_buy_to_close(i) || is_side_of_ticker(i);
  }

  /// "Long: XYZ @ 4.2", "Closed short: XYZ @ 4.2".
  bool is_side_of_ticker(std::size_t i) const {
    const auto x = view_.at(i);
    if (x != term::long_word && x != term::short_word) return false;
    if (view_.at(i + 1) != term::colon || !view_.has(i + 2)) return false;
    const auto& name = view_.first_token(i + 2);
    const bool ticker = (view_.at(i + 2) == term::unknown && name.upper) ||
                        (view_.at(i + 2) == term::tag && name.currency);
    // Coins are called with a stop: by their levels.
    if (is_known_coin(name.text) && !is_known_stock(name.text)) return false;
    const bool at = view_.at(i + 3) == term::at_sign ||
                    (view_.at(i + 3) == term::filler && view_.word(i + 3) == "at");
    return ticker && at && view_.is_price(i + 4);
  }

  /// "BTC XYZ 31.2", but not "BTC limit 31000" or "BTC ETH".
  bool is_buy_to_close(std::size_t i) const {
    const auto& t = view_.first_token(i);
    if (t.kind != token_kind::word || t.text != "btc") return false;
    auto at = i + 1;
    const bool counted = view_.is_plain_integer(at, 100000);
    if (counted) ++at;
    if (!view_.has(at) || view_.at(at) != term::unknown) return false;
    const auto& name = view_.first_token(at);
    if (!name.upper || name.text.size() > 5) return false;
    ++at;
    // A number between two coins is how many shares of a stock named like the second.
    if (is_known_coin(name.text) && !(counted && view_.at(at) == term::at_sign)) return false;
    if (view_.at(at) == term::at_sign) ++at;
    return view_.has(at) && view_.at(at) == term::number;
  }

  /// "WAG 45c 6/21 - BTO @ 1.2": where a contract begins whose verb stands right before the price;
  /// `nowhere` if it stands behind the verb, as usual.
  std::size_t contract_before(std::size_t verb) const {
    const auto x = view_.at(verb);
    if (x != term::bto && x != term::stc && x != term::sto) return nowhere;
    const bool counted = view_.is_plain_integer(verb + 1, 100000) && !view_.is_price(verb + 2);
    const auto behind = counted ? verb + 2 : verb + 1;
    const bool at =
        view_.at(behind) == term::at_sign || (view_.has(behind) && view_.word(behind) == "at");
    const bool price =
        view_.is_price(verb + 1) &&
        (view_.first_token(verb + 1).fraction_digits > 0 || view_.first_token(verb + 1).currency);
    if (!(at && view_.is_price(behind + 1)) && !price) return nowhere;
    auto first = verb;
    while (first > 0 && !is_sentence_end(view_.at(first - 1))) --first;
    while (first < verb && (view_.at(first) == term::picture || view_.at(first) == term::mention))
      ++first;
    const bool name = view_.at(first) == term::tag ||
                      (view_.first_token(first).upper && view_.at(first) != term::risky);
    return first < verb && name ? first : nowhere;
  }

  std::size_t find_verb(std::size_t from) const {
    for (auto i = from; i < view_.size(); ++i)
      if (is_verb(i)) return i;
    return nowhere;
  }

  void verb_is(std::size_t i) {
    auto& c = *result_.call;
    const auto x = view_.at(i);
    const bool plain = x == term::long_word || x == term::short_word;
    const bool closes =
        plain ? i > 0 && (view_.at(i - 1) == term::closed || view_.at(i - 1) == term::close_verb)
              : x != term::bto && x != term::sto;
    c.action = closes ? trade_action::close : trade_action::open;
    c.side = x == term::bto || x == term::stc || x == term::long_word ? trade_side::long_side
                                                                      : trade_side::short_side;
    result_.rules.push_back(
        {"verb", fmt::format("{} a {}", to_string(c.action), to_string(c.side))});
  }

  /// Stops and targets behind the price.
  void read_rest() {
    auto& c = *result_.call;
    level_request request;
    request.first = std::min(parts_.last + 1, view_.size());
    request.skip_entries = true;
    auto levels = read_levels(view_, request);
    for (const auto& x : levels.targets) c.targets.push_back(x.value);
    if (!levels.stop_rules.empty()) c.stop = levels.stop_rules.front();
    c.size = levels.size;
    c.size.quantity = parts_.quantity;
    if (c.action == trade_action::close) {
      c.size.percent = parts_.share;
      for (std::size_t i = 0; i < view_.size(); ++i)
        if (view_.at(i) == term::half) c.size.percent = Ratio::from_integer(50);
    }
    for (std::size_t i = 0; i < view_.size(); ++i)
      if (view_.at(i) == term::risky) c.size.risky = true;
    c.ticker = parts_.ticker;
    const bool coin = is_known_coin(parts_.name) && !is_known_stock(parts_.name);
    c.asset = parts_.strike ? asset_kind::option : coin ? asset_kind::crypto : asset_kind::stock;
    strays_ = !levels.strays.empty();
    if (parts_.price) c.entries = {*parts_.price};
    if (parts_.other_price) c.entries.push_back(*parts_.other_price);
    c.entry_range = parts_.other_price.has_value();
    c.order = parts_.market ? entry_order::market : entry_order::unsaid;
    if (parts_.strike)
      c.option =
          option_contract{*parts_.strike, parts_.right, parts_.expiry.value_or(expiry_date{})};
    // A contract needs neither stop nor target: one that is a distance is passed over.
    for (const auto& x : levels.problems)
      if (x.rule != "prices-not-distances") {
        problem_ = x;
        break;
      }
  }

  void refuse(std::string_view rule, std::string what) {
    result_.rules.push_back({rule, what});
    conclude(result_, verdict::refused, rule, std::move(what), sure_of_refusal);
  }

  /// "will BTO ...", "paper trading: BTO ...", "never BTO ...": right before the verb, as further
  /// away there is only chatter; or a question.
  std::string_view thought_before(std::size_t verb) const {
    constexpr std::size_t reach = 3;
    for (auto i = verb; i > 0 && i + reach > verb; --i) {
      const auto x = view_.at(i - 1);
      if (is_sentence_end(x) || x == term::picture || x == term::check) break;
      const auto word = view_.word(i - 1);
      if (x == term::doubt || x == term::negation || word == "imagine" || word == "paper" ||
          word == "missed" || word == "never" || word == "id" || word == "ill")
        return word;
    }
    for (auto i = verb; view_.has(i) && view_.at(i) != term::newline; ++i)
      if (view_.at(i) == term::question) return "?";
    return {};
  }

  void judge(std::size_t verb) {
    if (find_verb(std::max(verb + 1, parts_.last)) != nowhere) {
      result_.rules.push_back({"one-call", "several calls in one message"});
      return conclude(result_, verdict::quarantine, "one-call", "several calls in one message",
                      sure_of_refusal);
    }
    if (const auto why = thought_before(verb); !why.empty()) {
      auto reason = fmt::format("\"{}\" at the verb makes it no call", why);
      result_.rules.push_back({"no-thought", reason});
      return conclude(result_, verdict::quarantine, "no-thought", std::move(reason),
                      sure_of_refusal);
    }
    if (parts_.spread) return refuse("one-contract", "two strikes: a spread");
    if (parts_.unreadable) return refuse("entry", "the price cannot be read");
    if (parts_.second_expiry) return refuse("option-expiry", "two days of expiry");
    if (parts_.strike && !parts_.expiry)
      return refuse("option-expiry", "an option without an expiry");
    if (parts_.expiry && !parts_.strike)
      return refuse("option-strike", "an expiry without a strike");
    if (!parts_.price && !parts_.market) return refuse("entry", "no price");
    if (problem_) return refuse(problem_->rule, problem_->what);
    constexpr int plain_form = 96;
    judge_call(result_, plain_form, context_);
  }

  message_view& view_;
  const message_context& context_;
  reading result_;
  contract_parts parts_;
  std::optional<level_problem> problem_;
  bool strays_ = false;  ///< numbers behind the price that nobody claims
};

}  // namespace

std::optional<reading> read_contract_call(message_view& view, const message_context& context) {
  return contract_caller{view, context}.run();
}

}  // namespace outcry::signals
