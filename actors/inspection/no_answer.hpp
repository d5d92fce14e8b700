#pragma once

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// An operator message of the last quarter of an hour that somebody did not answer, or that is at
/// work for longer than half a minute. For stop, kill and exit that is bad.
class no_answer final : public rule {
public:
  void judge(const look& at, findings& said) override;
};

}  // namespace outcry::inspection
