#include <algorithm>
#include <map>
#include <string>

#include "adapters/inspection_http/exposition.hpp"

namespace outcry::inspection_http {

namespace {

void add_pit(family_book& to, const nlohmann::json& pit) {
  const family_book::labels of = {{"ticker", text_in(pit, "ticker")}};
  to.state("outcry_pit_state", "1 for what is known of the ticker's prices.", of, "state",
           {"waiting", "live", "stale", "closed", "down"}, text_in(pit, "state"));
  to.gauge("outcry_pit_price_age_seconds", "Age of the last price.", of,
           seconds_of_ms(number_in(pit, "age_ms")));
  auto received = number_in(pit, "received");
  if (!received) received = number_in(pit, "ticks");
  to.counter("outcry_pit_prices_total", "Prices that came.", of, received);
  to.gauge("outcry_pit_subscribers", "Who gets the ticker's prices.", of,
           number_in(pit, "subscribers"));
  to.counter("outcry_pit_conflated_prices_total",
             "Prices left out for receivers that were behind, summed over them.", of,
             number_in(pit, "conflated"));
  to.counter("outcry_pit_dropped_messages_total", "What could not be delivered.", of,
             number_in(pit, "dropped"));
}

void add_link(family_book& to, const nlohmann::json& link) {
  const family_book::labels of = {{"link", text_in(link, "name")}};
  const auto state = text_in(link, "state");
  to.gauge("outcry_link_up", "1 while the connection is live.", of, state == "live" ? 1 : 0);
  to.counter("outcry_link_reconnects_total", "How often it was connected again.", of,
             number_in(link, "reconnects"));
  to.gauge("outcry_link_lag_seconds", "How far it is behind.", of,
           seconds_of_ms(number_in(link, "lag_ms")));
  to.gauge("outcry_link_backlog_messages", "What waits to be sent over it.", of,
           number_in(link, "backlog"));
}

/// Of the newest messages only: a window, so gauges. The time lets an alert end by itself.
void add_messages(family_book& to, const nlohmann::json& messages) {
  std::map<std::string, double> lines;
  std::map<std::string, double> newest_ms;
  for (const auto& message : messages) {
    const auto pressed = number_in(message, "pressed_ms").value_or(0);
    for (const auto& [outcome, count] : part_in(message, "lines").items()) {
      if (!count.is_number()) continue;
      lines[outcome] += count.get<double>();
      if (count.get<double>() > 0) newest_ms[outcome] = std::max(newest_ms[outcome], pressed);
    }
  }
  for (const auto& [outcome, count] : lines)
    to.gauge("outcry_message_lines", "Bots' lines in the ledgers of the newest 20 messages.",
             {{"outcome", outcome}}, count);
  for (const auto& [outcome, pressed] : newest_ms)
    to.gauge("outcry_message_line_timestamp_seconds",
             "When the newest message with such a line was sent.", {{"outcome", outcome}},
             pressed / 1e3);
}

}  // namespace

void add_surroundings(family_book& to, const nlohmann::json& snapshot) {
  for (const auto& [ticker, pit] : rows_by(part_in(snapshot, "pits"), "ticker")) add_pit(to, *pit);
  for (const auto& [name, link] : rows_by(part_in(snapshot, "links"), "name")) add_link(to, *link);
  add_messages(to, part_in(snapshot, "messages"));
}

}  // namespace outcry::inspection_http
