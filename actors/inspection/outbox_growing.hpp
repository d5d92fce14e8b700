#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "actors/inspection/growth.hpp"
#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// What the floor owes to the outside grows, or is much already: acknowledgements, orders and
/// prices for Firebase, calls for PostgreSQL.
class outbox_growing final : public rule {
public:
  void judge(const look& at, findings& said) override;

private:
  std::unordered_map<std::string, growth> owed_;  ///< by link; those that owe something
};

}  // namespace outcry::inspection
