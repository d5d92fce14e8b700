#include "tests/messages/samples.hpp"

#include <stdexcept>

namespace outcry::test {

nlohmann::json sample_order_data() {
  return nlohmann::json::parse(R"({
    "event": "fill", "execution_id": "e-1", "timestamp": "2025-05-06 14:39:11.760112+00:00",
    "position_qty": "8.5", "price": "105.908", "qty": "0.4",
    "order": {
      "id": "o-1", "client_order_id": "c-1", "created_at": "2025-05-06 14:39:11.7+00:00",
      "updated_at": null, "submitted_at": null, "filled_at": null, "expired_at": null,
      "canceled_at": null, "failed_at": null, "replaced_at": null, "replaced_by": null,
      "replaces": null, "asset_id": "a-1", "symbol": "PLTR", "asset_class": "us_equity",
      "notional": null, "qty": "0.4", "filled_qty": "0.4", "filled_avg_price": "105.908",
      "order_class": "simple", "order_type": "market", "side": "buy", "time_in_force": "day",
      "limit_price": null, "stop_price": null, "status": "filled", "extended_hours": false,
      "legs": null, "trail_percent": null, "trail_price": null, "hwm": null, "source": "alpaca"
    }})");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error{"nothing to replace"};
  return text.replace(at, from.size(), to);
}

std::size_t pick(std::mt19937& random, std::size_t below) {
  return random() % below;
}

std::string random_utf8(std::mt19937& random, std::size_t longest) {
  constexpr std::string_view frequent = ".#$[]/%\x01\x1F\x7F\"\\AZaz09";
  std::string result;
  for (auto n = pick(random, longest + 1); n > 0; --n) {
    const auto put = [&](unsigned byte) { result += static_cast<char>(byte); };
    const auto tail = [&] { return 0x80U + static_cast<unsigned>(pick(random, 64)); };
    switch (pick(random, 5)) {
      case 0:
        result += frequent[pick(random, frequent.size())];
        break;
      case 1:
        put(static_cast<unsigned>(pick(random, 128)));
        break;
      case 2:
        put(0xC2U + static_cast<unsigned>(pick(random, 30)));
        put(tail());
        break;
      case 3:
        put(0xE1U + static_cast<unsigned>(pick(random, 12)));
        put(tail());
        put(tail());
        break;
      default:
        put(0xF1U + static_cast<unsigned>(pick(random, 3)));
        put(tail());
        put(tail());
        put(tail());
    }
  }
  return result;
}

}  // namespace outcry::test
