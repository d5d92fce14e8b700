#include "messages/mirror.hpp"

namespace outcry {

std::string_view to_string(link_state x) {
  switch (x) {
    case link_state::connecting:
      return "connecting";
    case link_state::live:
      return "live";
    case link_state::down:
      return "down";
    case link_state::refused:
      return "refused";
  }
  return "unknown";
}

}  // namespace outcry
