#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// An actor that has failed for good, one that dies again and again (three times in a minute), and
/// one that is down now. Reads the graves, so that one look shows a loop; counts restarts from look
/// to look, since the graves are few.
class crash_loop final : public rule {
public:
  void judge(const look& at, findings& said) override;

private:
  struct crash {
    std::int64_t heard_ms = 0;
    std::int64_t at_ms = 0;
    std::uint64_t times = 0;
  };

  /// Of an actor that was restarted at least once.
  struct history {
    std::uint64_t restarts = 0;  ///< at the last look
    std::deque<crash> crashes;   ///< of the last minute, oldest first; one for each look
    std::int64_t since_ms = 0;   ///< of the loop; 0 = none
    bool seen = false;           ///< at this look
  };

  struct buried {
    std::uint64_t times = 0;
    std::int64_t first_ms = 0;
    std::string reason;
  };

  void note_restarts(const look& at);

  std::unordered_map<std::string, history> restarted_;
};

}  // namespace outcry::inspection
