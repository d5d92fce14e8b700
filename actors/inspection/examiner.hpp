#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// Watches a floor through its snapshots and says what is wrong, since when, what it costs and what
/// to do. The same series of looks gives the same verdicts. One look tells what a moment can show;
/// what grows takes three seconds of looks. Memory: bounded by the troubled actors of the snapshot.
/// For one thread.
class examiner {
public:
  examiner();
  ~examiner();
  examiner(examiner&&) noexcept;
  examiner& operator=(examiner&&) noexcept;

  /// One look; `heard_ms` by a steady clock of the caller's, not going back. A floor that was
  /// started anew is watched from the beginning.
  verdict examine(const floor_rows& now, std::int64_t heard_ms);
  verdict examine(const floor_snapshot& now, std::int64_t heard_ms) {
    return examine(rows_of(now), heard_ms);
  }

private:
  void begin();

  std::vector<std::unique_ptr<rule>> rules_;
  time_keeper time_;
  std::int64_t started_ms_ = 0;
  std::int64_t pid_ = 0;
  bool looked_ = false;
};

}  // namespace outcry::inspection
