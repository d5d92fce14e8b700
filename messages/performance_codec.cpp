#include "messages/performance_codec.hpp"

#include "messages/detail/json_writer.hpp"
#include "messages/trading_codec.hpp"

namespace outcry {

std::string to_json(const performance_update& x) {
  return detail::object_writer{}
      .text("day", x.day)
      .raw("today", to_json(x.today))
      .raw("ever", to_json(x.ever))
      .number("at", x.at_ns / ns_per_ms)
      .finish();
}

std::string service_performance_json(const performance_update& x) {
  return detail::object_writer{}
      .text("symbol", x.ticker.empty() ? "aggregate" : x.ticker)
      .raw("total", to_string(x.today.total))
      .raw("unrealized", to_string(x.today.unrealized))
      .raw("realized", to_string(x.today.realized))
      .raw("converted", to_string(x.today.converted))
      .text("timestamp", to_iso(x.at_ns))
      .finish();
}

}  // namespace outcry
