#include "messages/market.hpp"

namespace outcry {

std::string_view to_string(feed_state x) {
  switch (x) {
    case feed_state::waiting:
      return "waiting";
    case feed_state::live:
      return "live";
    case feed_state::stale:
      return "stale";
    case feed_state::closed:
      return "closed";
    case feed_state::down:
      return "down";
  }
  return "unknown";
}

}  // namespace outcry
