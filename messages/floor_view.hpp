#pragma once

#include <functional>
#include <memory>
#include <string>

namespace outcry {

/// The floor at one moment, for whoever shows it elsewhere.
struct floor_view {
  /// JSON: an object with the members of a snapshot of the op `inspect` (adapters/control).
  std::string snapshot;
  /// JSON: {"level","headline","lines"}; "" = nobody judges on this floor.
  std::string verdict;
};

using floor_view_ptr = std::shared_ptr<const floor_view>;

/// A view, or (then it is null) why there is none, for people.
struct floor_view_answer {
  floor_view_ptr seen;
  std::string why;
};

/// May be called from any thread. A copy that is thrown away instead counts as no answer.
using floor_view_sink = std::function<void(floor_view_answer)>;

}  // namespace outcry
