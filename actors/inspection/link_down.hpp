#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// A connection to the outside that is gone for longer than ten seconds or refuses us, and one that
/// breaks again and again. Says nothing of a link whose trouble another rule has told.
class link_down final : public rule {
public:
  void judge(const look& at, findings& said) override;

private:
  struct breaks {
    std::uint64_t reconnects = 0;  ///< at `heard_ms`
    std::int64_t heard_ms = 0;
    std::int64_t at_ms = 0;
    bool flaps = false;  ///< it did in the minute before
  };

  std::unordered_map<std::string, breaks> known_;  ///< by link
};

}  // namespace outcry::inspection
