#include "actors/signals/levels.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/signals/shorthand.hpp"

namespace outcry::signals {

namespace {

/// What the next number is for.
enum class field : std::uint8_t {
  none,
  entry,
  stop,
  target,
  add,
  leverage,
  size,
  risk,
  buy,
  sell,
  ignored,
};

bool is_side(term x) {
  return x == term::long_word || x == term::short_word || x == term::buy_word ||
         x == term::sell_word;
}

Ratio as_ratio(Price x) {
  return Ratio::from_units(x.units());
}

class level_reader {
public:
  level_reader(message_view& view, const level_request& what) : view_(view), what_(what) {}

  level_set run() && {
    for (at_ = what_.first; at_ < view_.size(); ++at_) step();
    expand_shorthand(out_, view_);
    return std::move(out_);
  }

private:
  term now() const { return view_.at(at_); }
  void tell(role r) { view_.roles[at_] = r; }

  /// A new label: the numbers behind it are for `f`.
  void open(field f) {
    const bool aside = f == field::size || f == field::risk || f == field::leverage;
    awaits_entry_ = aside && (awaits_entry_ || (field_ == field::entry && fresh_));
    field_ = f;
    labelled_ = true;
    fresh_ = true;
    joined_ = false;
    unknown_words_ = 0;
    tell(role::label);
  }

  void end_field() {
    // A size told in between does not end the wait for an entry.
    field_ = awaits_entry_ ? field::entry : field::none;
    fresh_ = awaits_entry_;
    awaits_entry_ = false;
    joined_ = false;
  }

  bool is_symbol(std::size_t i) const {
    return std::find(what_.symbols.begin(), what_.symbols.end(), i) != what_.symbols.end();
  }

  void step() {
    if (is_symbol(at_)) {
      tell(role::symbol);
      if (!fresh_ || field_ == field::ignored) implicit_entry();
      return;
    }
    switch (now()) {
      case term::number:
        number();
        return;
      case term::open:
        stack_.push_back({field_, fresh_, numbers_});
        return;
      case term::close:
        if (!stack_.empty()) {
          field_ = stack_.back().kind;
          // A number inside was the one the label waited for.
          fresh_ = stack_.back().fresh && stack_.back().numbers == numbers_;
          stack_.pop_back();
        }
        return;
      case term::entry_label:
        entry_label();
        return;
      case term::stop_label:
        open(field::stop);
        note_trailing();
        return;
      case term::stopped:
      case term::target_label:
        open(now() == term::stopped ? field::ignored : field::target);
        return;
      case term::add_label:
        add_label();
        return;
      case term::leverage_label:
        if (number_ahead()) open(field::leverage);
        return;
      case term::size_label:
        size_label();
        return;
      case term::risk_label:
        risk_label();
        return;
      case term::ratio_label:
      case term::mental:
        open(field::ignored);
        return;
      case term::other_label:
        other_label();
        return;
      case term::times:
        times();
        return;
      case term::cross:
        tell(role::leverage);
        return;
      case term::isolated:
        out_.isolated = true;
        tell(role::leverage);
        return;
      case term::market:
        market();
        return;
      case term::limit:
        out_.says_limit = true;
        tell(role::order);
        if (!fresh_) implicit_entry();
        return;
      case term::spot:
      case term::futures:
        tell(role::order);
        if (!fresh_) implicit_entry();
        return;
      case term::risky:
        out_.size.risky = true;
        tell(role::size);
        return;
      case term::at_sign:
        at_sign();
        return;
      case term::below:
      case term::above:
      case term::candle:
      case term::close_verb:
        condition();
        return;
      case term::timeframe:
        timeframe(view_.word(at_));
        return;
      case term::newline:
        newline();
        return;
      case term::dot:
        if (!fresh_ && field_ != field::none && !list_number_dot()) end_field();
        return;
      case term::bullet:
        tell(role::list_number);
        joined_ = true;
        return;
      case term::dash:
      case term::slash:
      case term::comma:
      case term::joiner:
      case term::ampersand:
      case term::arrow:
      case term::plus:
        joined_ = true;
        return;
      case term::colon:
        colon();
        return;
      default:
        break;
    }
    if (is_side(now())) return side();
    word();
  }

  void implicit_entry() {
    if (what_.skip_entries || !out_.entries.empty()) return;
    field_ = field::entry;
    fresh_ = true;
    joined_ = false;
    labelled_ = false;
    unknown_words_ = 2;
    weak_entries_ = true;
  }

  void side() {
    tell(role::side);
    const auto next = view_.at(at_ + 1);
    const bool labels = next == term::colon || next == term::equals;
    if (labels && (now() == term::buy_word || now() == term::sell_word)) {
      open(now() == term::buy_word ? field::buy : field::sell);
      tell(role::side);
      return;
    }
    // "Take profit short targets": a side inside a label's line decides nothing.
    if (fresh_ && (field_ == field::stop || field_ == field::target)) return;
    implicit_entry();
  }

  void entry_label() {
    // "stop to entry", "move sl to entry": the stop's place, no label.
    if (field_ == field::stop && fresh_) return;
    if (what_.skip_entries) return open(field::ignored);
    // "Price" and "open" are common words: they count when a number or a colon follows.
    const auto word = view_.word(at_);
    const bool common =
        view_.marks[at_].count == 1 && (word == "price" || word == "open" || word == "en");
    if (common && !is_separator(view_.at(at_ + 1)) && !view_.is_price(at_ + 1) &&
        view_.at(at_ + 1) != term::at_sign)
      return;
    // "Price: 5" before "Entry: 5 - 6" only says where the market is; a label is better than a
    // place.
    if (!common && weak_entries_) {
      for (const auto& x : out_.entries) view_.roles[x.mark] = role::metric;
      out_.entries.clear();
      out_.entry_groups = 0;
    }
    if (common && !out_.entries.empty()) return open(field::ignored);
    weak_entries_ = common;
    open(field::entry);
    out_.entry_labelled = true;
  }

  void at_sign() {
    if (fresh_ || what_.skip_entries) return;
    if (!out_.entries.empty()) return;
    const bool price = view_.is_price(at_ + 1) || view_.at(at_ + 1) == term::market;
    if (!price) return;
    labelled_ = false;
    field_ = field::entry;
    fresh_ = true;
    joined_ = false;
  }

  void add_label() {
    tell(role::label);
    // "DCA to .85" goes on with the entries; "DCA: .85" is a price of its own.
    if (view_.at(at_ + 1) == term::joiner && field_ == field::entry && !fresh_) {
      joined_ = true;
      return;
    }
    open(field::add);
  }

  void size_label() {
    if (fresh_ && field_ == field::leverage) return;
    if (number_ahead()) open(field::size);
  }

  void risk_label() {
    // "(5% risk)": the number went before.
    if (pending_percent_) {
      if (!out_.size.risk_percent) out_.size.risk_percent = pending_percent_;
      pending_percent_.reset();
      tell(role::label);
      if (!is_separator(view_.at(at_ + 1))) return;
    }
    if (number_ahead()) open(field::risk);
  }

  /// A label of this kind is a common word, too: it counts only with its number behind it.
  bool number_ahead() const {
    constexpr std::size_t patience = 4;
    for (auto i = at_ + 1; i <= at_ + patience && view_.has(i); ++i) {
      const auto x = view_.at(i);
      if (x == term::number || x == term::times) return true;
      if (!is_separator(x) && x != term::filler && x != term::cross && x != term::isolated &&
          x != term::open && x != term::market && x != term::at_sign && x != term::dot &&
          x != term::joiner && x != term::other_label && x != term::talk)
        return false;
    }
    return false;
  }

  void other_label() {
    const auto next = view_.at(at_ + 1);
    const bool labels = is_separator(next) || next == term::number || next == term::at_sign ||
                        (next == term::dot && number_ahead());
    if (labels) return open(field::ignored);
    if (!fresh_) end_field();
  }

  void times() {
    tell(role::leverage);
    if (!out_.leverage && view_.marks[at_].index > 0)
      out_.leverage = Ratio::from_integer(view_.marks[at_].index);
  }

  void market() {
    if (what_.skip_entries) return;
    if (field_ == field::stop || field_ == field::target) {
      if (fresh_) return;
    }
    tell(role::order);
    out_.at_market = true;
    if (!fresh_ || field_ != field::entry) implicit_entry();
  }

  void note_trailing() {
    if (at_ > 0 && view_.at(at_ - 1) == term::trailing) open(field::ignored);
  }

  /// "1D close under", "candle close above": part of a stop.
  void condition() {
    const bool in_stop = field_ == field::stop || (field_ == field::none && !out_.stops.empty());
    if (!in_stop) {
      if (now() == term::close_verb && !fresh_) end_field();
      // "buy below 100", "short above 5": the side of a price that is no stop.
      return;
    }
    tell(role::stop);
    if (now() == term::candle || now() == term::close_verb) closing_ = true;
    // "stop .0937 or daily close below .10": a second rule.
    if (!fresh_ && closing_ && joined_) {
      field_ = field::stop;
      fresh_ = true;
    }
  }

  void timeframe(std::string_view name) {
    tell(role::timeframe);
    if (field_ == field::stop)
      stop_timeframe_ = upper_case_letters(name);
    else if (out_.timeframe.empty())
      out_.timeframe = upper_case_letters(name);
  }

  static std::string upper_case_letters(std::string_view name) {
    std::string result{name};
    for (auto& c : result)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
  }

  void newline() {
    stack_.clear();
    pending_percent_.reset();
    // A label that waits for its number waits on; a list may go on in the next line.
    if (field_ == field::ignored && !fresh_) end_field();
    if (field_ == field::ignored) {
      if (++ignored_lines_ > 1) end_field();
      return;
    }
    ignored_lines_ = 0;
    if (field_ == field::entry && !labelled_ && !fresh_) return end_field();
    joined_ = true;
  }

  /// The dot of "1." at a line's beginning or of "TP 1. : 143".
  bool list_number_dot() const { return at_ > 0 && view_.roles[at_ - 1] == role::list_number; }

  /// A word nobody knows and a colon: a label nobody knows.
  void colon() {
    if (fresh_ || at_ == 0) return;
    const auto before = view_.at(at_ - 1);
    const bool label = (before == term::unknown || before == term::talk) && !is_symbol(at_ - 1);
    if (!label) return;
    field_ = field::ignored;
    fresh_ = true;
    ignored_lines_ = 1;
  }

  void word() {
    const auto x = now();
    // "At: 73.94" is a label, "at 5" in a sentence is not.
    if (x == term::filler && view_.word(at_) == "at" && !fresh_ && out_.entries.empty() &&
        view_.at(at_ + 1) == term::colon && view_.is_price(at_ + 2) && !what_.skip_entries) {
      open(field::entry);
      return;
    }
    if (x == term::picture || x == term::check || x == term::mention || x == term::link ||
        x == term::filler || x == term::pipe || x == term::equals || x == term::sats ||
        x == term::other_sign || x == term::exclamation || x == term::change ||
        x == term::trailing || x == term::ordinal_first || x == term::ordinal_second ||
        x == term::ordinal_third || x == term::last || x == term::hit)
      return;
    if (x == term::pips) return tell(role::metric);
    if (field_ == field::none) return;
    // A label may be followed by some words before its number comes.
    constexpr int patience = 3;
    if (fresh_ && ++unknown_words_ <= patience) return;
    if (field_ == field::ignored && fresh_) return;
    end_field();
  }

  /// "20 pips", "20-50-100 pips": the prices that lead to this number were none, either.
  void distance() {
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

  void distance_problem() {
    out_.problems.push_back(
        {"prices-not-distances", field_ == field::stop ? "the stop is a distance, not a price"
                                                       : "the target is a distance, not a price"});
  }

  // Numbers.

  void number() {
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
    if (list_number()) return;
    if (negative()) return;
    price(t);
  }

  /// "0.65 R:R", "2 RR": how much is won for what is lost.
  bool is_ratio(std::size_t i) const {
    if (view_.at(i) == term::ratio_label) return true;
    return view_.has(i) && view_.word(i) == "r" && view_.at(i) != term::number;
  }

  void percent(const token& t) {
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
    // "(3.5-4% risk)": the lower bound went before, as a stray.
    pending_percent_ = as_ratio(t.value);
    if (at_ >= 2 && view_.at(at_ - 1) == term::dash && !out_.strays.empty() &&
        out_.strays.back() == at_ - 2) {
      pending_percent_ = as_ratio(view_.first_token(at_ - 2).value);
      view_.roles[at_ - 2] = role::metric;
      out_.strays.pop_back();
    }
    if ((field_ == field::stop || field_ == field::target) && fresh_) distance_problem();
  }

  /// "1)", "TP 1 151.01", "Target 1 - 0.09", "1. 52000": the number of a price, not a price.
  bool list_number() {
    constexpr int longest_list = 20;
    if (!view_.is_plain_integer(at_, longest_list)) return false;
    const auto number = static_cast<int>(view_.first_token(at_).value.approximate());
    const auto next = view_.at(at_ + 1);
    const bool begins_line =
        at_ == 0 || view_.at(at_ - 1) == term::newline || view_.at(at_ - 1) == term::picture;
    const bool bracket = next == term::close && (stack_.empty() || view_.at(at_ - 1) != term::open);
    const bool enclosed = next == term::close && at_ > 0 && view_.at(at_ - 1) == term::open &&
                          view_.is_price(at_ + 2);
    const bool dotted = next == term::dot &&
                        (begins_line || is_separator(view_.at(at_ + 2)) || view_.is_price(at_ + 2));
    const bool labelled =
        at_ > 0 &&
        (view_.at(at_ - 1) == term::target_label || view_.at(at_ - 1) == term::entry_label ||
         view_.at(at_ - 1) == term::stop_label || view_.at(at_ - 1) == term::buy_word);
    const bool followed =
        labelled && (view_.is_price(at_ + 1) || ((is_separator(next) || next == term::close ||
                                                  next == term::at_sign || next == term::comma) &&
                                                 price_ahead(at_ + 2)));
    const bool line_number = begins_line && (is_separator(next) || next == term::close) &&
                             view_.is_price(at_ + 2) && number <= 12;
    const bool known = bracket || enclosed || dotted || followed || line_number;
    if (!known) return false;
    tell(role::list_number);
    if (bracket && !stack_.empty()) stack_.push_back(stack_.back());
    joined_ = true;
    return true;
  }

  bool price_ahead(std::size_t i) const {
    while (view_.has(i) && (view_.at(i) == term::dash || view_.at(i) == term::colon ||
                            view_.at(i) == term::at_sign || view_.at(i) == term::picture))
      ++i;
    return view_.is_price(i);
  }

  /// A dash stuck to a number behind "Entry: " or "to " is a sign.
  bool negative() {
    if (at_ < 2 || view_.at(at_ - 1) != term::dash || !view_.glued(at_)) return false;
    if (view_.glued(at_ - 1)) return false;
    const auto before = view_.at(at_ - 2);
    if (before != term::colon && before != term::equals && before != term::joiner) return false;
    tell(role::stray);
    out_.problems.push_back({"positive-prices", fmt::format("-{} is no price", view_.word(at_))});
    return true;
  }

  void price(const token& t) {
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
        if (fresh_) ++out_.entry_groups;
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

  void stop(const level& l) {
    if (!fresh_) {
      // Behind a stop nothing is joined but another rule, and that opened the field again.
      const bool range = view_.at(at_ - 1) == term::dash || view_.at(at_ - 1) == term::slash;
      if (range) out_.problems.push_back({"one-stop", "two prices for the stop"});
      return stray();
    }
    tell(role::stop);
    out_.stops.push_back(l);
    out_.stop_labelled = true;
    out_.stop_rules.push_back(
        {l.value, closing_ ? stop_trigger::candle_close : stop_trigger::touch, stop_timeframe_});
    closing_ = false;
    stop_timeframe_.clear();
  }

  void stray() {
    tell(role::stray);
    out_.strays.push_back(at_);
    joined_ = false;
  }

  struct saved {
    field kind;
    bool fresh;
    std::size_t numbers;
  };

  message_view& view_;
  const level_request& what_;
  level_set out_;
  std::vector<saved> stack_;
  std::size_t at_ = 0;
  field field_ = field::none;
  bool fresh_ = false;     ///< the field has no number yet
  bool joined_ = false;    ///< only connectors stand since the last number
  bool labelled_ = false;  ///< the field began with a label, not with its place
  bool closing_ = false;
  bool awaits_entry_ = false;
  std::size_t numbers_ = 0;  ///< prices claimed so far
  int unknown_words_ = 0;
  int ignored_lines_ = 0;
  bool weak_entries_ = false;  ///< the entries so far stand behind "price"
  std::string stop_timeframe_;
  std::optional<Ratio> pending_percent_;
};

}  // namespace

level_set read_levels(message_view& view, const level_request& what) {
  return level_reader{view, what}.run();
}

}  // namespace outcry::signals
