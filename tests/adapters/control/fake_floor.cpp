#include "tests/adapters/control/fake_floor.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include <caf/scoped_actor.hpp>

#include "actors/floor/inspector.hpp"
#include "actors/floor/observed.hpp"

namespace outcry::test {

namespace {

using desk_behavior = command_desk_actor::behavior_type;

struct desk_state {
  static inline const char* name = "fake_desk";
  std::map<std::string, ledger> ledgers;
  std::vector<watch_message> watchers;
  std::vector<caf::typed_response_promise<ledger>> never;
};

using desk_self = command_desk_actor::stateful_pointer<desk_state>;

bool names(const operator_message& x, const std::string& ticker) {
  if (x.to_all) return true;
  for (const auto& name : x.selected)
    if (name == ticker || name == "counter-" + ticker) return true;
  return false;
}

ledger adopt(const operator_message& x) {
  ledger result;
  result.message = x;
  result.state = message_state::working;
  result.adopted_at_ms = x.pressed_at_ms + 1;
  for (std::string ticker : {"AAPL", "GOOGL", "META"}) {
    ledger_line line;
    line.bot_id = "counter-" + ticker;
    line.container = "floor";
    line.ticker = ticker;
    line.addressed = names(x, ticker);
    result.lines.push_back(line);
  }
  if (x.type == "enter") {
    result.state = message_state::failed;
    result.code = "halted";
    result.reason = "the floor is halted";
    for (auto& line : result.lines) line.status = line_status::ignored;
  }
  return result;
}

void answer(ledger& x, std::size_t index) {
  auto& line = x.lines[index];
  line.at_ms = x.adopted_at_ms + 1;
  line.status = !line.addressed           ? line_status::ignored
                : x.message.type == "set" ? line_status::error
                                          : line_status::done;
  if (line.status == line_status::error) {
    line.code = "invalid_config";
    line.reason = "no such parameter";
  }
}

void settle(ledger& x) {
  x.state = x.message.type == "set" ? message_state::failed : message_state::done;
}

void tell(desk_self self, const watch_message& to) {
  const auto& x = self->state.ledgers.at(to.id);
  for (const auto& line : x.lines)
    if (line.status != line_status::open) caf::anon_send(to.watcher, line_record{to.id, line});
  if (x.state != message_state::working)
    caf::anon_send(to.watcher, state_record{to.id, x.state, x.code, x.reason});
}

desk_behavior desk(desk_self self, std::shared_ptr<floor_script> script) {
  return {
      [self, script](const submit_message& x) -> caf::result<ledger> {
        script->keep(x.message);
        script->saw("submit " + x.message.type);
        if (x.message.type == "exit")
          return caf::make_error(ec::journal_unavailable, std::string{"the disk is full"});
        if (x.message.type == "kill") {
          self->state.never.push_back(self->make_response_promise<ledger>());
          return self->state.never.back();
        }
        auto [found, fresh] = self->state.ledgers.emplace(x.message.id, adopt(x.message));
        auto before = found->second;
        if (fresh && before.state == message_state::working) {
          auto& stored = found->second;
          auto count = x.message.type == "start" ? 1 : stored.lines.size();
          for (std::size_t i = 0; i < count; ++i) answer(stored, i);
          if (count > 1) settle(stored);
        }
        return before;
      },
      [](const submit_unreadable&) { return ledger{}; },
      [](const command_outcome&) {},
      [](const register_bot&) {},
      [](const unregister_bot&) {},
      [](const order_surfaced&) { return ledger_list{}; },
      [self, script](const watch_message& x) {
        script->saw("watch");
        if (self->state.ledgers.at(x.id).message.type == "status") {
          // The watcher is told the state only: its lines must come from the ledger.
          caf::anon_send(x.watcher, state_record{x.id, message_state::done, "", ""});
          return;
        }
        self->state.watchers.push_back(x);
        tell(self, x);
      },
      [self, script](const find_ledgers& x) {
        script->saw("find");
        ledger_list result;
        if (x.id == "finish") {  // the test's own word
          for (auto& [id, stored] : self->state.ledgers) {
            for (std::size_t i = 0; i < stored.lines.size(); ++i) answer(stored, i);
            settle(stored);
          }
          for (const auto& watcher : self->state.watchers) tell(self, watcher);
          return result;
        }
        for (const auto& [id, stored] : self->state.ledgers)
          if ((x.id.empty() || x.id == id) && result.ledgers.size() < x.limit)
            result.ledgers.push_back(stored);
        return result;
      },
      [](const get_halt&) {
        return halt_state{halt_kind::stopped, "m1", 5};
      },
  };
}

roster_actor::behavior_type roster(std::shared_ptr<floor_script> script) {
  return {
      [](const bot_status&) {},
      [](const unregister_bot&) {},
      [script](const list_actors&) {
        actor_status quick{"pit:AAPL", "pit", actor_state::running, 5, 1, 100, 70, 0, 0, 0, ""};
        actor_status full{"bot:META", "bot", script->meta, 5, 9, 10, 7, 3, 2, 1, "threw"};
        return actor_list{{quick, full}};
      },
      [](const list_bots&) {
        bot_status x;
        x.identity = {"counter-AAPL", "AAPL", "counter", "floor", bot_kind::hosted};
        x.state = bot_state::running;
        x.reason = "a \x1b[31mred\n word";
        return bot_list{{x}};
      },
  };
}

struct pit_fake_state {
  std::vector<caf::actor> subscribers;
};

using pit_fake_self = caf::stateful_actor<pit_fake_state, observed<caf::event_based_actor>>;

caf::behavior fake_pit(pit_fake_self* self, std::shared_ptr<floor_script> script) {
  self->observe({"pit:AAPL", "pit", 1000});
  auto fan_out = [self](const auto& x) {
    for (const auto& to : self->state.subscribers) self->send(to, x);
  };
  self->set_down_handler([self, script](caf::down_msg& down) {
    std::erase_if(self->state.subscribers,
                  [&](const auto& x) { return x.address() == down.source; });
    script->saw("subscriber gone");
  });
  return {
      [self, script](const subscribe_pit& x) {
        self->state.subscribers.push_back(x.subscriber);
        self->monitor(x.subscriber);
        script->saw(x.counts_as_demand ? "demand" : "subscribe");
      },
      [fan_out](const price_batch& x) { fan_out(x); },
      [fan_out](const order_update& x) { fan_out(x); },
      [fan_out](const feed_status& x) { fan_out(x); },
  };
}

market_actor::behavior_type market(caf::actor pit, std::shared_ptr<floor_script> script) {
  return {
      [pit, script](const find_pit& x) {
        script->saw("find_pit " + x.ticker);
        return pit_address{pit};
      },
      [](const list_pits&) {
        pit_status x;
        x.ticker = "AAPL";
        x.state = feed_state::live;
        return pit_list{{x}};
      },
  };
}

relay_actor::behavior_type relay(std::shared_ptr<floor_script> script) {
  return {
      [](const owed_hint&) {},
      [](const price_changed&) {},
      [](const bot_status&) {},
      [](const unregister_bot&) {},
      [](const halt_state&) {},
      [](const mirrored_message&) {},
      [](const desk_address&) {},
      [](const link_status&) {},
      [script](const get_relay&) {
        relay_status x;
        x.links = {{"firebase.stream", link_state::live, 1, "", 0}};
        x.outbox_backlog = 7;
        x.refused_values = script->refused_values;
        return x;
      },
  };
}

}  // namespace

void floor_script::saw(const std::string& event) {
  std::lock_guard lock{mutex_};
  events_.push_back(event);
  changed_.notify_all();
}

bool floor_script::wait_for(const std::string& event) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::chrono::seconds(10), [&] {
    return std::find(events_.begin(), events_.end(), event) != events_.end();
  });
}

std::vector<std::string> floor_script::events() const {
  std::lock_guard lock{mutex_};
  return events_;
}

std::vector<operator_message> floor_script::messages() const {
  std::lock_guard lock{mutex_};
  return messages_;
}

void floor_script::keep(const operator_message& x) {
  std::lock_guard lock{mutex_};
  messages_.push_back(x);
}

fake_floor::fake_floor(std::function<void(control::bridge_options&)> change) {
  config_.set("scheduler.max-threads", 2u);
  system_ = std::make_unique<caf::actor_system>(config_);
  control::bridge_options options;
  options.socket = socket();
  options.floor_name = "test floor";
  options.version = "1.2.3";
  auto standing = std::make_shared<outcry::house>();
  standing->time = std::make_shared<still_clock>();
  options.house = standing;
  options.random_bits = [n = std::uint64_t{0}]() mutable { return ++n; };
  desk_ = system_->spawn(desk, script_);
  options.desk = desk_;
  options.roster = system_->spawn(roster, script_);
  pit_ = system_->spawn(fake_pit, script_);
  options.market = system_->spawn(market, pit_, script_);
  options.relay = system_->spawn(relay, script_);
  others_ = {caf::actor_cast<caf::actor>(options.desk), caf::actor_cast<caf::actor>(options.roster),
             caf::actor_cast<caf::actor>(options.market),
             caf::actor_cast<caf::actor>(options.relay), pit_};
  inspector_options eye;
  eye.floor_name = options.floor_name;
  eye.version = options.version;
  eye.people.roster = options.roster;
  eye.people.desk = options.desk;
  eye.people.market = options.market;
  eye.people.relay = options.relay;
  eye.note = [script = script_](const action_record& x) {
    script->saw(x.action + " " + x.name + " by " + x.who + ": " + x.why);
  };
  options.inspector = system_->spawn<caf::detached>(inspector, std::move(eye));
  others_.push_back(caf::actor_cast<caf::actor>(options.inspector));
  if (change) change(options);
  bridge_ = system_->spawn(control::bridge, std::move(options));
  // It opens the socket in its first breath; an answer shows that it has drawn it.
  caf::scoped_actor self{*system_};
  self->request(bridge_, std::chrono::seconds(10), caf::sys_atom::value, caf::get_atom::value,
                std::string{"info"})
      .receive(
          [](caf::ok_atom, const std::string&, const caf::strong_actor_ptr&, const std::string&) {},
          [](const caf::error&) {});
}

fake_floor::~fake_floor() {
  stop_bridge();
  for (const auto& x : others_) caf::anon_send_exit(x, caf::exit_reason::kill);
}

void fake_floor::finish_start() {
  caf::anon_send(desk_, find_ledgers{"finish", 1, 0});
}

void fake_floor::stop_bridge() {
  if (!bridge_) return;
  caf::scoped_actor self{*system_};
  caf::anon_send_exit(bridge_, caf::exit_reason::user_shutdown);
  self->wait_for(bridge_);
  bridge_ = nullptr;
}

}  // namespace outcry::test
