#include "messages/trading.hpp"

#include <array>

namespace outcry {

namespace {

template <class Enum, std::size_t N>
std::string_view word(Enum x, const std::array<std::string_view, N>& names) {
  auto i = static_cast<std::size_t>(x);
  return i < N ? names[i] : "?";
}

}  // namespace

std::string_view to_string(order_side x) {
  return word(x, std::array<std::string_view, 2>{"buy", "sell"});
}

std::string_view to_string(order_type x) {
  return word(x, std::array<std::string_view, 4>{"market", "limit", "stop", "stop_limit"});
}

std::string_view to_string(time_in_force x) {
  return word(x, std::array<std::string_view, 4>{"day", "gtc", "ioc", "fok"});
}

std::string_view to_string(order_status x) {
  return word(x, std::array<std::string_view, 19>{
                     "intended", "unknown", "never_sent", "pending_new", "accepted", "new",
                     "partially_filled", "filled", "done_for_day", "canceled", "expired",
                     "replaced", "pending_cancel", "pending_replace", "rejected", "stopped",
                     "suspended", "calculated", "held"});
}

std::string_view to_string(session_phase x) {
  return word(x, std::array<std::string_view, 4>{"closed", "pre_market", "regular", "after_hours"});
}

}  // namespace outcry
