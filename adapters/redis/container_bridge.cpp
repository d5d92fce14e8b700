#include "adapters/redis/container_bridge.hpp"

#include <algorithm>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "adapters/redis/streams.hpp"
#include "messages/channels.hpp"

namespace outcry::redis {

namespace {

enum timer : std::uint8_t { poll_timer };

constexpr std::string_view group = "outcry";
constexpr std::size_t max_early = 1000;
constexpr unsigned polls_until_observed = 2;

}  // namespace

container_bridge_state::~container_bridge_state() {
  for (auto& [id, bot] : bots_)
    if (bot.actor) caf::anon_send_exit(bot.actor, caf::exit_reason::kill);
}

void container_bridge_state::open(container_bridge_options options) {
  options_ = std::move(options);
  inbox_ = std::make_shared<inbox>(caf::actor_cast<caf::actor_addr>(self_));
  start_clients();
  auto services = std::make_shared<container_services>();
  services->journal = options_.journal;
  services->desk = options_.desk;
  services->roster = options_.roster;
  services->relay = options_.relay;
  services->house = options_.house;
  services->wire.send = [out = publisher_, cap = options_.command_stream_cap](
                            const std::string& bot_id, const bot_command& command) {
    // What waited through an outage would come twice: it is sent again when Redis is back.
    if (!out->is_live()) return false;
    auto json = to_json(command);
    stream_field field{"command", json};
    return out->command(xadd(channels::commands(bot_id), {&field, 1}, cap)) == submitted::queued;
  };
  services->wire.acknowledge = [in = reader_](const std::string& entry_id) {
    in->acknowledge(entry_id);
  };
  services_ = std::move(services);
  poll();
}

// The threads know the inbox and never the actor.
void container_bridge_state::start_clients() {
  publisher_options out;
  out.connection = options_.connection;
  out.link = options_.link;
  out.on_state = [this, to = inbox_](const link_report& report) {
    to->post_step([this, report] { on_link(report); });
  };
  publisher_ = std::make_shared<publisher>(std::move(out));
  stream_reader_options in;
  in.connection = options_.connection;
  in.link = options_.link;
  in.stream = channels::acknowledgements;
  in.group = group;
  in.consumer = options_.consumer;
  // What could not be journalled, or had nobody to take it, comes again.
  in.claim_idle = std::chrono::seconds(30);
  in.on_entries = [this, to = inbox_](std::span<const stream_entry> entries, delivery) {
    for (const auto& entry : entries) {
      auto text = entry.find("acknowledgement");
      std::string id(entry.id);
      auto read = parse_container_acknowledgement(text.value_or(""));
      if (read)
        to->post([this, content = *read, id] { on_acknowledgement(content, id); });
      else
        to->post([this, what = to_string(read.error()), id] {
          unreadable_->add(channels::acknowledgements, what, options_.house->time->now());
          reader_->acknowledge(id);
        });
    }
  };
  // Whoever emptied this stream emptied the bots' too.
  in.on_group_lost = [this, to = inbox_] { to->post_step([this] { refresh_all(); }); };
  reader_ = std::make_shared<stream_reader>(std::move(in));
  publisher_->start();
  reader_->start();
}

// -- who is there ---------------------------------------------------------------------------------

// Asks Redis and goes on in the actor; a question without an answer ends this poll.
void container_bridge_state::ask(const arguments& words, std::function<void(const reply&)> then) {
  auto asked = publisher_->command(
      words, [this, to = inbox_, then = std::move(then)](const result<reply>& answer) {
        if (!answer) {
          to->post_step([this] { poll_later(); });
          return;
        }
        then(*answer);
      });
  if (asked != submitted::queued) poll_later();
}

void container_bridge_state::poll() {
  scan("0", std::make_shared<std::vector<std::string>>());
}

void container_bridge_state::poll_later() {
  self_->delayed_send(self_, options_.poll_interval, wake{poll_timer, 0});
}

void container_bridge_state::scan(const std::string& cursor,
                                  std::shared_ptr<std::vector<std::string>> keys) {
  arguments words{"SCAN",  cursor, "MATCH", std::string(channels::presence_pattern),
                  "COUNT", "1000"};
  ask(words, [this, to = inbox_, keys, limit = options_.max_bots](const reply& answer) {
    std::string next(answer[0].text());
    for (std::size_t i = 0; i < answer[1].size() && keys->size() <= limit; ++i)
      keys->emplace_back(answer[1][i].text());
    to->post_step([this, next, keys] {
      if (next != "0" && !next.empty())
        scan(next, keys);
      else
        read_presence(*keys);
    });
  });
}

void container_bridge_state::read_presence(const std::vector<std::string>& keys) {
  if (keys.empty()) {
    on_presence({});
    return;
  }
  arguments words{"MGET"};
  words.insert(words.end(), keys.begin(), keys.end());
  ask(words, [this, to = inbox_, keys, bad = unreadable_,
              time = options_.house->time](const reply& answer) {
    std::vector<container_presence> present;
    for (std::size_t i = 0; i < keys.size() && i < answer.size(); ++i) {
      if (answer[i].is_nil()) continue;  // its lease ended between the two questions
      auto read = parse_container_presence(answer[i].text());
      if (!read)
        bad->add(keys[i], to_string(read.error()), time->now());
      else if (channels::bot_of_presence(keys[i]) != read->identity.id)
        bad->add(keys[i], "bot: expected the id in the key, found " + read->identity.id,
                 time->now());
      else
        present.push_back(std::move(*read));
    }
    to->post_step([this, present] { on_presence(present); });
  });
}

void container_bridge_state::on_presence(const std::vector<container_presence>& present) {
  std::set<std::string> seen;
  for (const auto& one : present) {
    if (options_.taken.count(one.identity.id) != 0) {
      unreadable_->add(channels::presence(one.identity.id), "the floor has a bot of that id itself",
                       options_.house->time->now());
      continue;
    }
    if (auto* bot = find(one.identity)) {
      seen.insert(one.identity.id);
      tell(*bot, one.state, one.details, {});
    }
  }
  for (auto& [id, bot] : bots_)
    if (bot.identity.kind == bot_kind::controlled && bot.present && seen.count(id) == 0)
      tell(bot, bot_state::absent, {}, "its heartbeat has ended");
  auto waiting = std::move(early_);
  early_.clear();
  for (const auto& entry : waiting) on_acknowledgement(entry.content, entry.entry_id);
  count_channels();
}

void container_bridge_state::count_channels() {
  ask(active_channels(channels::ticker_updates_pattern), [this, to = inbox_](const reply& answer) {
    auto active = parse_active_channels(answer);
    to->post_step([this, names = active ? *active : std::vector<std::string>{}] {
      if (names.empty()) {
        on_counts({});
        return;
      }
      ask(numsub(names), [this, then = inbox_](const reply& counted) {
        auto counts = parse_numsub(counted);
        then->post_step(
            [this, list = counts ? *counts : std::vector<channel_count>{}] { on_counts(list); });
      });
    });
  });
}

void container_bridge_state::on_counts(const std::vector<channel_count>& counts) {
  std::map<std::string, std::int64_t> others;
  for (const auto& [channel, subscribers] : counts)
    if (auto ticker = channels::ticker_of(channel))
      others[*ticker] = subscribers - (options_.floor_subscribes ? 1 : 0);
  for (const auto& [id, bot] : bots_)
    if (bot.identity.kind == bot_kind::controlled && bot.present) --others[bot.identity.ticker];
  for (auto& [id, bot] : bots_) {
    if (bot.identity.kind != bot_kind::observed || others[bot.identity.ticker] > 0) continue;
    bot.seen_in_a_row = 0;
    if (bot.present) tell(bot, bot_state::absent, {}, "nobody subscribes any more");
  }
  for (const auto& [ticker, count] : others) {
    if (count <= 0) continue;
    auto* bot = find({"observed-" + ticker, ticker, "unknown", "redis", bot_kind::observed});
    if (bot != nullptr && ++bot->seen_in_a_row >= polls_until_observed)
      tell(*bot, bot_state::running, {}, {});
  }
  poll_later();
}

container_bridge_state::known_bot* container_bridge_state::find(const bot_identity& identity) {
  auto known = bots_.find(identity.id);
  if (known != bots_.end() && known->second.identity == identity) return &known->second;
  if (known == bots_.end() && bots_.size() >= options_.max_bots) {
    if (!std::exchange(said_too_many_, true))
      spdlog::error("redis: more than {} container bots; {} and later ones are not taken in",
                    options_.max_bots, identity.id);
    return nullptr;
  }
  // Moved to another container, say: its actor is told by being made anew.
  auto& bot = bots_[identity.id];
  if (bot.actor) caf::anon_send_exit(bot.actor, caf::exit_reason::kill);
  bot = {identity, {}, false, 0};
  return &bot;
}

void container_bridge_state::tell(known_bot& bot, bot_state state, const std::string& details,
                                  const std::string& reason) {
  if (!bot.actor) {
    auto child = self_->spawn(container_bot, bot.identity, services_);
    bot.actor = caf::actor_cast<caf::actor>(child);
    self_->monitor(bot.actor);
  }
  bot_status seen;
  seen.identity = bot.identity;
  seen.state = state;
  seen.details = details;
  seen.reason = reason;
  bool present = state != bot_state::absent;
  if (present != bot.present)
    spdlog::info("container bot {} ({}) is {}", bot.identity.id, to_string(bot.identity.kind),
                 present ? "there" : "gone: " + reason);
  bot.present = present;
  caf::anon_send(bot.actor, std::move(seen));
}

void container_bridge_state::on_down(const caf::down_msg& message) {
  for (auto& [id, bot] : bots_)
    if (bot.actor && bot.actor.address() == message.source) {
      // Made anew, from the journal, at the next poll that sees the bot.
      self_->count_error();
      bot.actor = {};
    }
}

// -- acknowledgements -----------------------------------------------------------------------------

void container_bridge_state::on_acknowledgement(const container_acknowledgement& content,
                                                const std::string& entry_id) {
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
    reader_->acknowledge(early_.front().entry_id);
    early_.pop_front();
  }
  early_.push_back({content, entry_id});
}

void container_bridge_state::refresh_all() {
  auto live = link_.status();
  live.state = outcry::link_state::live;
  for (auto& [id, bot] : bots_)
    if (bot.actor) caf::anon_send(bot.actor, live);
}

void container_bridge_state::on_link(const link_report& report) {
  auto changed = link_.note(report, options_.house->time->now_ms());
  if (!changed) return;
  if (options_.relay) self_->send(options_.relay, *changed);
  if (changed->state == outcry::link_state::live) refresh_all();
}

void container_bridge_state::on_timer(const wake& timer) {
  if (timer.timer == inbox_timer)
    inbox_->run();
  else
    poll();
}

container_bridge_interface::behavior_type container_bridge(container_bridge_actor* self,
                                                           container_bridge_options options) {
  self->observe({"redis.bots", "redis", 0});
  self->set_down_handler([self](const caf::down_msg& message) { self->state.on_down(message); });
  self->state.open(std::move(options));
  return {
      // Time to poll, or a client has something.
      [self](const wake& timer) { self->state.on_timer(timer); },
      // The connection.
      [self](const get_links&) { return self->state.links(); },
  };
}

}  // namespace outcry::redis
