#include "actors/signals/reading.hpp"

#include <algorithm>
#include <utility>

namespace outcry::signals {

void conclude(reading& x, verdict outcome, std::string_view rule, std::string reason,
              int confidence) {
  x.outcome = outcome;
  x.rule = rule;
  x.reason = std::move(reason);
  x.confidence = static_cast<std::uint8_t>(std::clamp(confidence, 0, 100));
}

}  // namespace outcry::signals
