#include "messages/inspection.hpp"

#include "messages/detail/json_writer.hpp"
#include "messages/roster_codec.hpp"

namespace outcry {

namespace {

using detail::object_writer;

/// Members of an object that has some already: `{"a":1}` and `{"b":2}` as `{"a":1,"b":2}`.
std::string joined(std::string first, std::string_view second) {
  if (second.size() <= 2) return first;
  first.back() = ',';
  return first.append(second.substr(1));
}

std::string serving_json(const serving_now& x) {
  if (x.message.empty()) return "null";
  return object_writer{}.text("message", x.message).number("since_ms", x.since_ms).finish();
}

std::string number_or_null(std::int64_t x) {
  return x < 0 ? "null" : std::to_string(x);
}

}  // namespace

std::string to_json(const actor_row& x) {
  auto handler = object_writer{}
                     .count("sampled", x.handler.sampled)
                     .count("busy_ns", x.handler.busy_ns)
                     .count("max_ns", x.handler.max_ns)
                     .finish();
  return joined(to_json(x.status), object_writer{}
                                       .count("enqueued", x.enqueued)
                                       .count("sent", x.sent)
                                       .count("lost", x.lost)
                                       .text("parent", x.parent)
                                       .boolean("hidden", x.hidden)
                                       .number("started_ms", x.started_ms)
                                       .number("backoff_left_ms", x.backoff_left_ms)
                                       .raw("serving", serving_json(x.serving))
                                       .number("oldest_wait_ms", x.oldest_wait_ms)
                                       .raw("handler", handler)
                                       .finish());
}

std::string to_json(const grave& x) {
  return object_writer{}
      .text("name", x.name)
      .text("kind", x.kind)
      .number("died_ms", x.died_ms)
      .text("reason", x.reason)
      .number("lived_ms", x.lived_ms)
      .finish();
}

std::string to_json(const floor_row& x) {
  return object_writer{}
      .text("name", x.name)
      .text("version", x.version)
      .number("started_ms", x.started_ms)
      .number("now_ms", x.now_ms)
      .number("pid", x.pid)
      .count("rss_bytes", x.rss_bytes)
      .text("halt", x.halt)
      .raw("bots", x.bots)
      .count("handled", x.handled)
      .count("dead_letters", x.dead_letters)
      .raw("dead_man", x.dead_man)
      .number("look_ms", x.look_ms)
      .finish();
}

std::string to_json(const pit_row& x) {
  return joined(to_json(x.status), object_writer{}
                                       .raw("age_ms", number_or_null(x.age_ms))
                                       .count("received", x.status.ticks)
                                       .count("dropped", x.dropped)
                                       .finish());
}

std::string to_json(const link_row& x) {
  return object_writer{}
      .text("name", x.name)
      .text("state", x.state)
      .number("since_ms", x.since_ms)
      .count("reconnects", x.reconnects)
      .text("last_error", x.last_error)
      .raw("lag_ms", number_or_null(x.lag_ms))
      .raw("backlog", number_or_null(x.backlog))
      .finish();
}

std::string to_json(const message_row& x) {
  auto lines = object_writer{}
                   .count("done", x.done)
                   .count("ignored", x.ignored)
                   .count("error", x.error)
                   .count("no_answer", x.no_answer)
                   .count("expired", x.expired)
                   .count("open", x.open)
                   .finish();
  return object_writer{}
      .text("id", x.id)
      .text("type", x.type)
      .text("state", x.state)
      .number("pressed_ms", x.pressed_ms)
      .raw("lines", lines)
      .finish();
}

std::string to_json(const action_record& x) {
  return object_writer{}
      .number("at_ms", x.at_ms)
      .text("who", x.who)
      .text("action", x.action)
      .text("name", x.name)
      .text("why", x.why)
      .finish();
}

}  // namespace outcry
