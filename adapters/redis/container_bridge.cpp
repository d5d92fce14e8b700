#include "adapters/redis/container_bridge.hpp"

#include <algorithm>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "adapters/redis/streams.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/channels.hpp"

namespace outcry::redis {

namespace {

constexpr std::string_view observed_prefix = "observed-";
constexpr unsigned polls_until_observed = 2;

}  // namespace

container_bridge_state::~container_bridge_state() {
  for (auto& [id, bot] : bots_)
    for (auto& actor : {bot.actor, bot.trader})
      if (actor) caf::anon_send_exit(actor, caf::exit_reason::kill);
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
  services->orders = options_.orders;
  services->house = options_.house;
  auto write = write_ = make_writer();
  services->wire.send = [write](const std::string& bot_id, const bot_command& command,
                                const std::string& noted) {
    return write(bot_id, "command", to_json(command, noted));
  };
  services->wire.brief = [write](const std::string& bot_id, const container_briefing& briefing) {
    return write(bot_id, "briefing", to_json(briefing));
  };
  services->wire.acknowledge = [this, to = inbox_](const std::string& entry_id) {
    to->post_step([this, entry_id] { acknowledge(entry_id); });
  };
  offer_orders(*services);
  services_ = std::move(services);
  recall_guests();
  look_for_limits();
}

// Who was here before is absent until its presence is seen, and has an actor that keeps what it is
// told meanwhile.
void container_bridge_state::recall_guests() {
  self_->request(options_.journal, journal_timeout, load_floor{})
      .then(
          [this](const floor_image& image) {
            for (const auto& guest : image.guests) {
              if (bots_.count(guest.id) != 0 || options_.taken.count(guest.id) != 0) continue;
              if (auto* bot = find(guest)) tell_absent(*bot, "not heard since the floor opened");
            }
            know_floor(image.floor_id);
          },
          [this](caf::error&) {
            self_->count_error();
            self_->delayed_send(self_, options_.poll_interval, wake{recall_timer, 0});
            know_floor({});
          });
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
  redis_ = std::make_unique<questions>(
      publisher_, inbox_, [this] { poll_later(); },
      [this](const failure& reason) { look_refused(reason); });
  publisher_->start();
}

stream_reader_options container_bridge_state::reader_options(std::string_view stream) {
  stream_reader_options in;
  in.connection = options_.connection;
  in.link = options_.link;
  in.stream = stream;
  in.group = floor_group;
  in.consumer = options_.consumer;
  // What could not be journalled, or had nobody to take it, comes again.
  in.claim_idle = options_.claim_idle;
  in.claim_every = std::min(in.claim_every, options_.claim_idle);
  in.on_state = [this, to = inbox_](const link_report& report) {
    to->post_step([this, report] { on_reader(report); });
  };
  in.on_error = [this, to = inbox_, stream](const failure& reason) {
    to->post([this, reason, stream] {
      unreadable_->add(stream, reason.text, options_.house->time->now());
    });
  };
  return in;
}

void container_bridge_state::start_reader() {
  auto in = reader_options(channels::acknowledgements);
  in.on_entries = [this, to = inbox_](std::span<const stream_entry> entries, delivery) {
    for (const auto& entry : entries) read_entry(to, entry);
  };
  // Whoever emptied this stream emptied the bots' too.
  in.on_group_lost = [this, to = inbox_] { to->post_step([this] { refresh_all(); }); };
  reader_ = std::make_shared<stream_reader>(std::move(in));
  reader_->start();
}

void container_bridge_state::acknowledge(const std::string& entry_id) {
  // Without a reader it comes again, and is found answered.
  if (reader_) reader_->acknowledge(entry_id);
}

// -- who is there ---------------------------------------------------------------------------------

void container_bridge_state::poll_later() {
  self_->delayed_send(self_, options_.poll_interval, wake{poll_timer, 0});
}

void container_bridge_state::scan(const std::string& cursor,
                                  const std::shared_ptr<std::vector<std::string>>& keys) {
  using page = std::pair<std::string, std::vector<std::string>>;
  arguments words{"SCAN",  cursor, "MATCH", std::string(channels::presence_pattern),
                  "COUNT", "1000"};
  auto read = [](const reply& answer) {
    page result{std::string(answer[0].text()), {}};
    for (std::size_t i = 0; i < answer[1].size(); ++i)
      result.second.emplace_back(answer[1][i].text());
    return std::optional<page>(std::move(result));
  };
  redis_->ask(words, read, [this, keys](const page& found) {
    for (const auto& key : found.second)
      if (keys->size() <= options_.max_bots) keys->push_back(key);
    if (found.first != "0" && !found.first.empty())
      scan(found.first, keys);
    else
      read_presence(*keys);
  });
}

void container_bridge_state::read_presence(const std::vector<std::string>& keys) {
  if (keys.empty()) {
    on_presence({});
    return;
  }
  arguments words{"MGET"};
  words.insert(words.end(), keys.begin(), keys.end());
  auto read = [keys, bad = unreadable_, time = options_.house->time](const reply& answer) {
    std::vector<container_presence> present;
    for (std::size_t i = 0; i < keys.size() && i < answer.size(); ++i) {
      if (answer[i].is_nil()) continue;  // its lease ended between the two questions
      auto one = parse_container_presence(answer[i].text());
      if (!one)
        bad->add(keys[i], to_string(one.error()), time->now());
      else if (channels::bot_of_presence(keys[i]) != one->identity.id)
        bad->add(keys[i], "bot: expected the id in the key, found " + one->identity.id,
                 time->now());
      else
        present.push_back(std::move(*one));
    }
    return std::optional(std::move(present));
  };
  redis_->ask(words, read,
              [this](const std::vector<container_presence>& present) { on_presence(present); });
}

void container_bridge_state::on_presence(const std::vector<container_presence>& present) {
  std::set<std::string> seen;
  for (const auto& one : present) {
    if (one.identity.id.starts_with(observed_prefix)) {
      unreadable_->add(channels::presence(one.identity.id),
                       "bot: ids that begin with observed- are the floor's own",
                       options_.house->time->now());
      continue;
    }
    if (options_.taken.count(one.identity.id) != 0) {
      unreadable_->add(channels::presence(one.identity.id), "the floor has a bot of that id itself",
                       options_.house->time->now());
      continue;
    }
    if (auto* bot = find(one.identity)) {
      seen.insert(one.identity.id);
      tell(*bot, one);
    }
  }
  for (auto& [id, bot] : bots_) {
    if (bot.identity.kind != bot_kind::controlled || seen.count(id) != 0) continue;
    if (bot.present)
      tell_absent(bot, "its heartbeat has ended");
    else if (bot.unheard)
      tell_absent(bot, "not heard since Redis is back");
    bot.unheard = false;
  }
  auto waiting = std::move(early_);
  early_.clear();
  for (const auto& entry : waiting) on_acknowledgement(entry.content, entry.entry_id);
  refuse_early_orders();
  obey_farewells(seen);
  redis_->count_subscribers([this](const std::vector<channel_count>& all) { on_counts(all); });
}

void container_bridge_state::on_counts(const std::vector<channel_count>& counts) {
  std::map<std::string, std::int64_t> others;
  for (const auto& [channel, subscribers] : counts)
    if (auto ticker = channels::ticker_of(channel))
      others[*ticker] += subscribers;
    else if (auto listened = channels::ticker_of_listeners(channel))
      others[*listened] -= subscribers;
  std::set<std::string> observed;
  for (const auto& [id, bot] : bots_)
    if (bot.identity.kind == bot_kind::observed) observed.insert(bot.identity.ticker);
  for (const auto& ticker : observed)
    if (others[ticker] <= 0) on_observed(ticker, false);
  for (const auto& [ticker, count] : others)
    if (count > 0) on_observed(ticker, true);
  looked();
}

void container_bridge_state::on_observed(const std::string& ticker, bool listened) {
  auto* bot =
      find({std::string(observed_prefix) + ticker, ticker, "unknown", "redis", bot_kind::observed});
  if (bot == nullptr || bot->leaving) return;
  if (listened) {
    bot->gone_since_ms = 0;
    if (++bot->seen_in_a_row >= polls_until_observed)
      tell(*bot, {bot->identity, bot_state::running, {}, true});
    return;
  }
  auto now = options_.house->time->now_ms();
  bot->seen_in_a_row = 0;
  if (bot->gone_since_ms == 0) bot->gone_since_ms = now;
  if (bot->present)
    tell_absent(*bot, "nobody subscribes any more");
  else if (bot->unheard)
    tell_absent(*bot, "nobody has subscribed since Redis is back");
  bot->unheard = false;
  if (now - bot->gone_since_ms >= options_.observed_grace.count())
    let_go(*bot, "nobody subscribes any more");
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
  for (auto& actor : {bot.actor, bot.trader})
    if (actor) caf::anon_send_exit(actor, caf::exit_reason::kill);
  bot = {};
  bot.identity = identity;
  return &bot;
}

void container_bridge_state::spawn_for(known_bot& bot) {
  if (bot.actor) return;
  auto child = self_->spawn(container_bot, bot.identity, services_);
  bot.actor = caf::actor_cast<caf::actor>(child);
  self_->monitor(bot.actor);
}

void container_bridge_state::tell(known_bot& bot, const container_presence& seen) {
  if (bot.leaving) return;  // taken in again once its old self has ended
  spawn_for(bot);
  if (!bot.present && !bot.unheard)
    spdlog::info("container bot {} ({}) is there", bot.identity.id, to_string(bot.identity.kind));
  bot.present = true;
  bot.unheard = false;
  bot_status status;
  status.identity = bot.identity;
  status.state = seen.state;
  status.details = seen.details;
  caf::anon_send(bot.actor, std::move(status), seen.briefed);
  tell_trader(bot, seen);
}

void container_bridge_state::tell_absent(known_bot& bot, const std::string& reason) {
  if (bot.leaving) return;
  spawn_for(bot);
  if (!bot.unheard) spdlog::info("container bot {} is gone: {}", bot.identity.id, reason);
  bot.present = false;
  bot_status status;
  status.identity = bot.identity;
  status.state = bot_state::absent;
  status.reason = reason;
  caf::anon_send(bot.actor, std::move(status), true);
  if (bot.trader) caf::anon_send(bot.trader, std::int64_t{-1}, false);
}

void container_bridge_state::on_down(const caf::down_msg& message) {
  for (auto& [id, bot] : bots_)
    if (bot.actor && bot.actor.address() == message.source) {
      if (bot.leaving) return forget(std::string(id));
      // Made anew, from the journal, at the next poll that sees the bot.
      self_->count_error();
      bot.actor = {};
      // It goes by what the actor knew of the gate.
      if (bot.trader) caf::anon_send_exit(bot.trader, caf::exit_reason::kill);
      return;
    } else if (bot.trader && bot.trader.address() == message.source) {
      if (!bot.leaving) self_->count_error();
      bot.trader = {};
      return;
    }
}

// -- Redis comes and goes ------------------------------------------------------------------------

void container_bridge_state::refresh_all() {
  auto live = link_.status();
  live.state = outcry::link_state::live;
  for (auto& [id, bot] : bots_)
    if (bot.actor) caf::anon_send(bot.actor, live);
}

// What nobody can hear is not there; said once, and without a line for each in the log.
void container_bridge_state::all_unheard(const std::string& reason) {
  for (auto& [id, bot] : bots_) {
    bot.seen_in_a_row = 0;
    bot.gone_since_ms = 0;
    if (!bot.present) continue;
    bot.unheard = true;
    tell_absent(bot, reason);
  }
}

void container_bridge_state::on_link(const link_report& report) {
  auto changed = link_.note(report, options_.house->time->now_ms());
  if (!changed) return;
  if (options_.relay) self_->send(options_.relay, *changed);
  // Only when the lease is ours again they are told what Redis may have lost.
  troubles_.clear();
  if (changed->state != outcry::link_state::down) return;
  let_lease_go();
  all_unheard("Redis is gone: " + changed->reason);
}

void container_bridge_state::on_timer(const wake& timer) {
  for (auto more = unreadable_->take_new() + refusals_->take_new(); more > 0; --more)
    self_->count_error();
  if (timer.timer == inbox_timer)
    inbox_->run();
  else if (timer.timer == recall_timer)
    recall_guests();
  else if (timer.timer == limits_timer)
    look_for_limits();
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
