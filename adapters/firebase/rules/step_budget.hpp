#pragma once

#include <cstddef>

namespace outcry::firebase::rules {

/// What one question to the rules may cost. Whoever is out of steps is refused.
class step_budget {
public:
  explicit step_budget(std::size_t steps) : left_(steps) {}

  /// False when they are used up.
  bool take(std::size_t steps) {
    const bool enough = steps <= left_;
    left_ = enough ? left_ - steps : 0;
    return enough;
  }

private:
  std::size_t left_;
};

}  // namespace outcry::firebase::rules
