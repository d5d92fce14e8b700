#include <algorithm>

#include "actors/signals/level_reader.hpp"
#include "actors/signals/shorthand.hpp"

namespace outcry::signals {

level_set level_reader::run() && {
  says_no_target_ = std::none_of(view_.marks.begin(), view_.marks.end(),
                                 [](const mark& m) { return m.what == term::target_label; });
  labels_trail_ = !what_.skip_entries && labels_trail();
  for (at_ = what_.first; at_ < view_.size(); ++at_) step();
  expand_shorthand(out_, view_);
  return std::move(out_);
}

void level_reader::open(field f) {
  const bool aside = f == field::size || f == field::risk || f == field::leverage;
  awaits_entry_ = aside && (awaits_entry_ || (field_ == field::entry && fresh_));
  field_ = f;
  labelled_ = true;
  // A ratio or a size between two targets does not end their count.
  if (f != field::ignored && f != field::size && f != field::risk) {
    if (f != last_label_) last_number_ = 0;
    last_label_ = f;
  }
  if (view_.marks[at_].index > 0) last_number_ = view_.marks[at_].index;
  fresh_ = true;
  joined_ = false;
  unknown_words_ = 0;
  ignored_lines_ = 0;
  tell(role::label);
}

void level_reader::end_field() {
  // A size told in between does not end the wait for an entry.
  field_ = awaits_entry_ ? field::entry : field::none;
  fresh_ = awaits_entry_;
  awaits_entry_ = false;
  joined_ = false;
}

bool level_reader::is_symbol(std::size_t i) const {
  return std::binary_search(what_.symbols.begin(), what_.symbols.end(), i);
}

void level_reader::step() {
  if (is_symbol(at_)) {
    tell(role::symbol);
    if (!fresh_ || field_ == field::ignored) implicit_entry();
    return;
  }
  switch (now()) {
    case term::number:
      if (const auto label = labels_trail_ && view_.is_price(at_) ? label_behind(at_) : 0)
        return labelled_behind(label);
      number();
      return;
    case term::other:
      unreadable();
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
    case term::take:
      if (takes_targets()) return open(field::target);
      word();
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

void level_reader::size_label() {
  if (fresh_ && field_ == field::leverage) return;
  if (number_ahead()) open(field::size);
}

void level_reader::risk_label() {
  // "(5% risk)": the number went before.
  if (pending_percent_) {
    if (!out_.size.risk_percent) out_.size.risk_percent = pending_percent_;
    pending_percent_.reset();
    tell(role::label);
    if (!is_separator(view_.at(at_ + 1))) return;
  }
  if (number_ahead()) open(field::risk);
}

bool level_reader::number_ahead() const {
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

void level_reader::other_label() {
  const auto next = view_.at(at_ + 1);
  // "Targets: Short term: 12 - 13 Mid term: 15": the targets go on.
  const auto& m = view_.marks[at_];
  const bool term_heading = m.count == 2 &&
                            view_.text.tokens[m.first + m.count - 1].text == "term" &&
                            last_label_ == field::target && is_separator(next);
  if (term_heading) return open(field::target);
  // "Profit: 1.25" where no target has a label; "Profit: 25%" and "Profit: $25" are gains.
  const bool profit = view_.word(at_) == "profit" && is_separator(next) &&
                      view_.is_price(at_ + 2) && !view_.first_token(at_ + 2).currency &&
                      view_.at(at_ + 3) != term::pips;
  if (profit && says_no_target_) return open(field::target);
  const bool labels = is_separator(next) || next == term::number || next == term::at_sign ||
                      (next == term::dot && number_ahead());
  if (labels) return open(field::ignored);
  if (!fresh_) end_field();
}

bool level_reader::takes_targets() const {
  const auto before = at_ == 0 ? term::newline : view_.at(at_ - 1);
  const bool begins = before == term::newline || before == term::picture || before == term::pipe ||
                      before == term::comma || before == term::dash || before == term::bullet;
  auto price = at_ + 1;
  // "TAKE #1: 18"
  if (view_.at(price) == term::other && is_separator(view_.at(price + 1))) ++price;
  while (is_separator(view_.at(price))) ++price;
  return begins && view_.word(at_) == "take" && view_.is_price(price) && says_no_target_;
}

void level_reader::times() {
  tell(role::leverage);
  if (!out_.leverage && view_.marks[at_].index > 0)
    out_.leverage = Ratio::from_integer(view_.marks[at_].index);
}

void level_reader::note_trailing() {
  if (at_ > 0 && view_.at(at_ - 1) == term::trailing) open(field::ignored);
}

void level_reader::condition() {
  const bool in_stop = field_ == field::stop || (field_ == field::none && !out_.stops.empty());
  if (!in_stop) {
    if (now() == term::close_verb && !fresh_) end_field();
    // "buy below 100", "short above 5": the side of a price that is no stop.
    return;
  }
  tell(role::stop);
  if (now() == term::candle || now() == term::close_verb) closing_ = true;
  // "stop 8.5 or daily close below 9": a second rule.
  if (!fresh_ && closing_ && joined_) {
    field_ = field::stop;
    fresh_ = true;
  }
}

void level_reader::timeframe(std::string_view name) {
  tell(role::timeframe);
  if (field_ == field::stop)
    stop_timeframe_ = upper_case_letters(name);
  else if (out_.timeframe.empty())
    out_.timeframe = upper_case_letters(name);
}

std::string level_reader::upper_case_letters(std::string_view name) {
  std::string result{name};
  for (auto& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

void level_reader::newline() {
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

void level_reader::colon() {
  if (fresh_ || at_ == 0) return;
  const auto before = view_.at(at_ - 1);
  const auto word = view_.word(at_ - 1);
  const bool quote = before == term::filler && (word == "bid" || word == "ask");
  const bool label =
      (before == term::unknown || before == term::talk || quote) && !is_symbol(at_ - 1);
  if (!label) return;
  field_ = field::ignored;
  fresh_ = true;
  // The number may stand in the next line.
  ignored_lines_ = view_.at(at_ + 1) == term::newline ? 0 : 1;
}

void level_reader::word() {
  const auto x = now();
  if (covers()) return open(field::target);
  // "Pips: +40 / +85"
  if (x == term::pips && view_.at(at_ + 1) == term::colon) return open(field::ignored);
  // "28.3 • 29.2"
  constexpr char32_t bullet_sign = 0x2022;
  if (x == term::picture && view_.first_token(at_).picture == bullet_sign) joined_ = true;
  // "At: 73.94" and "In: 73.94" are labels, "at 5" in a sentence is not.
  const bool place = view_.word(at_) == "at" || view_.word(at_) == "in";
  if (x == term::filler && place && (!fresh_ || (field_ == field::entry && !labelled_)) &&
      out_.entries.empty() &&
      (view_.at(at_ + 1) == term::colon || view_.at(at_ + 1) == term::equals) &&
      view_.is_price(at_ + 2) && !what_.skip_entries) {
    open(field::entry);
    out_.entry_labelled = true;
    return;
  }
  if (x == term::pipe && view_.is_price(at_ + 1)) {
    joined_ = true;
    return;
  }
  if (x == term::picture || x == term::check || x == term::mention || x == term::link ||
      x == term::filler || x == term::pipe || x == term::equals || x == term::sats ||
      x == term::other_sign || x == term::exclamation || x == term::change || x == term::trailing ||
      x == term::ordinal_first || x == term::ordinal_second || x == term::ordinal_third ||
      x == term::last || x == term::hit)
    return;
  if (x == term::pips) return tell(role::metric);
  if (field_ == field::none) return;
  // A label may be followed by some words before its number comes.
  constexpr int patience = 3;
  if (fresh_ && ++unknown_words_ <= patience) return;
  if (field_ == field::ignored && fresh_) return;
  end_field();
}

level_set read_levels(message_view& view, const level_request& what) {
  return level_reader{view, what}.run();
}

}  // namespace outcry::signals
