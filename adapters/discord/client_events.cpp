// What the client makes of events, and of the pages of what was missed.

#include <algorithm>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "adapters/discord/client_core.hpp"

namespace outcry::discord {

void client::core::take_event(const std::string& type, const nlohmann::json& data) {
  if (type == "MESSAGE_CREATE") {
    if (wanted(data)) publish(catching_.created(with_guild(read_message(data, me_))));
  } else if (type == "MESSAGE_UPDATE") {
    if (wanted(data)) publish(catching_.edited(with_guild(read_message(data, me_))));
  } else if (type == "MESSAGE_DELETE" || type == "MESSAGE_DELETE_BULK") {
    if (wanted(data)) publish(catching_.deleted(read_deletion(data)));
  } else if (type == "READY") {
    catching_.session_began();
    caught_up_ = false;
    ask_pages();
  } else if (type == "GUILD_CREATE") {
    know_guild(data);
  } else if (type == "THREAD_CREATE" || type == "THREAD_UPDATE") {
    const auto fresh = data.find("newly_created");
    know_thread(data, fresh != data.end() && fresh->is_boolean() && fresh->get<bool>());
    ask_pages();
  } else if (type == "THREAD_LIST_SYNC") {
    know_threads(data);
    ask_pages();
  } else if (type == "THREAD_DELETE") {
    catching_.thread_gone(require_id(data, "id"));
  }
}

bool client::core::wanted(const nlohmann::json& data) const {
  return data.is_object() && catching_.follows(require_id(data, "channel_id"));
}

message client::core::with_guild(message m) const {
  if (m.guild_id == 0)
    if (auto known = guild_of_.find(m.channel_id); known != guild_of_.end())
      m.guild_id = known->second;
  return m;
}

void client::core::know_guild(const nlohmann::json& data) {
  const auto guild = require_id(data, "id");
  if (const auto channels = data.find("channels"); channels != data.end())
    for (const auto& one : *channels)
      if (one.is_object())
        if (auto id = read_id(one, "id"); id && catching_.follows(*id)) guild_of_[*id] = guild;
  know_threads(data);
  ask_pages();
}

void client::core::know_threads(const nlohmann::json& data) {
  const auto threads = data.find("threads");
  if (threads == data.end() || !threads->is_array()) return;
  for (const auto& one : *threads)
    if (one.is_object()) know_thread(one, false);
}

void client::core::know_thread(const nlohmann::json& data, bool fresh) {
  const auto id = require_id(data, "id");
  const auto parent = read_id(data, "parent_id");
  if (!parent || !catching_.is_followed_parent(*parent) || catching_.follows(id)) return;
  if (auto known = guild_of_.find(*parent); known != guild_of_.end()) guild_of_[id] = known->second;
  if (!catching_.thread(id, *parent, last_seen(id), fresh))
    trouble(id, "too many threads: this one is not followed");
}

void client::core::ask_pages() {
  while (auto request = catching_.next_page()) {
    rest_worker::page_wish wish{options_.fetch_roles, 0, me_};
    if (auto known = guild_of_.find(request->channel); known != guild_of_.end())
      wish.guild = known->second;
    rest_->ask_page(*request, wish, [this, request = *request](fetched_page page) {
      post([this, request, page = std::move(page)]() mutable {
        take_page(request, std::move(page));
      });
    });
  }
  if (caught_up_ || catching_.behind()) return;
  caught_up_ = true;
  if (events_.on_caught_up) events_.on_caught_up();
}

void client::core::take_page(const catch_up::page_request& request, fetched_page page) {
  for (const auto& problem : page.unreadable) {
    ++unreadable_;
    trouble(request.channel, "a message that was missed: " + problem);
  }
  switch (page.outcome) {
    case rest_outcome::ok:
      page_failures_ = 0;
      publish(catching_.page(request, std::move(page.messages)));
      break;
    case rest_outcome::unauthorized:
      return fail("Discord no longer accepts the bot's token");
    case rest_outcome::forbidden:
    case rest_outcome::not_found:
    case rest_outcome::refused:
      publish(catching_.page_refused(request, page.error));
      break;
    case rest_outcome::unreachable:
    case rest_outcome::stopped:
      catching_.page_failed(request);
      page_failures_ = std::min(page_failures_ + 1, 20);
      ask_pages_at_ = steady_ms() + std::min(options_.session.longest_retry_ms,
                                             options_.session.shortest_retry_ms << page_failures_);
      return;
  }
  if (!ask_pages_at_) ask_pages();
}

void client::core::publish(news_list list) {
  for (auto& one : list) std::visit([this](auto& what) { publish_one(what); }, one);
}

void client::core::publish_one(const message& m) {
  ++messages_;
  const auto& to = m.is_edit ? events_.on_edit : events_.on_message;
  if (to) to(m);
}

void client::core::publish_one(const deletion& d) {
  if (events_.on_delete) events_.on_delete(d);
}

void client::core::publish_one(const beginning& b) {
  if (events_.on_beginning) events_.on_beginning(b.channel_id, b.id);
}

void client::core::publish_one(const gap& g) {
  trouble(g.channel_id, g.reason);
}

}  // namespace outcry::discord
