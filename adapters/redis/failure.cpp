#include "adapters/redis/failure.hpp"

namespace outcry::redis {

std::string_view to_string(failure_kind kind) {
  switch (kind) {
    case failure_kind::unreachable:
      return "unreachable";
    case failure_kind::timed_out:
      return "timed_out";
    case failure_kind::closed:
      return "closed";
    case failure_kind::auth_failed:
      return "auth_failed";
    case failure_kind::protocol:
      return "protocol";
    case failure_kind::server_error:
      return "server_error";
    case failure_kind::out_of_memory:
      return "out_of_memory";
    case failure_kind::cancelled:
      return "cancelled";
    case failure_kind::unknown_outcome:
      return "unknown_outcome";
    case failure_kind::malformed:
      return "malformed";
  }
  return "failure";
}

std::string to_string(const failure& what) {
  return std::string(to_string(what.kind)) + ": " + what.text;
}

std::string_view server_code(const failure& what) {
  if (what.kind != failure_kind::server_error) return {};
  return std::string_view(what.text).substr(0, what.text.find(' '));
}

}  // namespace outcry::redis
