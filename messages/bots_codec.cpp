#include "messages/bots_codec.hpp"

#include <utility>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/keys.hpp"

namespace outcry {

namespace {

constexpr detail::input_bounds bot_bounds{std::size_t{256} << 10U, 16};
constexpr detail::input_bounds embedded_bounds{std::size_t{64} << 10U, 8};
constexpr detail::input_bounds config_bounds{std::size_t{16} << 10U, 8};

constexpr const char* bot_rule = "a bot id";

bot_state read_state(detail::object_reader& in) {
  using enum bot_state;
  return in.word("state",
                 {starting, running, waiting_for_open, stopped, restarting, failed, absent});
}

bot_identity read_identity(detail::object_reader& in, std::string_view id_key) {
  bot_identity x;
  x.id = in.name(id_key, check_bot_id, bot_rule);
  x.ticker = in.name("ticker", normalise_ticker, "a ticker");
  x.strategy = in.text("strategy");
  x.container = in.text("container");
  return x;
}

}  // namespace

std::string to_json(const bot_status& x) {
  return detail::object_writer{}
      .text("id", x.identity.id)
      .text("ticker", x.identity.ticker)
      .text("strategy", x.identity.strategy)
      .text("container", x.identity.container)
      .text("kind", to_string(x.identity.kind))
      .text("state", to_string(x.state))
      .text("desired", to_string(x.desired))
      .number("since", x.since_ms)
      .number("heartbeat", x.heartbeat_ms)
      .embed("details", x.details)
      .text("reason", x.reason)
      .finish();
}

tl::expected<bot_status, invalid_field> parse_bot_status(std::string_view json) {
  detail::reading to;
  detail::object_reader in{to, json, bot_bounds};
  in.names_once();
  bot_status x;
  x.identity = read_identity(in, "id");
  x.identity.kind = in.word("kind", {bot_kind::hosted, bot_kind::controlled, bot_kind::observed});
  x.state = read_state(in);
  x.desired = in.word("desired", {desired_state::running, desired_state::stopped});
  x.since_ms = in.integer("since");
  x.heartbeat_ms = in.integer("heartbeat");
  x.details = in.embedded("details", true, embedded_bounds);
  x.reason = in.optional_text("reason");
  return to.finish(std::move(x));
}

std::string to_json(const bot_command& x, std::string_view noted) {
  detail::object_writer out;
  if (!noted.empty()) out.embed("noted", noted);
  return out.text("id", x.message.id)
      .text("type", x.message.type)
      .embed("config", x.message.config)
      .boolean("addressed", x.addressed)
      .number("pressedAt", x.message.pressed_at_ms)
      .number("expiresAt", x.expires_at_ms)
      .text("description", x.message.description)
      .text("createdBy", x.message.created_by)
      .finish();
}

tl::expected<bot_command, invalid_field> parse_bot_command(std::string_view json) {
  detail::reading to;
  detail::object_reader in{to, json, bot_bounds};
  in.names_once();
  bot_command x;
  x.message.id = in.name("id", check_message_id, "1 to 128 printable ASCII characters");
  x.message.type = in.text("type", {1, 32});
  x.message.config = in.embedded("config", true, config_bounds);
  if (x.message.config.empty()) x.message.config = "{}";
  x.addressed = in.boolean("addressed");
  x.message.pressed_at_ms = in.integer("pressedAt");
  x.expires_at_ms = in.optional_integer("expiresAt", 0);
  x.message.description = in.optional_text("description", {0, 1000});
  x.message.created_by = in.optional_text("createdBy", {0, 256});
  return to.finish(std::move(x));
}

std::string to_json(const container_acknowledgement& x) {
  return detail::object_writer{}
      .text("id", x.message_id)
      .text("bot", x.line.bot_id)
      .text("status", to_string(x.line.status))
      .text("code", x.line.code)
      .text("reason", x.line.reason)
      .embed("result", x.line.result)
      .number("at", x.line.at_ms)
      .finish();
}

tl::expected<container_acknowledgement, invalid_field> parse_container_acknowledgement(
    std::string_view json) {
  using enum line_status;
  detail::reading to;
  detail::object_reader in{to, json, bot_bounds};
  in.names_once();
  container_acknowledgement x;
  x.message_id = in.name("id", check_message_id, "1 to 128 printable ASCII characters");
  x.line.bot_id = in.name("bot", check_bot_id, bot_rule);
  x.line.status = in.word("status", {pending, done, ignored, error});
  x.line.code = in.optional_text("code", {0, 64});
  x.line.reason = in.optional_text("reason", {0, 1000});
  x.line.result = in.embedded("result", false, embedded_bounds);
  x.line.at_ms = in.integer("at", 0);
  return to.finish(std::move(x));
}

std::string to_json(const container_presence& x) {
  detail::object_writer out;
  if (x.orders) out.number("lastEvent", x.last_event);
  return out.text("bot", x.identity.id)
      .text("ticker", x.identity.ticker)
      .text("strategy", x.identity.strategy)
      .text("container", x.identity.container)
      .text("state", to_string(x.state))
      .embed("details", x.details)
      .boolean("briefed", x.briefed)
      .finish();
}

tl::expected<container_presence, invalid_field> parse_container_presence(std::string_view json) {
  detail::reading to;
  detail::object_reader in{to, json, bot_bounds};
  in.names_once();
  container_presence x;
  x.identity = read_identity(in, "bot");
  // Only bots that take commands announce themselves.
  x.identity.kind = bot_kind::controlled;
  x.state = read_state(in);
  x.details = in.embedded("details", true, embedded_bounds);
  if (in.has("briefed")) x.briefed = in.boolean("briefed");
  x.orders = in.has("lastEvent");
  if (x.orders) x.last_event = in.integer("lastEvent", -1);
  return to.finish(std::move(x));
}

std::string to_json(const container_briefing& x) {
  return detail::object_writer{}
      .text("desired", to_string(x.desired))
      .embed("parameters", x.parameters)
      .number("at", x.at_ms)
      .number("since", x.since_ms)
      .finish();
}

tl::expected<container_briefing, invalid_field> parse_container_briefing(std::string_view json) {
  detail::reading to;
  detail::object_reader in{to, json, bot_bounds};
  in.names_once();
  container_briefing x;
  x.desired = in.word("desired", {desired_state::running, desired_state::stopped});
  x.parameters = in.embedded("parameters", true, embedded_bounds);
  if (x.parameters.empty()) x.parameters = "{}";
  x.at_ms = in.integer("at", 0);
  x.since_ms = in.optional_integer("since", 0);
  return to.finish(std::move(x));
}

std::string to_json(const container_farewell& x) {
  return detail::object_writer{}
      .text("bot", x.bot_id)
      .text("reason", x.reason)
      .number("at", x.at_ms)
      .finish();
}

tl::expected<container_farewell, invalid_field> parse_container_farewell(std::string_view json) {
  detail::reading to;
  detail::object_reader in{to, json, bot_bounds};
  in.names_once();
  container_farewell x;
  x.bot_id = in.name("bot", check_bot_id, bot_rule);
  x.reason = in.optional_text("reason", {0, 1000});
  x.at_ms = in.integer("at", 0);
  return to.finish(std::move(x));
}

}  // namespace outcry
