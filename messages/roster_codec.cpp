#include "messages/roster_codec.hpp"

#include <limits>
#include <utility>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry {

std::string to_json(const actor_status& x) {
  return detail::object_writer{}
      .text("name", x.name)
      .text("kind", x.kind)
      .text("state", to_string(x.state))
      .number("since_ms", x.since_ms)
      .count("mailbox", x.mailbox)
      .count("mailbox_bound", x.mailbox_bound)
      .count("handled", x.handled)
      .count("errors", x.errors)
      .count("refused", x.refused)
      .count("restarts", x.restarts)
      .text("last_exit", x.last_exit)
      .finish();
}

std::string to_json(const pit_status& x) {
  const auto last = detail::object_writer{}
                        .text("price", to_string(x.last.price))
                        .text("volume", to_string(x.last.volume))
                        .number("event_ns", x.last.event_ns)
                        .number("init_ns", x.last.init_ns)
                        .finish();
  return detail::object_writer{}
      .text("ticker", x.ticker)
      .text("state", to_string(x.state))
      .number("since_ns", x.since_ns)
      .boolean("has_price", x.has_price)
      .raw("last", x.has_price ? last : "null")
      .count("ticks", x.ticks)
      .count("conflated", x.conflated)
      .count("subscribers", x.subscribers)
      .finish();
}

std::string to_json(const link_status& x) {
  return detail::object_writer{}
      .text("name", x.name)
      .text("state", to_string(x.state))
      .number("since_ms", x.since_ms)
      .text("reason", x.reason)
      .count("reconnects", x.reconnects)
      .finish();
}

std::string to_json(const relay_status& x) {
  return detail::object_writer{}
      .raw("links", detail::json_array(x.links, [](const link_status& y) { return to_json(y); }))
      .number("outbox_backlog", x.outbox_backlog)
      .number("history_backlog", x.history_backlog)
      .count("patches", x.patches)
      .count("values", x.values)
      .count("refused_values", x.refused_values)
      .number("last_stored_ms", x.last_stored_ms)
      .number("clock_skew_ms", x.clock_skew_ms)
      .finish();
}

tl::expected<actor_status, invalid_field> parse_actor_status(std::string_view json) {
  using enum actor_state;
  detail::reading to;
  detail::object_reader in{to, json, detail::input_bounds{}};
  in.names_once();
  actor_status x;
  x.name = in.text("name", {1});
  x.kind = in.text("kind");
  x.state = in.word("state", {starting, running, restarting, failed, stopped, paused});
  x.since_ms = in.integer("since_ms");
  x.mailbox = in.count("mailbox");
  x.mailbox_bound = in.count("mailbox_bound");
  x.handled = in.count("handled");
  x.errors = in.count("errors");
  x.refused = in.count("refused");
  x.restarts =
      static_cast<std::uint32_t>(in.count("restarts", std::numeric_limits<std::uint32_t>::max()));
  x.last_exit = in.optional_text("last_exit");
  return to.finish(std::move(x));
}

}  // namespace outcry
