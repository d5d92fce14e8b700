#pragma once

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// The floor's clock was set, or the machine slept: seen from look to look against a steady clock,
/// and in one look by what claims to have begun in the future. Told for ten minutes.
class clock_jump final : public rule {
public:
  void judge(const look& at, findings& said) override;
};

}  // namespace outcry::inspection
