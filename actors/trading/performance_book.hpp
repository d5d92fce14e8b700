#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "messages/performance.hpp"
#include "messages/timestamp.hpp"

namespace outcry {

/// What a bot's word changed.
enum class performance_change : std::uint8_t {
  none,     ///< the same figures on the same day
  marks,    ///< only what prices move: `profit` and `open`
  booked,   ///< what fills move, or the bot has begun a day
  refused,  ///< a figure is nonsense, or there are too many bots
};

/// Every bot's figures on its latest day, and their sums. Pure: no actors, no clock.
class performance_book {
public:
  /// Bots beyond these are refused: a made-up name costs memory for ever.
  static constexpr std::size_t max_bots = 10'000;
  /// A figure this large is nonsense, and sums of them could overflow.
  static constexpr std::int64_t too_large = 1'000'000'000'000'000;

  /// Takes over what the journal remembers; what is known already stays.
  void restore(const std::vector<performance_record>& records);

  /// The trading day has come so far: true when it is a later one than before. What no bot has
  /// earned on it yet is 0.
  bool advance(const std::string& day);

  /// Takes a bot's word of the trading day `day`. With a day later than its last, that day's
  /// figures are where the new one begins; a day that is over for it only amends its last figures.
  /// A bot never heard of began with nothing.
  performance_change note(const bot_performance& word, const std::string& day);

  /// "2013-10-08"; empty until the first `advance` or `restore`.
  const std::string& day() const { return day_; }

  /// Of every bot its latest day, by bot id.
  std::vector<performance_record> records() const;

  /// What these tickers, and at the end all of them together, have brought on `day()` and ever.
  std::vector<performance_update> sums(const std::set<std::string>& tickers,
                                       timestamp_ns now) const;

  /// Every ticker that any bot has.
  std::set<std::string> tickers() const;

  /// What the journal does not have yet: of a bot its latest day and, if that is missing there too,
  /// the one before.
  std::vector<performance_record> unsaved() const;

  /// The journal has these now.
  void saved(const std::vector<performance_record>& records);

private:
  struct entry {
    performance_record record;
    bool is_saved = false;
    std::optional<performance_record> unsaved_before;  ///< the end of its day before
  };

  static void roll(entry& of, const std::string& day);

  std::map<std::string, entry> bots_;
  std::string day_;
};

}  // namespace outcry
