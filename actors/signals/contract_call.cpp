#include "actors/signals/contract_call.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/signals/expiry.hpp"
#include "actors/signals/instruments.hpp"
#include "actors/signals/level_call.hpp"
#include "actors/signals/levels.hpp"

namespace outcry::signals {

namespace {

constexpr int sure_of_refusal = 90;
constexpr std::size_t none = static_cast<std::size_t>(-1);

class contract_caller {
public:
  contract_caller(message_view& view, const message_context& context)
      : view_(view), context_(context) {}

  std::optional<reading> run() && {
    const auto verb = find_verb(0);
    if (verb == none) return std::nullopt;
    result_.call.emplace();
    verb_is(verb);
    if (!read_contract(verb + 1)) return std::nullopt;
    auto& c = *result_.call;
    c.source = context_.source;
    c.author = context_.author;
    c.message_time = context_.message_time;
    view_.roles[verb] = role::side;
    read_rest();
    judge(verb);
    return std::move(result_);
  }

private:
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
    return ticker && view_.at(i + 3) == term::at_sign && view_.is_price(i + 4);
  }

  /// "BTC XYZ 31.2", but not "BTC limit 31000" or "BTC ETH".
  bool is_buy_to_close(std::size_t i) const {
    const auto& t = view_.first_token(i);
    if (t.kind != token_kind::word || t.text != "btc") return false;
    auto at = i + 1;
    if (view_.is_plain_integer(at, 100000)) ++at;
    if (!view_.has(at) || view_.at(at) != term::unknown) return false;
    const auto& name = view_.first_token(at);
    if (is_known_coin(name.text) || !name.upper || name.text.size() > 5) return false;
    ++at;
    if (view_.at(at) == term::at_sign) ++at;
    return view_.has(at) && view_.at(at) == term::number;
  }

  std::size_t find_verb(std::size_t from) const {
    for (auto i = from; i < view_.size(); ++i)
      if (is_verb(i)) return i;
    return none;
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

  bool may_be_ticker(std::size_t i) const {
    const auto& t = view_.first_token(i);
    const auto x = view_.at(i);
    if (x == term::tag) return true;
    if (t.kind != token_kind::word || view_.marks[i].count != 1 || t.text.size() > 6) return false;
    if (std::any_of(t.text.begin(), t.text.end(), [](char c) { return c < 'a' || c > 'z'; }))
      return false;
    if (x == term::unknown) return true;
    // "F", "GOLD", "NOW" are tickers, too, in capitals and in the ticker's place.
    return t.upper && x != term::call_right && x != term::put_right && x != term::market;
  }

  bool take_number(std::size_t i) {
    const auto& t = view_.first_token(i);
    if (t.unit == number_unit::call || t.unit == number_unit::put)
      return take_strike(i, t.unit == number_unit::call ? option_right::call : option_right::put);
    if (t.unit != number_unit::none) return false;
    const bool plain = !t.currency && !t.multiplied;
    if (plain && (view_.at(i + 1) == term::call_right || view_.at(i + 1) == term::put_right ||
                  is_right_letter(i + 1))) {
      const bool call = view_.at(i + 1) == term::call_right || view_.word(i + 1) == "c";
      if (!take_strike(i, call ? option_right::call : option_right::put)) return false;
      view_.roles[i + 1] = role::strike;
      at_ = i + 1;
      return true;
    }
    // "4 SPY": how many.
    if (plain && !quantity_ && ticker_.empty() && t.fraction_digits == 0 && !strike_) {
      quantity_ = Quantity::from_units(t.value.units());
      view_.roles[i] = role::quantity;
      return true;
    }
    return take_price(i);
  }

  /// "35 C 11/13" and "35 p": in this place the letter stands for the right.
  bool is_right_letter(std::size_t i) const {
    if (!view_.has(i) || view_.first_token(i).kind != token_kind::word) return false;
    const auto word = view_.word(i);
    return (word == "c" || word == "p") && view_.marks[i].count == 1;
  }

  bool take_strike(std::size_t i, option_right right) {
    if (strike_) return false;
    strike_ = view_.first_token(i).value;
    right_ = right;
    view_.roles[i] = role::strike;
    return true;
  }

  bool take_price(std::size_t i) {
    if (ticker_.empty()) return false;
    price_ = view_.first_token(i).value;
    view_.roles[i] = role::entry;
    // "@ 1.20-1.25"
    const auto joint = view_.at(i + 1);
    if ((joint == term::dash || joint == term::slash) && view_.is_price(i + 2)) {
      other_price_ = view_.first_token(i + 2).value;
      view_.roles[i + 2] = role::entry;
      at_ = i + 2;
    }
    return true;
  }

  /// "STC 1/2 WAG 45c 6/21": the first was a share of the position, no day.
  void take_expiry(const read_date& date, bool first) {
    auto& c = *result_.call;
    const bool share = first_is_share_ && expiry_ && c.action == trade_action::close;
    if (expiry_ && !share) second_expiry_ = true;
    if (share) {
      const auto part = Ratio::from_integer(expiry_->month);
      share_ = rounded(portion(Ratio::from_integer(100), part, Ratio::from_integer(expiry_->day)),
                       4, rounding::half_even);
    }
    constexpr int most_parts = 5;
    first_is_share_ = first && date.date.year == 0 && date.date.month < date.date.day &&
                      date.date.day <= most_parts;
    expiry_ = date.date;
    for (auto i = at_; i < at_ + date.marks; ++i) view_.roles[i] = role::expiry;
    at_ += date.marks - 1;
  }

  /// "BRK.B"
  void take_share_class() {
    const bool dotted = view_.at(at_ + 1) == term::dot && view_.glued(at_ + 1) &&
                        view_.has(at_ + 2) && view_.glued(at_ + 2);
    if (!dotted || view_.first_token(at_ + 2).kind != token_kind::word ||
        view_.word(at_ + 2).size() != 1)
      return;
    ticker_ += "." + upper_case(view_.word(at_ + 2));
    view_.roles[at_ + 2] = role::symbol;
    at_ += 2;
  }

  /// "5 contracts", "the rest of".
  bool is_filling(std::size_t i) const {
    const auto word = view_.word(i);
    const bool unit =
        word == "contracts" || word == "contract" || word == "shares" || word == "cons";
    const bool rest =
        result_.call->action == trade_action::close &&
        (view_.at(i) == term::runner || view_.at(i) == term::last || view_.at(i) == term::all);
    return (unit && quantity_) || rest;
  }

  /// Reads up to and with the price; false = this is no call.
  bool read_contract(std::size_t from) {
    for (at_ = from; at_ < view_.size(); ++at_) {
      const auto x = view_.at(at_);
      if (x == term::number) {
        if (const auto date = read_expiry(view_, at_)) {
          take_expiry(*date, at_ == from);
          continue;
        }
        if (!take_number(at_)) return false;
        if (price_) return true;
        continue;
      }
      if (const auto date = read_expiry(view_, at_); date && !ticker_.empty()) {
        take_expiry(*date, false);
        continue;
      }
      if (x == term::at_sign || (x == term::filler && view_.word(at_) == "at") ||
          (x == term::entry_label && view_.marks[at_].count == 1)) {
        if (ticker_.empty()) return false;
        // "entry: 1.2", "@ .1.2": a stray sign.
        const bool sign = view_.at(at_ + 1) == term::colon || view_.at(at_ + 1) == term::dot;
        const auto next = at_ + (sign ? 2U : 1U);
        if (is_market(next)) {
          view_.roles[next] = role::order;
          market_ = true;
          at_ = next;
          return true;
        }
        if (!view_.is_price(next)) {
          unreadable_ = view_.at(next) == term::other || view_.at(next) == term::dot;
          at_ = next;
          return unreadable_;
        }
        at_ = next;
        return take_price(next);
      }
      if (x == term::market && !ticker_.empty()) {
        view_.roles[at_] = role::order;
        market_ = true;
        return true;
      }
      if (x == term::risky) {
        result_.call->size.risky = true;
        continue;
      }
      const bool expires = x == term::other_label && view_.word(at_).substr(0, 3) == "exp";
      if (expires && !ticker_.empty()) continue;
      if (x == term::timeframe && !ticker_.empty()) continue;  // "weekly": says no day
      if (x == term::picture || x == term::mention || x == term::comma || x == term::dash ||
          x == term::colon || x == term::filler || x == term::other_sign)
        continue;
      if ((x == term::open || x == term::close) && !ticker_.empty()) break;
      if (is_filling(at_)) continue;
      if (ticker_.empty() && may_be_ticker(at_)) {
        name_ = view_.word(at_);
        ticker_ = upper_case(name_);
        view_.roles[at_] = role::symbol;
        take_share_class();
        continue;
      }
      if (x == term::newline || x == term::stop_label || x == term::target_label) break;
      return false;
    }
    // Without a price it is no call to trade, but one to be refused with the reason; to close
    // without one is an update.
    return !ticker_.empty() && (result_.call->action == trade_action::open || strike_);
  }

  bool is_market(std::size_t i) const {
    return view_.at(i) == term::market || (view_.has(i) && view_.word(i) == "m");
  }

  /// Stops and targets behind the price.
  void read_rest() {
    auto& c = *result_.call;
    level_request request;
    request.first = std::min(at_ + 1, view_.size());
    request.skip_entries = true;
    auto levels = read_levels(view_, request);
    for (const auto& x : levels.targets) c.targets.push_back(x.value);
    if (!levels.stop_rules.empty()) c.stop = levels.stop_rules.front();
    c.size = levels.size;
    c.size.quantity = quantity_;
    if (c.action == trade_action::close) {
      c.size.percent = share_;
      for (auto i = request.first; i < view_.size(); ++i)
        if (view_.at(i) == term::half) c.size.percent = Ratio::from_integer(50);
    }
    for (std::size_t i = 0; i < view_.size(); ++i)
      if (view_.at(i) == term::risky) c.size.risky = true;
    c.ticker = ticker_;
    const bool coin = is_known_coin(name_) && !is_known_stock(name_);
    c.asset = strike_ ? asset_kind::option : coin ? asset_kind::crypto : asset_kind::stock;
    if (price_) c.entries = {*price_};
    if (other_price_) c.entries.push_back(*other_price_);
    c.entry_range = other_price_.has_value();
    c.order = market_ ? entry_order::market : entry_order::unsaid;
    if (strike_) c.option = option_contract{*strike_, right_, expiry_.value_or(expiry_date{})};
    if (!levels.problems.empty()) problem_ = levels.problems.front();
  }

  void refuse(std::string_view rule, std::string what) {
    result_.rules.push_back({rule, what});
    conclude(result_, verdict::refused, rule, std::move(what), sure_of_refusal);
  }

  void judge(std::size_t verb) {
    if (find_verb(std::max(verb + 1, at_)) != none) {
      result_.rules.push_back({"one-call", "several calls in one message"});
      return conclude(result_, verdict::quarantine, "one-call", "several calls in one message",
                      sure_of_refusal);
    }
    if (unreadable_) return refuse("entry", "the price cannot be read");
    if (second_expiry_) return refuse("option-expiry", "two days of expiry");
    if (strike_ && !expiry_) return refuse("option-expiry", "an option without an expiry");
    if (expiry_ && !strike_) return refuse("option-strike", "an expiry without a strike");
    if (!price_ && !market_) return refuse("entry", "no price");
    if (problem_) return refuse(problem_->rule, problem_->what);
    constexpr int plain_form = 96;
    judge_call(result_, plain_form, context_);
  }

  message_view& view_;
  const message_context& context_;
  reading result_;
  std::size_t at_ = 0;
  std::string_view name_;  ///< the ticker in small letters
  std::string ticker_;
  std::optional<Quantity> quantity_;
  std::optional<Price> strike_;
  option_right right_ = option_right::call;
  std::optional<expiry_date> expiry_;
  std::optional<Price> price_;
  std::optional<Price> other_price_;  ///< the other end of a zone
  bool first_is_share_ = false;       ///< the expiry may be a share of the position
  bool second_expiry_ = false;
  std::optional<Ratio> share_;
  bool market_ = false;
  bool unreadable_ = false;
  std::optional<level_problem> problem_;
};

}  // namespace

std::optional<reading> read_contract_call(message_view& view, const message_context& context) {
  return contract_caller{view, context}.run();
}

}  // namespace outcry::signals
