#pragma once

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// A handler that does not return: its actor does nothing else, and the thread that runs it serves
/// nobody else. From a second on it is worth a word, from ten it is bad.
class stuck_handler final : public rule {
public:
  void judge(const look& at, findings& said) override;
};

}  // namespace outcry::inspection
