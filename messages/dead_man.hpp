#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <caf/meta/type_name.hpp>

namespace outcry {

/// Where the dead-man's switch stands. Times are UNIX milliseconds by the floor's clock.
struct dead_man_status {
  std::int64_t span_ms = 0;      ///< of silence that it allows
  std::int64_t heard_at_ms = 0;  ///< the operator
  std::int64_t fires_at_ms = 0;  ///< unless the operator is heard before; or when it fired
  std::int64_t fired_at_ms = 0;  ///< 0 = not in this silence

  bool operator==(const dead_man_status&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, dead_man_status& x) {
  return f(caf::meta::type_name("dead_man_status"), x.span_ms, x.heard_at_ms, x.fires_at_ms,
           x.fired_at_ms);
}

/// As it stands at /floor/deadMan: hours, heardAt, firesAt, and firedAt once it has fired.
std::string to_json(const dead_man_status& x);

/// Under whose name the switch sends its stop: that is not the operator's word.
inline constexpr const char* dead_man_sender = "dead-man's switch";

/// Where the operator's page writes that somebody has it open.
namespace paths {
inline constexpr std::string_view operator_heartbeat = "operator/heartbeat";
}

}  // namespace outcry
