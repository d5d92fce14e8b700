#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "actors/signals/labelled.hpp"
#include "actors/signals/reading.hpp"

namespace outcry::signals {

/// One part that was read otherwise than labelled; "-" = there is none.
struct difference {
  std::string field;
  std::string expected;
  std::string found;
};

/// Everything in which a reading differs from the label; empty = it was read rightly.
///
/// A signal must have the label's ticker, side, action, entries (in the order written; at market
/// where the label says so), stop and targets, and an option its strike, right and expiry. A label
/// that names one entry is met by a zone that begins with it, and one that says "cmp" by an order
/// at market whose text also names where the market is. An update must have the label's ticker and
/// every step with what the label says of it, and none more that would trade. Noise and rejects
/// must lead to no order: quarantine, refusal and nothing are all right.
std::vector<difference> differences(const labelled_message& label, const reading& x);

/// A message that was not read as labelled.
struct missed_message {
  labelled_message label;
  reading read;
  std::vector<difference> wrong;
};

struct class_score {
  std::size_t labelled = 0;
  std::size_t read = 0;      ///< read as that class, whatever the label says
  std::size_t right = 0;     ///< labelled and read so, with no difference
  std::size_t cautious = 0;  ///< labelled so, but in quarantine or refused

  /// right / read; 1 if nothing was read as this class.
  double precision() const;
  /// right / labelled; 1 if nothing is labelled so.
  double recall() const;
};

constexpr std::size_t verdicts = 5;

struct label_score {
  class_score signals;
  class_score updates;
  /// Messages by label_class and verdict.
  std::array<std::array<std::size_t, verdicts>, label_classes> confusion{};
  std::vector<missed_message> misses;

  std::size_t count(label_class expected, verdict read) const {
    return confusion[static_cast<std::size_t>(expected)][static_cast<std::size_t>(read)];
  }
};

/// Reads every message as of an unknown channel and time, and compares.
label_score score(const std::vector<labelled_message>& messages);

}  // namespace outcry::signals
