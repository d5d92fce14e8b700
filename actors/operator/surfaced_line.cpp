#include "actors/operator/surfaced_line.hpp"

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/bots/bot_words.hpp"
#include "actors/trading/live_order.hpp"

namespace outcry {

namespace {

constexpr std::string_view amendment = "; but order ";

std::string fate(const order_event& event) {
  auto text = is_closed(event.status) ? std::string(to_string(event.status)) : "being cancelled";
  if (event.filled_qty.is_positive()) text += ", " + to_string(event.filled_qty) + " filled";
  return text;
}

}  // namespace

bool is_belied_by(const ledger_line& line, const order_event& event, std::int64_t asked_at_ms) {
  if (!line.addressed || line.bot_id != event.bot_id) return false;
  if (line.at_ms < asked_at_ms || line.at_ms >= event.at_ns / ns_per_ms) return false;
  return line.status == line_status::done || line.code == surfaced_code;
}

ledger_line amended_by(const ledger_line& line, const order_event& event) {
  auto result = line;
  auto told = nlohmann::json::parse(line.result, nullptr, false);
  if (!told.is_object()) told = nlohmann::json::object();
  auto& orders = told["surfaced"];
  orders[std::to_string(event.number)] = {{"order", in_words(event.terms)}, {"fate", fate(event)}};
  result.reason = line.reason.substr(0, line.reason.find(amendment));
  for (const auto& [number, order] : orders.items())
    result.reason +=
        fmt::format("{}{} ({}), given up before, came up at the broker: {}", amendment, number,
                    order["order"].get<std::string>(), order["fate"].get<std::string>());
  result.result = told.dump();
  result.status = line_status::error;
  result.code = surfaced_code;
  return result;
}

}  // namespace outcry
