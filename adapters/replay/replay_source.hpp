#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <date/date.h>

#include "actors/market/price_source.hpp"
#include "adapters/replay/tick_directory.hpp"
#include "adapters/replay/tick_file.hpp"

namespace outcry::replay {

struct replay_options {
  std::string dir;
  double speed = 1.0;  ///< how many times as fast as it was; 0 = as fast as the floor can
  bool loop = false;   ///< after the last row again from the first
};

/// Replays a day of recorded trades, merged over its tickers in time order; equal times in the
/// order of tickers, then of the file. Its files are read as they are needed, never held.
///
/// Time: a row happened its `time_ms` after the midnight that began the day in New York; the
/// directory's name says which day, else it is New York's day at the first poll. The replay starts
/// at the first poll. With a speed above 0 a tick is due at start + (event - first event) / speed,
/// where the first event is that of the whole day, wanted or not. With speed 0 it goes in lockstep;
/// while nobody wants any ticker of the day it stands still, because there is no time it could
/// pass.
///
/// A loop starts when the last row was due (but lasts a second at least) and says the same event
/// times again: to its receivers time jumps back there.
///
/// Errors: the constructor and `poll` throw std::runtime_error as `list_files` and `tick_file` do.
/// The constructor reads the first rows of every file. A bad row behind them is found when its time
/// comes: `poll` throws then, and again whenever it is called afterwards.
class replay_source final : public price_source {
public:
  explicit replay_source(replay_options options);

  source_pace pace() const override;
  void want(const std::string& ticker, bool wanted) override;
  std::optional<timestamp_ns> poll(timestamp_ns now, std::vector<price_batch>& out) override;

  /// From the first poll until the one that finds nothing behind the day's last row.
  bool in_session(timestamp_ns now) const override;

  /// Names the directory, the day, the speed, and the wanted tickers it has no file for.
  std::string describe() const override;

private:
  struct track {
    tick_path file;
    std::optional<tick_file> rows;
    std::optional<tick_row> head;
    bool wanted = false;
    bool has_rows = false;
  };

  track* find(const std::string& ticker);
  bool anybody_waits() const;
  void scan();
  void begin(timestamp_ns now);
  void rewind();
  void take_head(std::size_t index);
  timestamp_ns due(std::int64_t time_ms) const;
  std::optional<timestamp_ns> play(timestamp_ns now, std::vector<price_batch>& out);
  void emit(const track& from, timestamp_ns now, std::size_t own,
            std::vector<price_batch>& out) const;
  std::optional<timestamp_ns> finish(timestamp_ns now);

  replay_options options_;
  std::optional<date::year_month_day> day_;
  std::vector<track> tracks_;  ///< ordered by ticker
  /// The next row of each file: its time and the index of its track, earliest on top.
  using next_row = std::pair<std::int64_t, std::size_t>;
  std::priority_queue<next_row, std::vector<next_row>, std::greater<>> next_;
  std::set<std::string> unknown_;
  std::int64_t first_ms_ = 0;
  std::int64_t last_ms_ = 0;  ///< of the rows passed so far
  bool has_rows_ = false;
  timestamp_ns midnight_ = 0;
  timestamp_ns start_ = 0;
  bool started_ = false;
  bool ended_ = false;
  std::string failure_;
};

}  // namespace outcry::replay
