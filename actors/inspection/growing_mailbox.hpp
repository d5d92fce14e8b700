#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "actors/inspection/growth.hpp"
#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// More comes in than is handled: a mailbox that grows, one that is full and turns messages away,
/// and one whose oldest message has waited for seconds. Says nothing of an actor that is stuck: its
/// mailbox is not the trouble.
class growing_mailbox final : public rule {
public:
  void judge(const look& at, findings& said) override;

private:
  /// Of an actor with so much in its mailbox that it is followed.
  struct followed {
    growth depth;
    std::uint64_t refused = 0;           ///< at the last look
    std::int64_t refused_heard_ms = -1;  ///< when more were turned away; -1 = never
    std::int64_t full_since_ms = 0;      ///< 0 = it is not
    bool seen = false;                   ///< at this look
  };

  /// What is wrong with it now.
  struct trouble {
    bool grows = false;
    bool full = false;
    bool turns_away = false;
    bool behind = false;
    double full_in_s = 0;  ///< 0 = it is full, or will not be
  };

  static void follow(const look& at, const actor_row& actor, followed& to);
  static trouble trouble_of(const look& at, const actor_row& actor, const followed& past);
  static verdict_line line_of(const look& at, const actor_row& actor, const followed& past,
                              const trouble& found);
  static void put_into_words(verdict_line& to, const actor_row& actor, const growth& depth,
                             const trouble& found);

  std::unordered_map<std::string, followed> followed_;
};

}  // namespace outcry::inspection
