#include "messages/operator.hpp"

namespace outcry {

std::string_view to_string(verb x) {
  switch (x) {
    case verb::stop:
      return "stop";
    case verb::start:
      return "start";
    case verb::exit:
      return "exit";
    case verb::enter:
      return "enter";
    case verb::set:
      return "set";
    case verb::status:
      return "status";
    case verb::kill:
      return "kill";
    case verb::confirm:
      return "confirm";
    case verb::unknown:
      return "unknown";
  }
  return "unknown";
}

verb parse_verb(std::string_view text) {
  using enum verb;
  for (const auto x : {stop, start, exit, enter, set, status, kill, confirm}) {
    if (text == to_string(x)) return x;
  }
  return unknown;
}

std::string_view to_string(line_status x) {
  switch (x) {
    case line_status::open:
      return "open";
    case line_status::pending:
      return "pending";
    case line_status::done:
      return "done";
    case line_status::ignored:
      return "ignored";
    case line_status::error:
      return "error";
    case line_status::expired:
      return "expired";
    case line_status::no_answer:
      return "no_answer";
  }
  return "unknown";
}

std::string_view to_string(message_state x) {
  switch (x) {
    case message_state::sent:
      return "sent";
    case message_state::working:
      return "working";
    case message_state::done:
      return "done";
    case message_state::failed:
      return "failed";
    case message_state::expired:
      return "expired";
  }
  return "unknown";
}

std::string_view to_string(halt_kind x) {
  switch (x) {
    case halt_kind::none:
      return "none";
    case halt_kind::stopped:
      return "stopped";
    case halt_kind::killed:
      return "killed";
  }
  return "unknown";
}

}  // namespace outcry
