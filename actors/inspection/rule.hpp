#pragma once

#include <cstdint>

#include "actors/inspection/floor_snapshot.hpp"
#include "actors/inspection/time_keeper.hpp"
#include "actors/inspection/verdict.hpp"

namespace outcry::inspection {

/// One look at the floor.
struct look {
  const floor_rows& now;
  const time_keeper& time;
  std::int64_t heard_ms = 0;  ///< by a steady clock of the reader's

  std::int64_t at_ms() const { return now.at_ms; }
  std::int64_t age_of(std::int64_t since_ms) const { return time.age_of(since_ms); }
};

/// One kind of trouble. Hears every look, oldest first, and remembers what it needs of them: a
/// bounded part. Decides by the looks alone.
class rule {
public:
  virtual ~rule() = default;

  /// Adds what is wrong. `said` holds what other rules have said of this look already: a rule may
  /// leave out a subject whose trouble is explained.
  virtual void judge(const look& at, findings& said) = 0;
};

}  // namespace outcry::inspection
