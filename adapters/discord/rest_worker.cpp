#include "adapters/discord/rest_worker.hpp"

#include <exception>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace outcry::discord {

namespace {

constexpr std::size_t max_known_roles = 10000;

std::vector<snowflake> read_roles(const std::string& body) {
  std::vector<snowflake> result;
  const auto member = nlohmann::json::parse(body, nullptr, false);
  if (!member.is_object()) throw bad_payload("member: expected an object");
  const auto roles = member.find("roles");
  if (roles == member.end() || !roles->is_array()) throw bad_payload("roles: expected a list");
  for (const auto& role : *roles)
    if (role.is_string())
      if (auto id = parse_snowflake(role.get_ref<const std::string&>())) result.push_back(*id);
  return result;
}

}  // namespace

rest_worker::rest_worker(std::string token, rest_options options)
    : rest_(std::move(token), std::move(options)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

rest_worker::~rest_worker() {
  thread_.request_stop();
  thread_.join();
}

void rest_worker::add(job what, bool first) {
  {
    const std::lock_guard lock(mutex_);
    (first ? first_ : jobs_).push_back(std::move(what));
  }
  woken_.notify_one();
}

void rest_worker::run(const std::stop_token& stop) {
  for (;;) {
    job next;
    {
      std::unique_lock lock(mutex_);
      if (!woken_.wait(lock, stop, [this] { return !first_.empty() || !jobs_.empty(); })) return;
      auto& from = first_.empty() ? jobs_ : first_;
      next = std::move(from.front());
      from.pop_front();
    }
    if (stop.stop_requested()) return;
    try {
      next(stop);
    } catch (const std::exception& problem) {
      spdlog::error("discord: {}", problem.what());
    }
  }
}

void rest_worker::ask_me(answered to) {
  add([this, to = std::move(to)](
          const std::stop_token& stop) { to(rest_.get("/users/@me", "/users/@me", 0, stop)); },
      true);
}

void rest_worker::ask_gateway(answered to) {
  add([this, to = std::move(to)](
          const std::stop_token& stop) { to(rest_.get("/gateway/bot", "/gateway/bot", 0, stop)); },
      true);
}

void rest_worker::ask_page(const catch_up::page_request& page, page_wish wish, page_answered to) {
  add([this, page, wish,
       to = std::move(to)](const std::stop_token& stop) { to(fetch(page, wish, stop)); },
      false);
}

snowflake rest_worker::guild_of(snowflake channel, const std::stop_token& stop) {
  if (const auto known = guilds_.find(channel); known != guilds_.end()) return known->second;
  const auto answer = rest_.get("/channels/" + std::to_string(channel), "/channels", channel, stop);
  if (answer.outcome != rest_outcome::ok) return 0;
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (!json.is_object()) return 0;
  return guilds_[channel] = read_id(json, "guild_id").value_or(0);
}

fetched_page rest_worker::fetch(const catch_up::page_request& page, page_wish wish,
                                const std::stop_token& stop) {
  fetched_page result;
  auto path =
      "/channels/" + std::to_string(page.channel) + "/messages?limit=" + std::to_string(page.limit);
  if (!page.newest) path += "&after=" + std::to_string(page.after);
  const auto answer = rest_.get(path, "/channels/messages", page.channel, stop);
  result.outcome = answer.outcome;
  result.error = answer.error;
  if (answer.outcome != rest_outcome::ok) return result;
  const auto list = nlohmann::json::parse(answer.body, nullptr, false);
  if (!list.is_array()) {
    result.outcome = rest_outcome::unreachable;
    result.error = "Discord GET messages: expected a list, found something else";
    return result;
  }
  for (const auto& one : list) {
    try {
      auto m = read_message(one, wish.own_user);
      if (wish.with_roles && wish.guild == 0) wish.guild = guild_of(page.channel, stop);
      if (m.guild_id == 0) m.guild_id = wish.guild;
      if (wish.with_roles && wish.guild != 0) add_roles(m, wish.guild, stop);
      result.messages.push_back(std::move(m));
    } catch (const bad_payload& problem) {
      result.unreadable.emplace_back(problem.what());
    }
  }
  return result;
}

void rest_worker::add_roles(message& m, snowflake guild, const std::stop_token& stop) {
  if (m.role_ids || m.webhook_id != 0 || m.own) return;
  const auto key = std::to_string(guild) + "/" + std::to_string(m.author_id);
  if (const auto known = roles_.find(key); known != roles_.end()) {
    m.role_ids = known->second;
    return;
  }
  const auto answer =
      rest_.get("/guilds/" + std::to_string(guild) + "/members/" + std::to_string(m.author_id),
                "/guilds/members", guild, stop);
  if (answer.outcome == rest_outcome::ok) {
    try {
      m.role_ids = read_roles(answer.body);
    } catch (const bad_payload&) {
      return;  // not known, then
    }
  } else if (answer.outcome == rest_outcome::not_found) {
    m.role_ids.emplace();  // has left, and all roles with it
  } else {
    return;
  }
  if (roles_.size() >= max_known_roles) roles_.clear();
  roles_[key] = *m.role_ids;
}

}  // namespace outcry::discord
