// What the fake Discord says: to payloads of the gateway, and to requests.

#include <algorithm>
#include <utility>

#include "tests/support/fake_discord_connection.hpp"

namespace outcry::test {

using nlohmann::json;

namespace {

std::vector<std::string> parts_of(const std::string& target) {
  std::vector<std::string> parts;
  const auto path = target.substr(0, target.find('?'));
  std::size_t at = 0;
  while (at < path.size()) {
    const auto end = std::min(path.find('/', at + 1), path.size());
    parts.push_back(path.substr(at + 1, end - at - 1));
    at = end;
  }
  return parts;
}

}  // namespace

void fake_discord::payload(fake_discord_connection& from, const json& said) {
  const auto op = said.at("op").get<int>();
  if (op == 1) ++log_.heartbeats;
  if (op == 2) ++log_.identifies;
  if (op == 6) ++log_.resumes;
  if (op == 2) log_.identified.push_back(said.at("d"));
  changed_.notify_all();
  if (silent_) return;
  if (op == 1) from.say(11, nullptr);
  if (op == 2) identify(from, said.at("d"));
  if (op == 6) resume(from, said.at("d"));
}

void fake_discord::identify(fake_discord_connection& from, const json& data) {
  if (data.at("token") != options_.token) return from.close(4004);
  if (close_identify_ != 0) return from.close(std::exchange(close_identify_, 0));
  if (!from.session.empty()) return from.close(4005);
  from.session = "session-" + std::to_string(log_.identifies);
  sessions_[from.session];
  send_event(from, "READY",
             {{"v", 10},
              {"user", user_object(bot_id())},
              {"guilds", {{{"id", text_id(guild_)}, {"unavailable", true}}}},
              {"session_id", from.session},
              {"resume_gateway_url", "ws://127.0.0.1:" + std::to_string(port_) + "/resumed"},
              {"application", {{"id", text_id(bot_id())}, {"flags", 0}}}});
  send_event(from, "GUILD_CREATE", guild_object());
}

void fake_discord::resume(fake_discord_connection& from, const json& data) {
  if (data.at("token") != options_.token) return from.close(4004);
  const auto found = sessions_.find(data.at("session_id").get<std::string>());
  if (refuse_resume_ >= 0 || found == sessions_.end())
    return from.say(9, found != sessions_.end() && std::exchange(refuse_resume_, -1) == 1);
  const auto last = data.at("seq").get<std::int64_t>();
  if (last > found->second.sequence) return from.close(4007);
  from.session = found->first;
  for (const auto& event : found->second.history)
    if (event["s"].get<std::int64_t>() > last) from.say(event.dump());
  send_event(from, "RESUMED", json::object());
}

json fake_discord::guild_object() const {
  json channels = json::array();
  for (const auto& [channel, name] : channels_)
    channels.push_back({{"id", text_id(channel)},
                        {"type", 0},
                        {"name", name},
                        {"position", 0},
                        {"permission_overwrites", json::array()}});
  json threads = json::array();
  for (const auto& [thread, parent] : threads_)
    threads.push_back({{"id", text_id(thread)},
                       {"parent_id", text_id(parent)},
                       {"guild_id", text_id(guild_)},
                       {"type", 11},
                       {"name", "thread"}});
  const json empty = json::array();
  return {{"id", text_id(guild_)},
          {"name", "callers"},
          {"owner_id", text_id(usual_author)},
          {"channels", channels},
          {"threads", threads},
          {"members", empty},
          {"roles",
           {{{"id", text_id(guild_)},
             {"name", "@everyone"},
             {"permissions", "66560"},
             {"position", 0},
             {"color", 0},
             {"hoist", false},
             {"managed", false},
             {"mentionable", false}}}},
          {"emojis", empty},
          {"stickers", empty},
          {"presences", empty},
          {"voice_states", empty},
          {"stage_instances", empty},
          {"guild_scheduled_events", empty},
          {"soundboard_sounds", empty},
          {"features", empty},
          {"member_count", 2},
          {"large", false},
          {"joined_at", "2020-01-01T00:00:00+00:00"},
          {"preferred_locale", "en-US"},
          {"afk_timeout", 300},
          {"premium_tier", 0},
          {"nsfw_level", 0},
          {"verification_level", 0},
          {"default_message_notifications", 0},
          {"explicit_content_filter", 0},
          {"mfa_level", 0},
          {"system_channel_flags", 0}};
}

std::string fake_discord::answer(const std::string& target,
                                 const std::map<std::string, std::string>& headers, int& status,
                                 std::vector<std::pair<std::string, std::string>>& more) {
  const std::lock_guard guard(mutex_);
  log_.requests.push_back(target);
  const auto agent = headers.find("user-agent");
  log_.user_agents.push_back(agent == headers.end() ? "" : agent->second);
  changed_.notify_all();
  for (auto one = scripted_.begin(); one != scripted_.end(); ++one) {
    if (target.find(one->part) == std::string::npos) continue;
    status = one->status;
    more = one->headers;
    auto body = one->body;
    scripted_.erase(one);
    return body;
  }
  const auto who = headers.find("authorization");
  // A user account's token is not accepted behind the word "Bot".
  if (who == headers.end() || who->second != "Bot " + options_.token) {
    status = 401;
    return R"({"message":"401: Unauthorized","code":0})";
  }
  auto parts = parts_of(target);
  if (parts.size() > 2 && parts[0] == "api") parts.erase(parts.begin(), parts.begin() + 2);
  const auto is = [&parts](std::size_t size, const char* first, const char* last) {
    return parts.size() == size && parts.front() == first && parts.back() == last;
  };
  if (is(2, "users", "@me")) return user_object(bot_id()).dump();
  if (is(2, "gateway", "bot"))
    return json{{"url", "ws://127.0.0.1:" + std::to_string(port_)},
                {"shards", 1},
                {"session_start_limit",
                 {{"total", 1000},
                  {"remaining", options_.identifies_left},
                  {"reset_after", 3600000},
                  {"max_concurrency", 1}}}}
        .dump();
  if (parts.size() == 2 && parts[0] == "channels")
    return json{{"id", parts[1]}, {"type", 0}, {"guild_id", text_id(guild_)}}.dump();
  if (is(3, "channels", "messages")) {
    const auto channel = std::stoull(parts[1]);
    if (!channels_.contains(channel) && !threads_.contains(channel)) {
      status = 404;
      return R"({"message":"Unknown Channel","code":10003})";
    }
    const auto after_text = parameter(target, "after");
    const auto limit_text = parameter(target, "limit");
    const auto limit = limit_text.empty() ? 50U : std::stoul(limit_text);
    if (limit < 1 || limit > 100) {
      status = 400;
      return R"({"message":"Invalid Form Body","code":50035})";
    }
    std::vector<json> found;
    const auto& all = messages_[channel];
    if (after_text.empty()) {
      for (auto one = all.rbegin(); one != all.rend() && found.size() < limit; ++one)
        found.push_back(one->second);
    } else {
      for (auto one = all.upper_bound(std::stoull(after_text));
           one != all.end() && found.size() < limit; ++one)
        found.push_back(one->second);
      std::reverse(found.begin(), found.end());  // newest first, as Discord's
    }
    return json(found).dump();
  }
  if (parts.size() == 4 && parts[0] == "guilds" && parts[2] == "members") {
    const auto found = roles_.find(std::stoull(parts[3]));
    if (found == roles_.end()) {
      status = 404;
      return R"({"message":"Unknown Member","code":10007})";
    }
    json roles = json::array();
    for (const auto role : found->second) roles.push_back(text_id(role));
    return json{{"user", user_object(found->first)}, {"roles", roles}}.dump();
  }
  status = 404;
  return R"({"message":"404: Not Found","code":0})";
}

}  // namespace outcry::test
