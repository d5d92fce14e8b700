#include "actors/signals/contract_reader.hpp"

#include <algorithm>

#include "actors/signals/expiry.hpp"
#include "actors/signals/instruments.hpp"

namespace outcry::signals {

namespace {

class contract_reader {
public:
  contract_reader(message_view& view, bool closes, std::size_t verb)
      : view_(view), closes_(closes), verb_(verb) {}

  std::optional<contract_parts> run(std::size_t from) && {
    if (!read_contract(from)) return std::nullopt;
    if (first_is_share_ && closes_ && !parts_.strike) {
      // "STC 1/2 WAG @ 21": shares have no expiry.
      parts_.share = share_of(*parts_.expiry);
      parts_.expiry.reset();
    }
    if (parts_.price) take_late_part();
    parts_.last = at_;
    return std::move(parts_);
  }

private:
  bool may_be_ticker(std::size_t i) const {
    const auto& t = view_.first_token(i);
    const auto x = view_.at(i);
    if (x == term::tag) return true;
    if (t.kind != token_kind::word || view_.marks[i].count != 1 || t.text.size() > 6) return false;
    if (std::any_of(t.text.begin(), t.text.end(), [](char c) { return c < 'a' || c > 'z'; }))
      return false;
    if (x == term::unknown) return true;
    if (x == term::symbol_label && is_known_stock(t.text)) return true;
    // "F", "GOLD", "NOW" are tickers, too, in capitals and in the ticker's place.
    return t.upper && x != term::call_right && x != term::put_right && x != term::market;
  }

  bool take_number(std::size_t i) {
    const auto& t = view_.first_token(i);
    if (t.unit == number_unit::call || t.unit == number_unit::put)
      return take_strike(i, t.unit == number_unit::call ? option_right::call : option_right::put);
    // "STC 30% WAG"
    if (t.unit == number_unit::percent && parts_.ticker.empty() && closes_) {
      parts_.share = Ratio::from_units(t.value.units());
      view_.roles[i] = role::quantity;
      return true;
    }
    if (t.unit != number_unit::none) return false;
    const bool plain = !t.currency && !t.multiplied;
    // "410/415C": two strikes are a spread.
    if (plain && view_.at(i + 1) == term::slash && view_.glued(i + 1) && is_strike(i + 2)) {
      parts_.spread = true;
      view_.roles[i] = role::strike;
      at_ = i + 1;
      return true;
    }
    if (plain && (view_.at(i + 1) == term::call_right || view_.at(i + 1) == term::put_right ||
                  is_right_letter(i + 1))) {
      const bool call = view_.at(i + 1) == term::call_right || view_.word(i + 1) == "c";
      if (!take_strike(i, call ? option_right::call : option_right::put)) return false;
      view_.roles[i + 1] = role::strike;
      at_ = i + 1;
      return true;
    }
    // "1 of 2 WAG": the share of the position.
    if (plain && parts_.quantity && parts_.ticker.empty() && i > 0 && view_.word(i - 1) == "of" &&
        t.value.units() > parts_.quantity->units()) {
      const auto hundred = Ratio::from_integer(100);
      parts_.share = rounded(portion(hundred, Ratio::from_units(parts_.quantity->units()),
                                     Ratio::from_units(t.value.units())),
                             4, rounding::half_even);
      view_.roles[i] = role::quantity;
      return true;
    }
    // "4 SPY": how many.
    if (plain && !parts_.quantity && parts_.ticker.empty() && t.fraction_digits == 0 &&
        !parts_.strike) {
      parts_.quantity = Quantity::from_units(t.value.units());
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

  bool is_strike(std::size_t i) const {
    if (view_.at(i) != term::number) return false;
    const auto unit = view_.first_token(i).unit;
    return unit == number_unit::call || unit == number_unit::put ||
           (unit == number_unit::none &&
            (view_.at(i + 1) == term::call_right || view_.at(i + 1) == term::put_right));
  }

  bool take_strike(std::size_t i, option_right right) {
    if (parts_.strike) return false;
    parts_.strike = view_.first_token(i).value;
    parts_.right = right;
    view_.roles[i] = role::strike;
    return true;
  }

  /// "57 .20": a blank inside the price.
  void take_split_fraction(std::size_t i) {
    if (view_.first_token(i).fraction_digits != 0 || !view_.is_price(i + 1)) return;
    const auto& fraction = view_.first_token(i + 1);
    if (fraction.whole_digits != 0 || fraction.currency || view_.glued(i + 1)) return;
    parts_.price = *parts_.price + fraction.value;
    view_.roles[i + 1] = role::entry;
    at_ = i + 1;
  }

  /// "WAG 6/21 @ 1.2 45c", "WAG 45c @ 1.2 6/21": what the contract lacks stands behind the price.
  void take_late_part() {
    const auto i = at_ + 1;
    if (!view_.has(i) || parts_.ticker.empty()) return;
    if (parts_.expiry && !parts_.strike && is_strike(i)) {
      const auto unit = view_.first_token(i).unit;
      const bool letter = unit == number_unit::none;
      const bool call = letter ? view_.at(i + 1) == term::call_right : unit == number_unit::call;
      take_strike(i, call ? option_right::call : option_right::put);
      at_ = letter ? i + 1 : i;
      if (letter) view_.roles[at_] = role::strike;
      return;
    }
    // "1/2" is a size.
    constexpr int most_parts = 4;
    if (!parts_.strike || parts_.expiry || view_.marks[i].line != view_.marks[at_].line) return;
    const auto date = read_expiry(view_, i);
    if (!date || (date->date.year == 0 && date->date.day <= most_parts)) return;
    at_ = i;
    take_expiry(*date, false);
  }

  bool take_price(std::size_t i) {
    if (parts_.ticker.empty()) return false;
    parts_.price = view_.first_token(i).value;
    view_.roles[i] = role::entry;
    take_split_fraction(i);
    // "@ 1.20-1.25"
    const auto joint = view_.at(i + 1);
    if ((joint == term::dash || joint == term::slash) && view_.is_price(i + 2)) {
      parts_.other_price = view_.first_token(i + 2).value;
      view_.roles[i + 2] = role::entry;
      at_ = i + 2;
    }
    return true;
  }

  /// What was read as a day, in percent.
  static Ratio share_of(const expiry_date& x) {
    return rounded(
        portion(Ratio::from_integer(100), Ratio::from_integer(x.month), Ratio::from_integer(x.day)),
        4, rounding::half_even);
  }

  /// "STC 1/2 WAG 45c 6/21": the first was a share of the position, no day.
  void take_expiry(const read_date& date, bool first) {
    const bool share = first_is_share_ && parts_.expiry && closes_;
    if (parts_.expiry && !share) parts_.second_expiry = true;
    if (share) parts_.share = share_of(*parts_.expiry);
    constexpr int most_parts = 5;
    first_is_share_ = first && date.date.year == 0 && date.date.month < date.date.day &&
                      date.date.day <= most_parts;
    parts_.expiry = date.date;
    for (auto i = at_; i < at_ + date.marks; ++i) view_.roles[i] = role::expiry;
    at_ += date.marks - 1;
  }

  void take_ticker() {
    parts_.name = view_.word(at_);
    parts_.ticker = upper_case(parts_.name);
    view_.roles[at_] = role::symbol;
    take_share_class();
  }

  /// "BRK.B"
  void take_share_class() {
    const bool dotted = view_.at(at_ + 1) == term::dot && view_.glued(at_ + 1) &&
                        view_.has(at_ + 2) && view_.glued(at_ + 2);
    if (!dotted || view_.first_token(at_ + 2).kind != token_kind::word ||
        view_.word(at_ + 2).size() != 1)
      return;
    parts_.ticker += "." + upper_case(view_.word(at_ + 2));
    view_.roles[at_ + 2] = role::symbol;
    at_ += 2;
  }

  /// "STC ALL @ 120": a ticker that is a word as well, as nothing else can be one.
  bool is_named_so(std::size_t i) const {
    const auto x = view_.at(i);
    const auto& t = view_.first_token(i);
    return parts_.ticker.empty() && t.kind == token_kind::word && t.upper && t.text.size() <= 5 &&
           view_.marks[i].count == 1 && x != term::half && x != term::partial &&
           x != term::runner && x != term::last && x != term::call_right && x != term::put_right &&
           t.text != "at" && t.text != "for" && t.text != "of" &&
           (view_.at(i + 1) == term::at_sign ||
            (x != term::market && view_.at(i + 1) == term::number));
  }

  /// "5 contracts", "the rest of".
  bool is_filling(std::size_t i) const {
    const auto word = view_.word(i);
    const bool unit =
        word == "contracts" || word == "contract" || word == "shares" || word == "cons";
    const bool rest =
        closes_ && !is_named_so(i) &&
        (view_.at(i) == term::runner || view_.at(i) == term::last || view_.at(i) == term::all ||
         view_.at(i) == term::half || view_.at(i) == term::partial);
    const bool more = parts_.ticker.empty() && (word == "more" || word == "another");
    // "WAG puts 170p": the strike says it again.
    const bool right = !parts_.ticker.empty() && is_strike(i + 1) &&
                       view_.first_token(i + 1).unit != number_unit::none &&
                       (view_.at(i) == term::call_right || view_.at(i) == term::put_right);
    return (unit && parts_.quantity) || rest || more || right;
  }

  /// Reads up to and with the price; false = this is no call.
  bool read_contract(std::size_t from) {
    for (at_ = from; at_ < view_.size(); ++at_) {
      const auto x = view_.at(at_);
      if (at_ == verb_) {
        if (parts_.ticker.empty()) return false;
        // "WAG 45c 6/21 BTO 2 @ 1.2"
        if (view_.is_plain_integer(at_ + 1, 100000) && view_.at(at_ + 2) == term::at_sign) {
          ++at_;
          parts_.quantity = Quantity::from_units(view_.first_token(at_).value.units());
          view_.roles[at_] = role::quantity;
        }
        continue;
      }
      if (is_named_so(at_)) {
        take_ticker();
        continue;
      }
      if (x == term::number) {
        if (const auto date = read_expiry(view_, at_)) {
          take_expiry(*date, at_ == from);
          continue;
        }
        if (!take_number(at_)) return false;
        if (parts_.price) return true;
        continue;
      }
      if (const auto date = read_expiry(view_, at_); date && !parts_.ticker.empty()) {
        take_expiry(*date, false);
        continue;
      }
      if (x == term::at_sign || (x == term::filler && view_.word(at_) == "at") ||
          (x == term::entry_label && view_.marks[at_].count == 1)) {
        if (parts_.ticker.empty()) return false;
        // "entry: 1.2", "@ .1.2": a stray sign.
        const bool sign = view_.at(at_ + 1) == term::colon || view_.at(at_ + 1) == term::dot;
        const auto next = at_ + (sign ? 2U : 1U);
        if (is_market(next)) {
          view_.roles[next] = role::order;
          parts_.market = true;
          at_ = next;
          return true;
        }
        if (!view_.is_price(next)) {
          parts_.unreadable = view_.at(next) == term::other || view_.at(next) == term::dot;
          at_ = next;
          return parts_.unreadable;
        }
        at_ = next;
        return take_price(next);
      }
      if (x == term::market && !parts_.ticker.empty()) {
        view_.roles[at_] = role::order;
        parts_.market = true;
        return true;
      }
      if (x == term::risky) {
        continue;
      }
      const bool expires = x == term::other_label && view_.word(at_).substr(0, 3) == "exp";
      if (expires && !parts_.ticker.empty()) continue;
      if (x == term::timeframe && !parts_.ticker.empty()) continue;  // "weekly": says no day
      if (x == term::picture || x == term::mention || x == term::comma || x == term::dash ||
          x == term::colon || x == term::filler || x == term::other_sign)
        continue;
      if (x == term::open && take_bracketed_quantity()) continue;
      if (x == term::open && pass_bracket()) continue;
      if ((x == term::open || x == term::close) && !parts_.ticker.empty()) break;
      if (is_filling(at_)) continue;
      if (parts_.ticker.empty() && may_be_ticker(at_)) {
        take_ticker();
        continue;
      }
      if (x == term::newline || x == term::stop_label || x == term::target_label) break;
      return false;
    }
    // Without a price it is no call to trade, but one to be refused with the reason; to close
    // without one is an update.
    return !parts_.ticker.empty() && (!closes_ || parts_.strike);
  }

  /// "BTO (2) WAG ..."
  bool take_bracketed_quantity() {
    if (!parts_.ticker.empty() || parts_.quantity || !view_.is_plain_integer(at_ + 1, 100000) ||
        view_.at(at_ + 2) != term::close)
      return false;
    parts_.quantity = Quantity::from_units(view_.first_token(at_ + 1).value.units());
    view_.roles[at_ + 1] = role::quantity;
    at_ += 2;
    return true;
  }

  /// "WAG (swing) @ 9": a remark of words before the price.
  bool pass_bracket() {
    constexpr std::size_t longest = 8;
    for (auto i = at_ + 1; i < at_ + longest && view_.has(i); ++i) {
      const auto x = view_.at(i);
      const bool goes_on = parts_.ticker.empty()
                               ? view_.has(i + 1) && may_be_ticker(i + 1)
                               : view_.at(i + 1) == term::at_sign || view_.is_price(i + 1);
      if (x == term::close && goes_on) {
        at_ = i;
        return true;
      }
      if (x == term::number || x == term::newline || x == term::close) return false;
    }
    return false;
  }

  bool is_market(std::size_t i) const {
    return view_.at(i) == term::market || (view_.has(i) && view_.word(i) == "m");
  }

  message_view& view_;
  bool closes_;
  std::size_t verb_;
  std::size_t at_ = 0;
  contract_parts parts_;
  bool first_is_share_ = false;  ///< the expiry may be a share of the position
};

}  // namespace

std::optional<contract_parts> read_contract(message_view& view, std::size_t from, bool closes,
                                            std::size_t verb) {
  return contract_reader{view, closes, verb}.run(from);
}

}  // namespace outcry::signals
