// The command inlet's connections, and what it says of its bots.

#include <algorithm>
#include <utility>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "adapters/redis/command_inlet.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/bots_codec.hpp"
#include "messages/channels.hpp"

namespace outcry::redis {

namespace {

constexpr std::chrono::seconds load_timeout{10};
constexpr std::chrono::seconds roster_timeout{2};
constexpr std::chrono::milliseconds farewell_time{500};
constexpr auto only_main_floor = "this floor only hosts bots; send to the main floor";

}  // namespace

void command_inlet_state::open(command_inlet_options options) {
  options_ = std::move(options);
  inbox_ = std::make_shared<inbox>(caf::actor_cast<caf::actor_addr>(self_));
  for (const auto& bot : options_.bots) {
    auto& entry = bots_[bot.identity.id];
    entry.bot = bot;
    entry.stream = channels::commands(bot.identity.id);
    owner_[entry.stream] = bot.identity.id;
  }
  start_clients();
  look_up_bots();
  self_->delayed_send(self_, options_.heartbeat, wake{heartbeat_timer, 0});
  self_->delayed_send(self_, options_.retry_pause, wake{retry_timer, 0});
}

// The threads know the inbox and never the actor.
void command_inlet_state::start_clients() {
  publisher_options out;
  out.connection = options_.connection;
  out.link = options_.link;
  out.on_state = [this, to = inbox_](const link_report& report) {
    if (report.state == link_state::live)
      to->post_step([this] {
        send_answers();
        announce();
      });
  };
  publisher_ = std::make_shared<publisher>(std::move(out));
  command_reader_options in;
  in.connection = options_.connection;
  in.link = options_.link;
  in.group = floor_group;
  in.consumer = "floor";
  in.fields = {"command", "briefing"};
  in.on_entries = [this, to = inbox_](std::span<const read_entry> entries) {
    for (const auto& entry : entries) {
      bool briefs = entry.field == "briefing";
      bool taken = to->post([this, briefs, stream = std::string(entry.stream),
                             id = std::string(entry.id), text = std::string(entry.text)] {
        briefs ? on_briefing(stream, id, text) : on_entry(stream, id, text);
      });
      // They stay in the stream and are read again once there is room.
      if (!taken) {
        to->post_step([this] { left_behind_ = true; });
        break;
      }
    }
  };
  in.on_state = [this, to = inbox_](const link_report& report) {
    to->post_step([this, report] { on_link(report); });
  };
  // What is written from now on is heard: now the main floor may know of the bots.
  in.on_ready = [this, to = inbox_] { to->post_step([this] { announce(); }); };
  in.on_error = [this, to = inbox_](const failure& reason) {
    to->post_step([this, text = to_string(reason)] {
      self_->count_error();
      unreadable_->add("OUTCRY_COMMANDS", text, options_.house->time->now());
    });
  };
  reader_ = std::make_shared<command_reader>(std::move(in));
  publisher_->start();
}

// To a bot that was here before, whatever stands in its stream is news or known to the journal. To
// one that never was, it may be the business of somebody else who had its name.
void command_inlet_state::look_up_bots() {
  unknown_bots_ = bots_.size();
  for (auto& [bot_id, bot] : bots_) {
    auto known = [this, name = bot_id](const bot_image& image) {
      auto& entry = bots_.at(name);
      entry.from = image.known ? "0" : "$";
      bool runs = image.known && image.record.desired == desired_state::running;
      entry.started_ms = runs ? image.record.since_ms : 0;
      if (--unknown_bots_ == 0) announce();
    };
    self_->request(options_.journal, load_timeout, load_bot{bot_id})
        .then([known](const bot_image& image) { known(image); },
              [this, known](caf::error&) {
                self_->count_error();
                known({});
              });
  }
}

void command_inlet_state::read_streams() {
  std::vector<read_stream> wanted;
  for (const auto& [bot_id, bot] : bots_)
    if (!bot.foreign) wanted.push_back({bot.stream, bot.from});
  reader_->read(std::move(wanted));
}

// -- presence -------------------------------------------------------------------------------------

void command_inlet_state::announce() {
  announce_again_ = announcing_;
  if (announcing_) return;
  announcing_ = true;
  self_->request(options_.roster, roster_timeout, list_bots{})
      .then(
          [this](const bot_list& all) {
            for (const auto& one : all.bots) states_[one.identity.id] = one;
            ask_who_is_there();
          },
          // Without word of the bots their presence ends, which is what is known.
          [this](caf::error&) {
            self_->count_error();
            announced();
          });
}

bool command_inlet_state::has_its_briefing(const hosted& bot) const {
  return bot.briefed && std::none_of(bot.orders.begin(), bot.orders.end(),
                                     [](const order& x) { return x.message_id.empty(); });
}

void command_inlet_state::unbrief(hosted& bot) {
  bot.briefed = false;
  bot.brief_after_ms.reset();
}

void command_inlet_state::hold_or_release(const hosted& bot) {
  std::string why;
  if (bot.foreign)
    why = "another container has a bot of this id";
  else if (!has_its_briefing(bot))
    why = unbriefed;
  caf::anon_send<caf::message_priority::high>(bot.bot.address, !why.empty(), why);
}

void command_inlet_state::ask_who_is_there() {
  publisher_->command({"TIME"}, [this, to = inbox_](const result<reply>& answer) {
    std::optional<std::int64_t> now;
    if (answer && answer->size() == 2)
      now = std::stoll(std::string((*answer)[0].text())) * 1000 +
            std::stoll(std::string((*answer)[1].text())) / 1000;
    to->post_step([this, now] { redis_ms_ = now; });
  });
  arguments words{"MGET"};
  for (const auto& [bot_id, bot] : bots_) words.push_back(channels::presence(bot_id));
  bool asked = publisher_->is_live() &&
               publisher_->command(words, [this, to = inbox_](const result<reply>& answer) {
                 std::vector<std::string> there;
                 for (std::size_t i = 0; answer && i < answer->size(); ++i)
                   there.emplace_back((*answer)[i].text());
                 to->post_step([this, there] { write_presence(there); });
               }) == submitted::queued;
  if (!asked) announced();
}

container_presence command_inlet_state::presence_of(const hosted& bot) const {
  container_presence result;
  result.identity = bot.bot.identity;
  result.identity.container = options_.container;
  result.state = bot_state::starting;
  if (auto said = states_.find(bot.bot.identity.id); said != states_.end()) {
    result.state = said->second.state;
    result.details = said->second.details;
  }
  // Once what its briefing wants has been done.
  result.briefed = has_its_briefing(bot);
  bool runs = result.state == bot_state::running || result.state == bot_state::waiting_for_open;
  if (runs && !result.briefed) result.state = bot_state::starting;
  return result;
}

void command_inlet_state::write_presence(const std::vector<std::string>& there) {
  // No answer: no bot is renewed.
  if (there.size() != bots_.size()) {
    announced();
    return;
  }
  // Nothing is read before it is known who else has these ids.
  if (!reading_) renewed_ms_ = now_ms();
  // The lease begins when Redis has it, which is later than this.
  const auto renewed = [this, to = inbox_, asked_ms = now_ms()](const result<reply>& answer) {
    if (answer) to->post_step([this, asked_ms] { renewed_ms_ = std::max(renewed_ms_, asked_ms); });
  };
  bool starts = !reading_ && unknown_bots_ == 0;
  bool changed = starts;
  std::size_t index = 0;
  for (auto& [bot_id, bot] : bots_) {
    auto found = parse_container_presence(there[index++]);
    bool foreign = found && found->identity.container != options_.container;
    if (foreign != bot.foreign) {
      changed = true;
      bot.foreign = foreign;
      bot.from = "$";  // what stands in the stream was for the other one
      unbrief(bot);
      hold_or_release(bot);
      if (foreign)
        spdlog::error(
            "bot {} takes no commands here: \"{}\" has a bot of that id; give one of "
            "them another id",
            bot_id, found->identity.container);
      else
        spdlog::info("bot {} takes commands here: nobody else has its id any more", bot_id);
    }
    if (foreign || !reader_->is_reading(bot.stream)) continue;
    // What was written before the main floor can have seen the bot is not what it asks for.
    if (!bot.brief_after_ms) bot.brief_after_ms = redis_ms_;
    auto presence = presence_of(bot);
    publisher_->command({"SET", channels::presence(bot_id), to_json(presence), "PX",
                         std::to_string(options_.lease.count())},
                        renewed);
  }
  if (changed) read_streams();
  if (starts) {
    reading_ = true;
    reader_->start();
  }
  announced();
}

void command_inlet_state::announced() {
  announcing_ = false;
  if (std::exchange(announce_again_, false)) announce();
}

void command_inlet_state::on_link(const link_report& report) {
  link_.note(report, now_ms());
}

void command_inlet_state::on_exit(const caf::exit_msg& message) {
  if (message.reason == caf::exit_reason::user_shutdown) {
    reader_->stop();
    arguments words{"DEL"};
    for (const auto& [bot_id, bot] : bots_)
      if (!bot.foreign) words.push_back(channels::presence(bot_id));
    if (words.size() > 1 && publisher_->is_live()) {
      publisher_->command(words);
      publisher_->drain(farewell_time);
    }
  }
  self_->quit(message.reason);
}

void command_inlet_state::on_timer(const wake& timer) {
  if (timer.timer == inbox_timer) {
    inbox_->run();
  } else if (timer.timer == heartbeat_timer) {
    // While nobody could see its bots, or stop them, the main floor may have changed its mind.
    // Once: a briefing asked for since then must not be forgotten before the lease is known to run.
    const bool lapsed = reading_ && now_ms() - renewed_ms_ > options_.lease.count();
    const bool lapses = lapsed && !lapsed_;
    lapsed_ = lapsed;
    for (auto& [bot_id, bot] : bots_) {
      if (lapses) unbrief(bot);
      hold_or_release(bot);
    }
    announce();
    self_->delayed_send(self_, options_.heartbeat, timer);
  } else {
    retry();
    self_->delayed_send(self_, options_.retry_pause, timer);
  }
}

command_inlet_interface::behavior_type command_inlet(command_inlet_actor* self,
                                                     command_inlet_options options) {
  self->observe({"inlet", "redis", 10'000});
  self->set_exit_handler([self](const caf::exit_msg& message) { self->state.on_exit(message); });
  self->state.open(std::move(options));
  return {
      // -- command_desk_actor --------------------------------------------------------------------
      // An operator message: not here.
      [](const submit_message&) -> caf::result<ledger> {
        return caf::make_error(ec::unsupported, std::string(only_main_floor));
      },
      // One that could not be read: not here either.
      [](const submit_unreadable&) -> caf::result<ledger> {
        return caf::make_error(ec::unsupported, std::string(only_main_floor));
      },
      // A bot's later word.
      [self](const command_outcome& outcome) { self->state.on_outcome(outcome); },
      // Who is hosted here does not change.
      [](const register_bot&) {},
      [](const unregister_bot&) {},
      // No order comes up where there is no order desk.
      [](const order_surfaced&) { return ledger_list{}; },
      // Nobody can have sent one to watch.
      [](const watch_message&) {},
      // What the bots were told.
      [self](const find_ledgers& query) { return self->state.find(query); },
      // The main floor's halt reaches each bot as a stop.
      [](const get_halt&) { return halt_state{}; },
      // -- of its own ----------------------------------------------------------------------------
      // Time to say who is there, to try again, or a client has something.
      [self](const wake& timer) { self->state.on_timer(timer); },
      // The connection.
      [self](const get_links&) { return self->state.links(); },
  };
}

}  // namespace outcry::redis
