#include <algorithm>
#include <chrono>
#include <utility>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/adoption.hpp"
#include "adapters/redis/container_bridge.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/channels.hpp"

// What the bots in containers say: their acknowledgements, and their farewells. And what can be
// answered while they are absent.

namespace outcry::redis {

namespace {

constexpr std::size_t max_early = 1000;

}  // namespace

// On the reader's thread: only what is posted may touch the bridge.
void container_bridge_state::read_entry(const std::shared_ptr<inbox>& to,
                                        const stream_entry& entry) {
  std::string id(entry.id);
  auto refused = [&](const invalid_field& what) {
    to->post([this, text = to_string(what), id] {
      unreadable_->add(channels::acknowledgements, text, options_.house->time->now());
      acknowledge(id);
    });
  };
  if (auto text = entry.find("farewell")) {
    if (auto read = parse_container_farewell(*text))
      to->post([this, content = *read, id] { on_farewell(content, id); });
    else
      refused(read.error());
    return;
  }
  auto read = parse_container_acknowledgement(entry.find("acknowledgement").value_or(""));
  if (read)
    to->post([this, content = *read, id] { on_acknowledgement(content, id); });
  else
    refused(read.error());
}

void container_bridge_state::on_acknowledgement(const container_acknowledgement& content,
                                                const std::string& entry_id) {
  if (!*holding_) return;  // read just before the lease went
  auto bot = bots_.find(content.line.bot_id);
  if (bot != bots_.end() && bot->second.actor) {
    caf::anon_send(bot->second.actor, command_outcome{content.message_id, content.line, true},
                   entry_id);
    return;
  }
  // After our restart the answers of before may come before their bots are seen again.
  if (early_.size() >= max_early) {
    unreadable_->add(channels::acknowledgements, "bot: nobody is called " + content.line.bot_id,
                     options_.house->time->now());
    acknowledge(early_.front().entry_id);
    early_.pop_front();
  }
  // It comes again and again until it is taken.
  bool waits = std::any_of(early_.begin(), early_.end(), [&](const early_acknowledgement& entry) {
    return entry.entry_id == entry_id;
  });
  if (!waits) early_.push_back({content, entry_id});
}

// -- absent ---------------------------------------------------------------------------------------

// The desk speaks only to those who are there, and limits do not need them: what it was told for
// the others is in the journal.
void container_bridge_state::look_for_limits() {
  // By a timer of its own: while Redis is away a poll waits for its answer.
  self_->delayed_send(self_, options_.poll_interval, wake{limits_timer, 0});
  const auto is_away = [](const known_bot& bot) {
    return bot.actor && !bot.present && !bot.leaving && bot.identity.kind == bot_kind::controlled;
  };
  const bool any = std::any_of(bots_.begin(), bots_.end(),
                               [&](const auto& entry) { return is_away(entry.second); });
  if (!any || std::exchange(reading_open_, true)) return;
  self_->request(options_.journal, journal_timeout, load_floor{})
      .then(
          [this, is_away](const floor_image& image) {
            reading_open_ = false;
            for (const auto& entry : image.open) {
              if (parse_verb(entry.message.type) != verb::set) continue;
              for (const auto& line : entry.lines) {
                auto known = bots_.find(line.bot_id);
                if (!line.addressed || is_final(line.status) || known == bots_.end()) continue;
                if (!is_away(known->second)) continue;
                const bot_command wish{entry.message, true, expiry_of(entry.message).value_or(0)};
                caf::anon_send(known->second.actor, wish, true);
              }
            }
          },
          [this](caf::error&) {
            reading_open_ = false;
            self_->count_error();
          });
}

// -- leaving --------------------------------------------------------------------------------------

void container_bridge_state::on_farewell(const container_farewell& content,
                                         const std::string& entry_id) {
  if (!*holding_) return;
  if (farewells_.count(content.bot_id) == 0 && farewells_.size() >= options_.max_bots) return;
  auto& heard = farewells_[content.bot_id];
  heard.reason = content.reason.empty() ? "it said farewell" : content.reason;
  heard.entry_ids.push_back(entry_id);
}

// A farewell of an earlier life does not send away who is back.
void container_bridge_state::obey_farewells(const std::set<std::string>& seen) {
  auto heard = std::move(farewells_);
  farewells_.clear();
  for (const auto& [id, farewell] : heard) {
    if (seen.count(id) == 0 && options_.taken.count(id) == 0) {
      auto known = bots_.find(id);
      // One that left before we were started may have left answers, too.
      auto* bot =
          known != bots_.end() ? &known->second : find({id, {}, {}, {}, bot_kind::controlled});
      if (bot == nullptr || bot->identity.kind == bot_kind::observed) continue;
      let_go(*bot, farewell.reason);
      // It comes again until the actor has journalled the rest, and desk and roster know.
      bot->farewell_entries = farewell.entry_ids;
      continue;
    }
    for (const auto& entry_id : farewell.entry_ids) acknowledge(entry_id);
  }
}

// Its actor ends when all it heard is in the journal; only then is it forgotten, so that nothing
// the actor says comes after that.
void container_bridge_state::let_go(known_bot& bot, const std::string& reason) {
  if (std::exchange(bot.leaving, true)) return;
  bot.farewell = reason;
  spawn_for(bot);
  std::erase_if(early_, [&](const early_acknowledgement& entry) {
    if (entry.content.line.bot_id != bot.identity.id) return false;
    caf::anon_send(bot.actor, command_outcome{entry.content.message_id, entry.content.line, true},
                   entry.entry_id);
    return true;
  });
  for (auto& actor : {bot.actor, bot.trader})
    if (actor) caf::anon_send(actor, unregister_bot{bot.identity.id, reason});
}

void container_bridge_state::forget(const std::string& id) {
  unregister_bot gone{id, bots_[id].farewell};
  spdlog::info("container bot {} has left: {}", id, gone.reason);
  auto entries = std::move(bots_[id].farewell_entries);
  bots_.erase(id);
  if (auto board = board_of(self_->system())) board->remove("bot:" + id);
  self_->send(options_.desk, gone);
  self_->send(options_.roster, gone);
  if (options_.relay) self_->send(options_.relay, gone);
  for (const auto& entry_id : entries) acknowledge(entry_id);
}

}  // namespace outcry::redis
