#include "actors/signals/level_reader.hpp"

// Labels behind their prices: "60 entry - 58 stop - 65, 68 targets".

namespace outcry::signals {

namespace {

bool is_label(term x) {
  return x == term::entry_label || x == term::stop_label || x == term::target_label;
}

bool is_joint(term x) {
  return x == term::slash || x == term::comma || x == term::dash || x == term::joiner ||
         x == term::ampersand;
}

}  // namespace

bool level_reader::labels_trail() const {
  int labels = 0;
  bool stop = false;
  std::size_t last = 0;
  for (std::size_t i = what_.first; i < view_.size(); ++i) {
    if (!is_label(view_.at(i))) continue;
    if (i == 0 || !view_.is_price(i - 1) || view_.marks[i].index > 0) return false;
    ++labels;
    stop = stop || view_.at(i) == term::stop_label;
    last = i;
  }
  if (labels < 2 || !stop) return false;
  for (auto i = last + 1; view_.has(i); ++i)
    if (view_.is_price(i)) return false;
  // Before the first price no label, and no price that is not labelled.
  for (std::size_t i = what_.first; i < view_.size(); ++i)
    if (view_.is_price(i) && !is_symbol(i)) return label_behind(i) != 0;
  return false;
}

std::size_t level_reader::label_behind(std::size_t i) const {
  constexpr std::size_t longest_list = 40;  // marks
  const auto end = i + longest_list;
  while (i < end && is_joint(view_.at(i + 1)) && view_.is_price(i + 2)) i += 2;
  return view_.is_price(i) && is_label(view_.at(i + 1)) ? i + 1 : 0;
}

void level_reader::labelled_behind(std::size_t label) {
  const auto x = view_.at(label);
  const auto first = at_;
  at_ = label;
  open(x == term::stop_label     ? field::stop
       : x == term::target_label ? field::target
                                 : field::entry);
  if (x == term::entry_label) out_.entry_labelled = true;
  for (at_ = first; at_ < label; ++at_) {
    if (view_.is_price(at_)) price(view_.first_token(at_));
    joined_ = true;
  }
  end_field();
}

}  // namespace outcry::signals
