#include "adapters/redis/link.hpp"

namespace outcry::redis {

std::string_view to_string(link_state state) {
  switch (state) {
    case link_state::connecting:
      return "connecting";
    case link_state::live:
      return "live";
    case link_state::down:
      return "down";
    case link_state::cut_off:
      return "cut_off";
    case link_state::stopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace outcry::redis
