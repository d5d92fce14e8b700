#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/signals/levels.hpp"

namespace outcry::signals {

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

/// Walks over the marks once; a label opens a field, numbers fall into the open one. Labels are in
/// level_labels.cpp, those of entries in level_entries.cpp, numbers in level_numbers.cpp.
class level_reader {
public:
  level_reader(message_view& view, const level_request& what) : view_(view), what_(what) {}
  level_set run() &&;

private:
  term now() const { return view_.at(at_); }
  void tell(role r) { view_.roles[at_] = r; }
  /// A new label: the numbers behind it are for `f`.
  void open(field f);
  void end_field();
  bool is_symbol(std::size_t i) const;
  void step();
  void implicit_entry();
  void side();
  void entry_label();
  /// "buy 10 ... sell 12": what is sold behind the entries of a purchase is its target.
  bool sells_target() const;
  /// "short 10 ... cover 8": where what was sold is bought back.
  bool covers() const;
  /// A price or "market" stands behind the label, perhaps in the next line.
  bool entry_follows() const;
  void at_sign();
  void add_label();
  void size_label();
  void risk_label();
  /// A label of this kind is a common word, too: it counts only with its number behind it.
  bool number_ahead() const;
  void other_label();
  /// Every label stands right behind its price.
  bool labels_trail() const;
  /// The label behind the price (or list of prices) at mark `i`; 0 = none.
  std::size_t label_behind(std::size_t i) const;
  void labelled_behind(std::size_t label);
  /// "Take 18 / 19" in a line of its own, where no target has a label.
  bool takes_targets() const;
  void times();
  void market();
  void note_trailing();
  /// "1D close under", "candle close above": part of a stop.
  void condition();
  void timeframe(std::string_view name);
  static std::string upper_case_letters(std::string_view name);
  void newline();
  /// The dot of "1." at a line's beginning or of "TP 1. : 48".
  bool list_number_dot() const { return at_ > 0 && view_.roles[at_ - 1] == role::list_number; }
  /// A word nobody knows and a colon: a label nobody knows.
  void colon();
  void word();
  /// "20 pips", "20-50-100 pips": the prices that lead to this number were none, either.
  void distance();
  void distance_problem();
  // Numbers.
  void number();
  /// "8 days": how long.
  bool is_span() const;
  /// "0.65 R:R", "2 RR": how much is won for what is lost.
  bool is_ratio(std::size_t i) const;
  /// A number that is none, where a price should stand.
  void unreadable();
  /// "14:30", "1:3": a time or a ratio.
  bool is_clock();
  /// "9/17/2025": a day with its year.
  bool is_date();
  /// "buy 5 SOL at 140": how many.
  bool is_quantity();
  void percent(const token& t);
  /// "1)", "TP 1 48.1", "Target 1 - 0.09", "1. 52000": the number of a price, not a price.
  bool list_number();
  bool counts_label(int number) const;
  bool counts_line(int number) const;
  bool price_ahead(std::size_t i) const;
  /// A dash stuck to a number behind "Entry: " or "to " is a sign.
  bool negative();
  void price(const token& t);
  void stop(const level& l);
  void stray();
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
  field last_label_ = field::none;
  bool labels_trail_ = false;    ///< "60 entry - 58 stop - 65 target"
  bool says_no_target_ = false;  ///< no target has a label
  bool fresh_ = false;           ///< the field has no number yet
  bool joined_ = false;          ///< only connectors stand since the last number
  bool labelled_ = false;        ///< the field began with a label, not with its place
  bool closing_ = false;
  bool awaits_entry_ = false;
  std::size_t numbers_ = 0;  ///< prices claimed so far
  int last_number_ = 0;      ///< of a numbered list
  int unknown_words_ = 0;
  int ignored_lines_ = 0;
  bool weak_entries_ = false;  ///< the entries so far stand behind "price"
  std::string stop_timeframe_;
  std::optional<Ratio> pending_percent_;
};

}  // namespace outcry::signals
