#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// Messages that reached nobody, because who was meant has ended. A few belong to every end of an
/// actor; ten in a minute do not.
class dead_letters final : public rule {
public:
  void judge(const look& at, findings& said) override;

private:
  struct burst {
    std::int64_t heard_ms = 0;
    std::int64_t at_ms = 0;
    std::uint64_t letters = 0;
  };

  std::optional<std::uint64_t> before_;  ///< the total at the last look
  std::deque<burst> recent_;             ///< of the last minute, oldest first; bounded
  std::int64_t since_ms_ = 0;            ///< of the trouble; 0 = none
};

}  // namespace outcry::inspection
