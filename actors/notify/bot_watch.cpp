#include "actors/notify/bot_watch.hpp"

#include <fmt/format.h>

namespace outcry {

namespace {

/// What is the matter with a bot; null = nothing.
const char* trouble_with(const bot_status& bot, bool was_present) {
  if (bot.identity.kind == bot_kind::observed || bot.identity.kind == bot_kind::desk)
    return nullptr;
  switch (bot.state) {
    case bot_state::failed:
      return "has failed";
    case bot_state::absent:
      return was_present ? "has gone" : nullptr;  // one that never came is no news
    case bot_state::stopped:
      return bot.desired == desired_state::running ? "has stopped by itself" : nullptr;
    default:
      return nullptr;
  }
}

notice notice_about_bot(const bot_status& bot, const char* words) {
  notice result;
  result.kind = notice_kind::bot;
  result.key = "bot:" + bot.identity.id;
  result.title = fmt::format("{} {}", bot.identity.id, words);
  result.text = bot.identity.ticker;
  if (!bot.reason.empty()) result.text += ": " + bot.reason;
  result.page = bot_page(bot.identity.id);
  return result;
}

}  // namespace

news bot_watch::look(const bot_list& bots, const std::set<std::string>& holders) {
  news result;
  std::set<std::string> here;
  for (const auto& bot : bots.bots) {
    const auto& id = bot.identity.id;
    here.insert(id);
    const auto* words = trouble_with(bot, present_.contains(id));
    if (bot.state != bot_state::absent) present_.insert(id);
    if (words == nullptr) {
      // On its way back is not back.
      if (bot.state == bot_state::starting || bot.state == bot_state::restarting) continue;
      if (auto known = troubled_.find(id); known != troubled_.end()) {
        const auto back = notice_about_bot(bot, "is back");
        (known->second.urgent ? result.over : result.raised).push_back(back);
        troubled_.erase(known);
      }
      continue;
    }
    auto trouble = notice_about_bot(bot, words);
    trouble.urgent = holders.contains(id);
    if (trouble.urgent) trouble.text += "\nIt holds a position.";
    if (auto known = troubled_.find(id); known != troubled_.end() && known->second == trouble)
      continue;
    troubled_[id] = trouble;
    result.raised.push_back(std::move(trouble));
  }
  // Whoever has left for good is forgotten.
  std::erase_if(present_, [&](const auto& id) { return !here.contains(id); });
  std::erase_if(troubled_, [&](const auto& x) {
    if (here.contains(x.first)) return false;
    auto gone = x.second;
    gone.title.clear();
    result.over.push_back(std::move(gone));
    return true;
  });
  return result;
}

news bot_watch::look(const actor_list& actors) {
  news result;
  for (const auto& actor : actors.actors) {
    if (actor.kind == "bot") continue;  // the roster's list of bots tells more
    if (actor.state != actor_state::failed) {
      failed_actors_.erase(actor.name);
    } else if (failed_actors_.insert(actor.name).second) {
      notice failed{notice_kind::bot, "actor:" + actor.name, "A part of the floor has failed",
                    actor.name};
      if (!actor.last_exit.empty()) failed.text += ": " + actor.last_exit;
      failed.urgent = true;
      failed.page = "/more";
      result.raised.push_back(std::move(failed));
    }
  }
  return result;
}

}  // namespace outcry
