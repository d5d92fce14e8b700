#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// The disk is slower than what is written: the journal, the price history or the store of calls
/// lets its requests wait. Looks at the links of these names (`lag_ms`: how long the oldest request
/// has waited for the disk) and at the actors of these kinds. One slow commit is no trouble: the
/// wait must be there at two looks in a row, or be long.
class slow_disk final : public rule {
public:
  void judge(const look& at, findings& said) override;

private:
  struct slow {
    std::int64_t since_ms = 0;  ///< of the first of the looks in a row
    int looks = 0;
    bool seen = false;
  };

  std::unordered_map<std::string, slow> slow_;  ///< by store; three at most
};

}  // namespace outcry::inspection
