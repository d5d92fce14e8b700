#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "actors/signals/level_reader.hpp"

namespace outcry::signals {

namespace {

/// "2024.03.06", "06.03.2024".
bool is_dotted_day(std::string_view text) {
  std::size_t lengths[3] = {};
  std::size_t group = 0;
  for (char c : text) {
    if (c == '.') {
      if (++group == 3) return false;
    } else if (c < '0' || c > '9') {
      return false;
    } else {
      ++lengths[group];
    }
  }
  const bool short_ones = lengths[1] == 2 && (lengths[0] == 2 || lengths[2] == 2);
  return group == 2 && short_ones && lengths[0] + lengths[2] == 6;
}

Ratio as_ratio(Price x) {
  return Ratio::from_units(x.units());
}

}  // namespace

void level_reader::distance() {
  tell(role::metric);
  if (field_ != field::stop && field_ != field::target) return;
  auto& list = field_ == field::stop ? out_.stops : out_.targets;
  const bool waited = fresh_;
  auto last = at_;
  while (!list.empty() && list.back().mark + 2 == last &&
         (view_.at(last - 1) == term::dash || view_.at(last - 1) == term::slash ||
          view_.at(last - 1) == term::comma || view_.at(last - 1) == term::joiner)) {
    last = list.back().mark;
    view_.roles[last] = role::metric;
    list.pop_back();
    if (field_ == field::stop) out_.stop_rules.pop_back();
  }
  if (waited || (last != at_ && list.empty())) distance_problem();
  fresh_ = false;
}

void level_reader::distance_problem() {
  out_.problems.push_back({"prices-not-distances", field_ == field::stop
                                                       ? "the stop is a distance, not a price"
                                                       : "the target is a distance, not a price"});
}

void level_reader::number() {
  const auto& t = view_.first_token(at_);
  switch (t.unit) {
    case number_unit::none:
    case number_unit::sats:
      break;
    case number_unit::percent:
      return percent(t);
    case number_unit::times:
      tell(role::leverage);
      if (!out_.leverage && t.value.is_positive()) out_.leverage = as_ratio(t.value);
      return;
    case number_unit::r:
      if (field_ != field::ignored && field_ != field::target && !out_.size.risk_r) {
        out_.size.risk_r = as_ratio(t.value);
        tell(role::size);
      }
      return;
    case number_unit::timeframe:
      return timeframe(t.text);
    case number_unit::pips:
      return distance();
    case number_unit::ordinal:
      tell(role::list_number);
      return;
    case number_unit::call:
    case number_unit::put:
      stray();
      return;
  }
  if (view_.at(at_ + 1) == term::pips) return distance();
  if (is_ratio(at_ + 1)) return tell(role::metric);
  if (is_clock() || is_date()) return;
  if (is_quantity()) return;
  if (is_span()) return stray();
  if (list_number()) return;
  if (negative()) return;
  price(t);
}

bool level_reader::is_span() const {
  constexpr std::string_view spans[] = {"day",   "days",    "hour",   "hours", "hrs",
                                        "min",   "minutes", "minute", "mins",  "week",
                                        "weeks", "month",   "months", "year",  "years"};
  return view_.is_plain_integer(at_, 1000) && view_.has(at_ + 1) &&
         std::find(std::begin(spans), std::end(spans), view_.word(at_ + 1)) != std::end(spans);
}

bool level_reader::is_ratio(std::size_t i) const {
  if (view_.at(i) == term::ratio_label) return true;
  // "TP 1.74 R:R 1:1.5": the ratio's own number follows.
  const bool pair = view_.has(i + 2) && view_.at(i + 1) == term::colon && view_.word(i + 2) == "r";
  if (pair && (view_.is_price(i + 3) || (is_separator(view_.at(i + 3)) && view_.is_price(i + 4))))
    return false;
  return view_.has(i) && view_.word(i) == "r" && view_.at(i) != term::number;
}

void level_reader::unreadable() {
  const auto& text = view_.word(at_);
  const bool wanted = field_ != field::none && field_ != field::ignored && (fresh_ || joined_);
  // "1.1.1" is a version, "2024.03.06" and "06.03.2024" are days; "2,2014.3" was meant as a price.
  if (is_dotted_day(text)) return tell(role::metric);
  std::size_t digits = 0;
  std::size_t longest = 0;
  for (char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    longest = std::max(longest, digits);
  }
  constexpr std::size_t version_digits = 2;
  const bool price = text.find(',') != std::string_view::npos || longest > version_digits;
  if (wanted && price)
    out_.problems.push_back({"readable-numbers", fmt::format("{} is no number", text)});
  if (!fresh_) end_field();
}

bool level_reader::is_clock() {
  constexpr int most_minutes = 59;
  const auto minutes = at_ + 2;
  // "R:R 1:2.5"
  const bool ratio =
      (field_ == field::ignored && fresh_) || (at_ > 0 && view_.word(at_ - 1) == "r");
  if (ratio && view_.is_plain_integer(at_, most_minutes) && view_.at(at_ + 1) == term::colon &&
      view_.glued(at_ + 1) && view_.is_price(minutes)) {
    tell(role::metric);
    view_.roles[minutes] = role::metric;
    at_ = minutes;
    if (field_ == field::ignored) fresh_ = false;
    return true;
  }
  if (view_.at(at_ + 1) != term::colon || !view_.glued(at_ + 1) || !view_.is_price(minutes) ||
      !view_.glued(minutes))
    return false;
  const auto small = [&](std::size_t i) {
    const auto& t = view_.first_token(i);
    return t.fraction_digits == 0 && t.value <= Price::from_integer(most_minutes);
  };
  if (!small(at_) || !small(minutes)) return false;
  tell(role::metric);
  view_.roles[minutes] = role::metric;
  at_ = minutes;
  return true;
}

bool level_reader::is_date() {
  constexpr int most_days = 31;
  const auto year = at_ + 4;
  if (!view_.is_plain_integer(at_, most_days) || view_.at(at_ + 1) != term::slash ||
      !view_.is_plain_integer(at_ + 2, most_days) || view_.at(at_ + 3) != term::slash ||
      !view_.is_price(year) || !view_.glued(year))
    return false;
  const auto& t = view_.first_token(year);
  if (t.fraction_digits != 0 || t.value < Price::from_integer(2000) ||
      t.value > Price::from_integer(2100))
    return false;
  for (auto i = at_; i <= year; i += 2) view_.roles[i] = role::metric;
  at_ = year;
  return true;
}

bool level_reader::is_quantity() {
  constexpr int most = 1'000'000;
  if (labelled_ || field_ != field::entry || !is_symbol(at_ + 1) ||
      !view_.is_plain_integer(at_, most))
    return false;
  tell(role::quantity);
  out_.size.quantity = Quantity::from_units(view_.first_token(at_).value.units());
  return true;
}

void level_reader::percent(const token& t) {
  tell(role::size);
  if (field_ == field::risk && fresh_) {
    out_.size.risk_percent = as_ratio(t.value);
    return end_field();
  }
  if (field_ == field::size && fresh_) {
    out_.size.percent = as_ratio(t.value);
    return end_field();
  }
  tell(role::metric);
  // "(1.5-2% risk)": the lower bound went before, as a stray.
  pending_percent_ = as_ratio(t.value);
  if (at_ >= 2 && view_.at(at_ - 1) == term::dash && !out_.strays.empty() &&
      out_.strays.back() == at_ - 2) {
    pending_percent_ = as_ratio(view_.first_token(at_ - 2).value);
    view_.roles[at_ - 2] = role::metric;
    out_.strays.pop_back();
  }
  if ((field_ == field::stop || field_ == field::target) && fresh_) distance_problem();
}

bool level_reader::list_number() {
  constexpr int longest_list = 20;
  if (!view_.is_plain_integer(at_, longest_list)) return false;
  const auto number = static_cast<int>(view_.first_token(at_).value.units() / detail::decimal_one);
  const auto before = at_ == 0 ? term::newline : view_.at(at_ - 1);
  const auto next = view_.at(at_ + 1);
  const bool begins_line = before == term::newline || before == term::picture;
  const bool bracket = next == term::close && stack_.empty();
  const bool enclosed = next == term::close && before == term::open && view_.is_price(at_ + 2);
  const bool dotted = next == term::dot &&
                      (begins_line || is_separator(view_.at(at_ + 2)) || view_.is_price(at_ + 2));
  if (!bracket && !enclosed && !dotted && !counts_label(number) && !counts_line(number))
    return false;
  tell(role::list_number);
  if (bracket || enclosed || dotted || begins_line) joined_ = true;
  last_number_ = number;
  return true;
}

/// "TP 1 48.1", "Target 2 - 0.09", "Entry 1: 5": behind a label, in sequence where a price could
/// be meant as well.
bool level_reader::counts_label(int number) const {
  if (at_ == 0) return false;
  // "TP-1: 48.1"
  const bool dashed = at_ > 1 && view_.at(at_ - 1) == term::dash && view_.glued(at_ - 1) &&
                      view_.glued(at_) && is_separator(view_.at(at_ + 1));
  const auto label = view_.at(at_ - (dashed ? 2 : 1));
  if (label != term::target_label && label != term::entry_label && label != term::stop_label &&
      label != term::buy_word)
    return false;
  const auto next = view_.at(at_ + 1);
  const bool at = next == term::filler && view_.word(at_ + 1) == "at";
  if (next == term::colon || next == term::equals || next == term::at_sign || next == term::arrow ||
      at)
    return price_ahead(at_ + 2);
  const auto price = view_.is_price(at_ + 1) ? at_ + 1 : at_ + 2;
  if (price == at_ + 2 && (next != term::dash || !view_.is_price(price))) return false;
  // "entry 1 - 1.02" is a zone, unless a second one follows.
  const auto& value = view_.first_token(price).value;
  const auto as_price = view_.first_token(at_).value;
  const bool alike = value.units() <= 2 * as_price.units() && as_price.units() <= 2 * value.units();
  const bool next_in_list = number == last_number_ + 1 || number == 1;
  constexpr int far = 100;
  if (!alike) return next_in_list || value.units() > far * as_price.units();
  if (number != last_number_ + 1) return false;
  if (number > 1) return true;
  for (auto i = price + 1; view_.has(i + 1); ++i)
    if (view_.at(i) == label && !view_.marks[i].index) return view_.is_plain_integer(i + 1, 2);
  return false;
}

/// "2: 48.1" at a line's beginning.
bool level_reader::counts_line(int number) const {
  constexpr int most = 12;
  const bool begins =
      at_ == 0 || view_.at(at_ - 1) == term::newline || view_.at(at_ - 1) == term::picture;
  const auto next = view_.at(at_ + 1);
  return begins && number <= most && number == last_number_ + 1 &&
         (is_separator(next) || next == term::close) && view_.is_price(at_ + 2);
}

bool level_reader::price_ahead(std::size_t i) const {
  while (view_.has(i) && (view_.at(i) == term::dash || view_.at(i) == term::colon ||
                          view_.at(i) == term::at_sign || view_.at(i) == term::picture))
    ++i;
  return view_.is_price(i);
}

bool level_reader::negative() {
  if (at_ < 2 || view_.at(at_ - 1) != term::dash || !view_.glued(at_)) return false;
  if (view_.glued(at_ - 1)) return false;
  const auto before = view_.at(at_ - 2);
  if (before != term::colon && before != term::equals && before != term::joiner) return false;
  tell(role::stray);
  out_.problems.push_back({"positive-prices", fmt::format("-{} is no price", view_.word(at_))});
  return true;
}

void level_reader::price(const token& t) {
  if (!t.value.is_positive() && field_ != field::none && field_ != field::ignored)
    out_.problems.push_back({"positive-prices", "0 is no price"});
  // "TP 17950 17900": nothing but a blank between two prices of a list.
  const bool row = labelled_ && at_ > 0 && view_.roles[at_ - 1] == role::target &&
                   view_.is_price(at_ - 1) && field_ == field::target;
  const bool wanted = fresh_ || joined_ || row;
  if (!wanted) return stray();
  const level l{t.value, at_, !fresh_};
  switch (field_) {
    case field::entry:
      out_.entries.push_back(l);
      tell(role::entry);
      break;
    case field::buy:
      out_.buys.push_back(l);
      tell(role::entry);
      break;
    case field::sell:
      out_.sells.push_back(l);
      tell(role::entry);
      break;
    case field::stop:
      stop(l);
      break;
    case field::target:
      out_.targets.push_back(l);
      out_.target_labelled = true;
      tell(role::target);
      break;
    case field::add:
      if (out_.add_at) return stray();
      out_.add_at = t.value;
      tell(role::add);
      break;
    case field::leverage:
      if (fresh_) out_.leverage = as_ratio(t.value);
      tell(role::leverage);
      break;
    case field::size:
    case field::risk:
    case field::ignored:
      tell(role::metric);
      break;
    case field::none:
      return stray();
  }
  fresh_ = false;
  joined_ = false;
  ++numbers_;
}

void level_reader::stop(const level& l) {
  if (!fresh_) {
    // Behind a stop nothing is joined but another rule, and that opened the field again.
    const bool range = view_.at(at_ - 1) == term::dash || view_.at(at_ - 1) == term::slash;
    if (range) out_.problems.push_back({"one-stop", "two prices for the stop"});
    return stray();
  }
  tell(role::stop);
  const bool another = !out_.stop_rules.empty() && !closing_;
  if (another && out_.stop_rules.front().price == l.value) return;
  if (another) out_.problems.push_back({"one-stop", "two prices for the stop"});
  out_.stops.push_back(l);
  out_.stop_labelled = true;
  out_.stop_rules.push_back(
      {l.value, closing_ ? stop_trigger::candle_close : stop_trigger::touch, stop_timeframe_});
  closing_ = false;
  stop_timeframe_.clear();
}

void level_reader::stray() {
  tell(role::stray);
  out_.strays.push_back(at_);
  joined_ = false;
}

}  // namespace outcry::signals
