#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "adapters/discord/message.hpp"

namespace outcry::discord {

/// Gateway opcodes (docs.discord.com/developers/topics/opcodes-and-status-codes).
namespace gateway_op {
constexpr int dispatch = 0;
constexpr int heartbeat = 1;
constexpr int identify = 2;
constexpr int resume = 6;
constexpr int reconnect = 7;
constexpr int invalid_session = 9;
constexpr int hello = 10;
constexpr int heartbeat_ack = 11;
}  // namespace gateway_op

/// One payload from the gateway.
struct gateway_payload {
  int op = 0;
  std::optional<std::int64_t> sequence;  ///< "s", of dispatches
  std::string type;                      ///< "t", of dispatches
  nlohmann::json data;                   ///< "d"; null where there is none
};

/// Reads a payload. Throws bad_payload: no JSON, no "op", or a field of another kind.
gateway_payload read_payload(std::string_view text);

/// What READY says about the session.
struct ready_info {
  std::string session_id;
  std::string resume_url;
  snowflake user_id = 0;
};

/// Reads the data of READY. Throws bad_payload.
ready_info read_ready(const nlohmann::json& data);

/// What GET /gateway/bot answers.
struct gateway_info {
  std::string url;
  int remaining = 0;                ///< identifies left, as Discord counts
  std::int64_t reset_after_ms = 0;  ///< until it counts anew
  int max_concurrency = 1;          ///< identifies in 5 s
};

/// Reads the answer's body. Throws bad_payload.
gateway_info read_gateway_info(std::string_view body);

std::string heartbeat_payload(std::optional<std::int64_t> sequence);
std::string identify_payload(const std::string& token, unsigned intents);
std::string resume_payload(const std::string& token, const std::string& session_id,
                           std::int64_t sequence);

/// `base` with the parameters of version 10, JSON and, if wanted, zlib-stream.
std::string gateway_url(const std::string& base, bool compressed);

}  // namespace outcry::discord
