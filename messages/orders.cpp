#include "messages/orders.hpp"

namespace outcry {

std::string_view to_string(order_purpose x) {
  switch (x) {
    case order_purpose::strategy:
      return "strategy";
    case order_purpose::enter:
      return "enter";
    case order_purpose::exit:
      return "exit";
  }
  return "unknown";
}

}  // namespace outcry
