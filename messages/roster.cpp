#include "messages/roster.hpp"

namespace outcry {

std::string_view to_string(actor_state x) {
  switch (x) {
    case actor_state::starting:
      return "starting";
    case actor_state::running:
      return "running";
    case actor_state::restarting:
      return "restarting";
    case actor_state::failed:
      return "failed";
    case actor_state::stopped:
      return "stopped";
    case actor_state::paused:
      return "paused";
  }
  return "unknown";
}

}  // namespace outcry
