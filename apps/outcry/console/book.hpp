#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/inspection/floor_snapshot.hpp"
#include "apps/outcry/console/history.hpp"
#include "apps/outcry/console/row_reader.hpp"

namespace outcry::console {

/// Not known yet: a rate needs two looks.
constexpr double no_rate = std::numeric_limits<double>::quiet_NaN();

struct actor_entry {
  actor_row row;
  double in_rate = no_rate;       ///< messages a second that came in between the last two looks
  double out_rate = no_rate;      ///< that it sent
  double handled_rate = no_rate;  ///< that it handled
  double mean_ns = no_rate;       ///< of the handlers sampled last
  std::uint64_t new_errors = 0;   ///< between the last two looks
  std::uint64_t new_restarts = 0;
  std::uint64_t look = 0;  ///< at which the row was told last; the figures above are of that look
  history in{untold::is_zero};  ///< messages a second
  history mailbox{untold::holds};
};

struct pit_entry {
  pit_row row;
  double rate = no_rate;
  double conflated_rate = no_rate;
  double dropped_rate = no_rate;
  std::uint64_t look = 0;
  std::int64_t told_at_ms = 0;  ///< of that look
};

/// Rows with names, found by them.
template <class Entry>
class keyed {
public:
  const std::vector<Entry>& all() const { return entries_; }

  Entry* find(std::string_view name) {
    auto found = places_.find(name);
    return found == places_.end() ? nullptr : &entries_[found->second];
  }
  const Entry* find(std::string_view name) const {
    auto found = places_.find(name);
    return found == places_.end() ? nullptr : &entries_[found->second];
  }

  Entry& add(const std::string& name) {
    places_.emplace(name, static_cast<std::uint32_t>(entries_.size()));
    return entries_.emplace_back();
  }

  void remove(std::string_view name) {
    auto found = places_.find(name);
    if (found == places_.end()) return;
    auto place = found->second;
    places_.erase(found);
    if (place + 1 != entries_.size()) {
      entries_[place] = std::move(entries_.back());
      places_.find(key_of(entries_[place].row))->second = place;
    }
    entries_.pop_back();
  }

  void clear() {
    entries_.clear();
    places_.clear();
  }

private:
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view x) const { return std::hash<std::string_view>{}(x); }
  };
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::uint32_t, hash, std::equal_to<>> places_;
};

struct link_entry {
  link_row row;
  std::uint64_t look = 0;
};

struct message_entry {
  message_row row;
  std::uint64_t look = 0;
};

/// What the console knows of the floor: the last snapshot and the deltas since, and what follows
/// from two of them. Rates are of the time between the floor's own looks. May be copied, to keep a
/// moment. Not thread-safe.
class book {
public:
  /// Takes {"snapshot":...} or {"delta":...}, heard at `heard_ms` of the reader's steady clock.
  /// False when it makes no sense; what it told before that is kept.
  bool take(std::string_view item, std::int64_t heard_ms);

  const floor_row& floor() const { return floor_; }
  const keyed<actor_entry>& actors() const { return actors_; }
  const keyed<pit_entry>& pits() const { return pits_; }
  const keyed<link_entry>& links() const { return links_; }
  const keyed<message_entry>& messages() const { return messages_; }
  /// The last dead, the newest first.
  const std::deque<grave_row>& graves() const { return graves_; }

  double handled_rate() const { return handled_rate_; }
  double dead_letter_rate() const { return dead_letter_rate_; }

  /// What it knows, for those who judge it; good until the next look.
  inspection::floor_rows rows() const;

  /// How many looks were taken; 0 = nothing is known yet.
  std::uint64_t looks() const { return looks_; }

  /// A figure of an entry: what was not told at the last look did not move.
  template <class Entry>
  double current(const Entry& x, double rate) const {
    return x.look == looks_ || rate != rate ? rate : 0.0;
  }
  template <class Entry>
  std::uint64_t current(const Entry& x, std::uint64_t count) const {
    return x.look == looks_ ? count : 0;
  }

  /// The floor's time, UNIX ms, at `steady_ms` of the reader's clock.
  std::int64_t now_ms(std::int64_t steady_ms) const {
    return at_ms_ + std::max<std::int64_t>(steady_ms - heard_ms_, 0);
  }
  std::int64_t heard_ms() const { return heard_ms_; }
  std::int64_t looked_at_ms() const { return at_ms_; }

private:
  void begin_look(std::string_view text, std::int64_t heard_ms);
  void read_item(class json_cursor& in, bool whole);
  void read_floor(class json_cursor& in);
  void take_actor(bool whole);
  void read_pits(class json_cursor& in);
  void read_graves(class json_cursor& in, bool whole);
  void forget_messages();
  void drop_untold(bool actors, bool pits, bool links, bool messages);
  double rate(std::uint64_t before, std::uint64_t after) const;

  floor_row floor_;
  keyed<actor_entry> actors_;
  keyed<pit_entry> pits_;
  keyed<link_entry> links_;
  keyed<message_entry> messages_;
  std::deque<grave_row> graves_;
  actor_row told_;  ///< the row being read; exchanged with the one it replaces
  double handled_rate_ = no_rate;
  double dead_letter_rate_ = no_rate;
  std::uint64_t looks_ = 0;
  std::int64_t at_ms_ = 0;
  std::int64_t before_ms_ = 0;  ///< the look before
  std::int64_t heard_ms_ = 0;
};

}  // namespace outcry::console
