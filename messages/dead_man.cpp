#include "messages/dead_man.hpp"

#include <nlohmann/json.hpp>

#include "messages/detail/json_writer.hpp"

namespace outcry {

std::string to_json(const dead_man_status& x) {
  constexpr double hour_ms = 3'600'000;
  detail::object_writer result;
  result.raw("hours", nlohmann::json(static_cast<double>(x.span_ms) / hour_ms).dump())
      .number("heardAt", x.heard_at_ms)
      .number("firesAt", x.fires_at_ms);
  if (x.fired_at_ms != 0) result.number("firedAt", x.fired_at_ms);
  return result.finish();
}

}  // namespace outcry
