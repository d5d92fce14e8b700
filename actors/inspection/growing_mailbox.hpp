#pragma once

#include <cstdint>
#include <optional>
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
  void judge(const look& at, verdict_lines& said) override;

private:
  /// Of an actor with so much in its mailbox that it is followed.
  struct followed {
    growth depth;
    std::uint64_t refused = 0;           ///< at the last look
    std::int64_t refused_heard_ms = -1;  ///< when more were turned away; -1 = never
    std::int64_t full_since_ms = 0;      ///< 0 = it is not
    bool seen = false;                   ///< at this look
  };

  static void follow(const look& at, const actor_row& actor, followed& to);
  static std::optional<verdict_line> line_for(const look& at, const actor_row& actor,
                                              const followed& trouble);

  std::unordered_map<std::string, followed> followed_;
};

}  // namespace outcry::inspection
