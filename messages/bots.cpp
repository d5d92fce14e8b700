#include "messages/bots.hpp"

namespace outcry {

std::string_view to_string(bot_kind x) {
  switch (x) {
    case bot_kind::hosted:
      return "hosted";
    case bot_kind::controlled:
      return "controlled";
    case bot_kind::observed:
      return "observed";
    case bot_kind::desk:
      return "desk";
  }
  return "unknown";
}

std::string_view to_string(bot_state x) {
  switch (x) {
    case bot_state::starting:
      return "starting";
    case bot_state::running:
      return "running";
    case bot_state::waiting_for_open:
      return "waiting_for_open";
    case bot_state::stopped:
      return "stopped";
    case bot_state::restarting:
      return "restarting";
    case bot_state::failed:
      return "failed";
    case bot_state::absent:
      return "absent";
  }
  return "unknown";
}

std::string_view to_string(desired_state x) {
  switch (x) {
    case desired_state::running:
      return "running";
    case desired_state::stopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace outcry
