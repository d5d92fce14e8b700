#include "adapters/discord/gateway_payload.hpp"

#include <limits>

namespace outcry::discord {

namespace {

using nlohmann::json;

[[noreturn]] void unfit(const char* field, const char* expected, const json* found) {
  throw bad_payload(std::string(field) + ": expected " + expected + ", found " +
                    (found == nullptr ? "nothing" : found->type_name()));
}

const json* part(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::int64_t whole(const json& object, const char* name) {
  const auto* found = part(object, name);
  if (found == nullptr || !found->is_number_integer()) unfit(name, "a whole number", found);
  if (found->is_number_unsigned() &&
      found->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    unfit(name, "a number of 63 bits", found);
  return found->get<std::int64_t>();
}

std::string text_part(const json& object, const char* name) {
  const auto* found = part(object, name);
  if (found == nullptr || !found->is_string()) unfit(name, "a text", found);
  return found->get<std::string>();
}

}  // namespace

gateway_payload read_payload(std::string_view bytes) {
  auto all = json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (all.is_discarded())
    throw bad_payload("expected JSON, found " + std::to_string(bytes.size()) +
                      " bytes that are none");
  if (!all.is_object()) unfit("payload", "an object", &all);
  gateway_payload result;
  const auto op = whole(all, "op");
  if (op < 0 || op > 10000) throw bad_payload("op: expected 0 to 10000");
  result.op = static_cast<int>(op);
  if (part(all, "s") != nullptr) result.sequence = whole(all, "s");
  if (part(all, "t") != nullptr) result.type = text_part(all, "t");
  if (auto data = all.find("d"); data != all.end()) result.data = std::move(*data);
  return result;
}

ready_info read_ready(const json& data) {
  ready_info result;
  result.session_id = text_part(data, "session_id");
  result.resume_url = text_part(data, "resume_gateway_url");
  const auto* user = part(data, "user");
  if (user == nullptr || !user->is_object()) unfit("user", "an object", user);
  result.user_id = require_id(*user, "id");
  return result;
}

gateway_info read_gateway_info(std::string_view body) {
  const auto all = json::parse(body, nullptr, false);
  if (!all.is_object()) throw bad_payload("gateway/bot: expected an object");
  gateway_info result;
  result.url = text_part(all, "url");
  const auto* limit = part(all, "session_start_limit");
  if (limit == nullptr || !limit->is_object()) unfit("session_start_limit", "an object", limit);
  const auto clamp = [](std::int64_t n) {
    return static_cast<int>(std::min<std::int64_t>(std::max<std::int64_t>(n, 0), 1'000'000'000));
  };
  result.remaining = clamp(whole(*limit, "remaining"));
  result.reset_after_ms = clamp(whole(*limit, "reset_after"));
  result.max_concurrency = std::max(1, clamp(whole(*limit, "max_concurrency")));
  return result;
}

std::string heartbeat_payload(std::optional<std::int64_t> sequence) {
  json d;
  if (sequence) d = *sequence;
  return json{{"op", gateway_op::heartbeat}, {"d", d}}.dump();
}

std::string identify_payload(const std::string& token, unsigned intents) {
  return json{{"op", gateway_op::identify},
              {"d",
               {{"token", token},
                {"intents", intents},
                {"properties", {{"os", "linux"}, {"browser", "outcry"}, {"device", "outcry"}}}}}}
      .dump();
}

std::string resume_payload(const std::string& token, const std::string& session_id,
                           std::int64_t sequence) {
  return json{{"op", gateway_op::resume},
              {"d", {{"token", token}, {"session_id", session_id}, {"seq", sequence}}}}
      .dump();
}

std::string gateway_url(const std::string& base, bool compressed) {
  auto url = base.substr(0, base.find('?'));
  const auto authority = url.find("://");
  if (authority == std::string::npos || url.find('/', authority + 3) == std::string::npos)
    url += '/';
  url += "?v=10&encoding=json";
  if (compressed) url += "&compress=zlib-stream";
  return url;
}

}  // namespace outcry::discord
