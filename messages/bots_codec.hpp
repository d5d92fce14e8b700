#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "messages/bots.hpp"
#include "messages/invalid_field.hpp"

namespace outcry {

/// A bot as under /bots/<id> and in `outcry bots --json`: {"id","ticker","strategy","container",
/// "kind","state","desired","since","heartbeat","details","reason"}.
std::string to_json(const bot_status& x);
tl::expected<bot_status, invalid_field> parse_bot_status(std::string_view json);

/// A command as a container bot reads it from its stream: {"id","type","config","addressed",
/// "pressedAt","expiresAt","description","createdBy"}, and "noted" if that is not empty: JSON that
/// the bot itself said when it began the command.
std::string to_json(const bot_command& x, std::string_view noted = {});
tl::expected<bot_command, invalid_field> parse_bot_command(std::string_view json);

/// An acknowledgement as a container bot writes it: {"id","bot","status","code","reason",
/// "result","at"}; status is one of pending, done, ignored, error.
struct container_acknowledgement {
  std::string message_id;
  ledger_line line;
};

std::string to_json(const container_acknowledgement& x);
tl::expected<container_acknowledgement, invalid_field> parse_container_acknowledgement(
    std::string_view json);

/// Presence of a container bot, the value of its leased key: {"bot","ticker","strategy",
/// "container","state","details","briefed","lastEvent"}; a missing `briefed` counts as true, a
/// missing `lastEvent` says that the bot does not order.
struct container_presence {
  bot_identity identity;
  bot_state state = bot_state::running;
  std::string details;
  bool briefed = true;  ///< false: it waits for its briefing and does nothing until then
  bool orders = false;  ///< it orders through the floor
  /// Of one that orders: `order_event::seq` of the last event it has handled; -1 = it waits to be
  /// told how its orders stand.
  std::int64_t last_event = -1;

  bool operator==(const container_presence&) const = default;
};

std::string to_json(const container_presence& x);
tl::expected<container_presence, invalid_field> parse_container_presence(std::string_view json);

/// What a container bot that starts must know before it acts, as it reads it from its stream:
/// {"desired","parameters","at","since"}; `parameters` is what the last `set` put in force, {} if
/// none did; `since` says when `desired` became so.
struct container_briefing {
  desired_state desired = desired_state::running;
  std::string parameters = "{}";
  std::int64_t at_ms = 0;
  std::int64_t since_ms = 0;  ///< 0 = not said

  bool operator==(const container_briefing&) const = default;
};

std::string to_json(const container_briefing& x);
tl::expected<container_briefing, invalid_field> parse_container_briefing(std::string_view json);

/// The last word of a container bot that is never to come back, on the stream of
/// acknowledgements: {"bot","reason","at"}.
struct container_farewell {
  std::string bot_id;
  std::string reason;
  std::int64_t at_ms = 0;

  bool operator==(const container_farewell&) const = default;
};

std::string to_json(const container_farewell& x);
tl::expected<container_farewell, invalid_field> parse_container_farewell(std::string_view json);

}  // namespace outcry
