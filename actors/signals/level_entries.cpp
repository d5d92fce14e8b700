#include "actors/signals/level_reader.hpp"

namespace outcry::signals {

void level_reader::implicit_entry() {
  if (what_.skip_entries || !out_.entries.empty()) return;
  field_ = field::entry;
  fresh_ = true;
  joined_ = false;
  labelled_ = false;
  unknown_words_ = 2;
  weak_entries_ = true;
}

bool level_reader::sells_target() const {
  if (out_.entries.empty() || !says_no_target_ || what_.skip_entries) return false;
  const auto begins =
      view_.marks[at_].count > 1 || view_.is_price(at_ + 1) || view_.at(at_ + 1) == term::at_sign;
  if (view_.word(at_) != "sell" || !begins) return false;
  const auto bought = [&](std::size_t i) {
    return view_.at(i) == term::buy_word ||
           (view_.at(i) == term::entry_label && view_.word(i).substr(0, 3) == "buy");
  };
  for (std::size_t i = 0; i < at_; ++i)
    if (bought(i)) return true;
  return false;
}

bool level_reader::covers() const {
  const auto word = view_.word(at_);
  if ((word != "cover" && word != "covers") || out_.entries.empty() || !says_no_target_ ||
      what_.skip_entries)
    return false;
  const bool at = view_.at(at_ + 1) == term::at_sign || view_.at(at_ + 1) == term::filler;
  if (!view_.is_price(at_ + (at ? 2U : 1U))) return false;
  for (std::size_t i = 0; i < at_; ++i)
    if (view_.at(i) == term::short_word || view_.at(i) == term::sell_word) return true;
  return false;
}

void level_reader::side() {
  if (sells_target()) {
    out_.sells_later = true;
    return open(field::target);
  }
  tell(role::side);
  const auto next = view_.at(at_ + 1);
  const bool labels = next == term::colon || next == term::equals ||
                      (next == term::dash && view_.is_price(at_ + 2));
  if (labels && (now() == term::buy_word || now() == term::sell_word)) {
    open(now() == term::buy_word ? field::buy : field::sell);
    tell(role::side);
    return;
  }
  // "Take profit short targets": a side inside a label's line decides nothing.
  if (fresh_ && (field_ == field::stop || field_ == field::target)) return;
  implicit_entry();
}

void level_reader::entry_label() {
  // "stop to entry", "move sl to entry": the stop's place, no label.
  if (field_ == field::stop && fresh_) return;
  if (what_.skip_entries) return open(field::ignored);
  if (sells_target()) {
    out_.sells_later = true;
    return open(field::target);
  }
  // "Price" and "open" are common words: they count when a number or a colon follows.
  const auto word = view_.word(at_);
  const bool common =
      view_.marks[at_].count == 1 && (word == "price" || word == "open" || word == "en");
  if (common && !is_separator(view_.at(at_ + 1)) && !view_.is_price(at_ + 1) &&
      view_.at(at_ + 1) != term::at_sign)
    return;
  // "Layer your entries": no label, the prices stand above.
  if (!out_.entries.empty() && !entry_follows()) return;
  // "Price: 5" before "Entry: 5 - 6" only says where the market is; a label is better than a
  // place.
  if (!common && weak_entries_) {
    for (const auto& x : out_.entries) view_.roles[x.mark] = role::metric;
    out_.entries.clear();
  }
  if (common && !out_.entries.empty()) return open(field::ignored);
  weak_entries_ = common;
  open(field::entry);
  out_.entry_labelled = true;
  out_.entry_promised = out_.entry_promised || view_.at(at_ + 1) == term::colon;
}

bool level_reader::entry_follows() const {
  constexpr std::size_t patience = 6;
  for (auto i = at_ + 1; i <= at_ + patience && view_.has(i); ++i) {
    const auto x = view_.at(i);
    if (x == term::number || x == term::market || x == term::bullet) return true;
    if (!is_separator(x) && x != term::filler && x != term::newline && x != term::picture &&
        x != term::at_sign && x != term::open && x != term::close && x != term::limit &&
        x != term::dot && x != term::check && x != term::side_label && !is_side(x))
      return false;
  }
  return false;
}

void level_reader::at_sign() {
  if (fresh_ || what_.skip_entries) return;
  if (!out_.entries.empty()) return;
  const bool price = view_.is_price(at_ + 1) || view_.at(at_ + 1) == term::market;
  if (!price) return;
  labelled_ = false;
  field_ = field::entry;
  fresh_ = true;
  joined_ = false;
}

void level_reader::add_label() {
  // "Add" is a common word.
  if (view_.word(at_).substr(0, 3) == "add" && !view_.is_price(at_ + 1) &&
      !is_separator(view_.at(at_ + 1)))
    return;
  tell(role::label);
  // "DCA to 9.7" goes on with the entries; "DCA: 9.7" is a price of its own.
  if (view_.at(at_ + 1) == term::joiner && field_ == field::entry && !fresh_) {
    joined_ = true;
    return;
  }
  open(field::add);
}

void level_reader::market() {
  if (what_.skip_entries) return;
  if (field_ == field::stop || field_ == field::target) {
    if (fresh_) return;
  }
  tell(role::order);
  out_.at_market = true;
  if (!fresh_ || field_ != field::entry) implicit_entry();
}

}  // namespace outcry::signals
