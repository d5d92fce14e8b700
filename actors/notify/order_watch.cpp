#include "actors/notify/order_watch.hpp"

#include <optional>

#include <fmt/format.h>

#include "messages/error.hpp"

namespace outcry {

namespace {

std::optional<notice> about_order(const order_event& event) {
  notice result;
  result.page = bot_page(event.bot_id);
  const bool buys = event.terms.side == order_side::buy;
  if (event.qty.is_positive()) {
    result.kind = notice_kind::fill;
    result.key = "fill:" + event.bot_id;
    result.title = fmt::format("{}: {} {} at {}", event.terms.ticker, buys ? "bought" : "sold",
                               to_string(event.qty), to_string(event.price));
    result.text = event.bot_id;
    if (event.terms.qty.is_positive())
      result.text +=
          fmt::format(": {} of {} filled", to_string(event.filled_qty), to_string(event.terms.qty));
    return result;
  }
  const bool refused =
      event.event == "rejected" || event.event == "refused" || event.event == "never_sent";
  // A stopped bot's orders are meant to be held back.
  if (!refused || event.code == to_string(ec::halted)) return std::nullopt;
  result.kind = notice_kind::order_rejected;
  result.key = "rejected:" + event.bot_id;
  result.title = fmt::format("{}: an order to {} was {}", event.terms.ticker, buys ? "buy" : "sell",
                             event.event == "never_sent" ? "never sent" : event.event);
  result.text = event.bot_id;
  if (!event.reason.empty()) result.text += ": " + event.reason;
  return result;
}

}  // namespace

news order_watch::look(const order_event_list& events) {
  news result;
  for (const auto& event : events.events) {
    if (event.seq <= last_seq_) continue;
    last_seq_ = event.seq;
    if (auto found = about_order(event)) result.raised.push_back(std::move(*found));
  }
  return result;
}

}  // namespace outcry
