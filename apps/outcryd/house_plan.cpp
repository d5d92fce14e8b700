#include "apps/outcryd/house_plan.hpp"

#include <chrono>
#include <stdexcept>

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/bots/ticker_bot.hpp"
#include "actors/floor/roster.hpp"
#include "actors/market/broker_feed.hpp"
#include "actors/market/market.hpp"
#include "actors/operator/relay.hpp"
#include "adapters/control/bridge.hpp"
#include "adapters/control/unix_socket.hpp"
#include "adapters/sqlite/history_bridge.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "apps/outcryd/choose.hpp"
#include "apps/outcryd/dead_man.hpp"
#include "apps/outcryd/inspection.hpp"
#include "apps/outcryd/inspector.hpp"
#include "apps/outcryd/make_spec.hpp"
#include "apps/outcryd/notifications.hpp"
#include "apps/outcryd/redis_rooms.hpp"
#include "apps/outcryd/signals.hpp"
#include "apps/outcryd/trading.hpp"
#include "apps/outcryd/version.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::app {

namespace {

constexpr std::chrono::seconds start_timeout{10};

template <class Interface>
Interface as(const caf::actor& handle) {
  return caf::actor_cast<Interface>(handle);
}

std::function<std::int64_t()> now_ms_of(const house_ptr& house) {
  return [house] { return house->time->now_ms(); };
}

}  // namespace

void open_stores(open_house& at) {
  auto dir = at.settings.floor.data_dir.string();
  sqlite::journal_options journal;
  journal.settings.data_dir = dir;
  journal.settings.now_ms = now_ms_of(at.house);
  // Opened once here: what is wrong with it is told to people instead of to a supervisor.
  sqlite::journal_engine{journal.settings};
  at.journal = as<journal_actor>(place(
      at, floor_tier::store, make_spec("journal", "journal", sqlite::journal_bridge, journal)));
  if (!at.house->has_mirror || at.settings.firebase.history == config::history_kind::none) return;
  sqlite::history_options history;
  history.settings.data_dir = dir;
  sqlite::history_store{sqlite::history_path(dir)};  // as above
  at.history = as<history_actor>(place(
      at, floor_tier::store, make_spec("history", "history", sqlite::history_bridge, history)));
}

void open_roster(open_house& at) {
  at.roster = as<roster_actor>(place(at, floor_tier::desk, make_spec("roster", "roster", roster)));
}

namespace {

void open_relay(open_house& at) {
  if (!at.house->has_mirror) return;
  auto options = choose_mirror(at.settings, at.house, at.in_container_network);
  at.mirror = as<mirror_actor>(
      place(at, floor_tier::store, make_spec("firebase", "firebase", firebase::bridge, options)));
  relay_services services{at.journal, at.history, at.mirror, at.house, {}};
  services.options.keeps_history = static_cast<bool>(at.history);
  services.options.version = version;
  services.roster = at.roster;
  at.relay =
      as<relay_actor>(place(at, floor_tier::relay, make_spec("relay", "relay", relay, services)));
}

}  // namespace

void open_market(open_house& at) {
  auto book = std::make_shared<feed_book>();
  redis::redis_source* from_redis = nullptr;
  if (at.settings.feed.source == config::feed_source::redis) {
    auto source = make_redis_source(at);
    from_redis = source.get();
    book->source = std::move(source);
  } else {
    book->source = choose_source(at.settings);
  }
  feed_options options{at.settings.floor.stale_after_s * ns_per_s};
  at.feed = as<feed_actor>(place(at, floor_tier::bridges,
                                 make_spec("feed", "feed", broker_feed, book, options, at.house)));
  if (from_redis != nullptr) from_redis->attach(at.feed);
  pit_neighbours neighbours{at.feed, at.history, at.relay};
  at.market =
      as<market_actor>(place(at, floor_tier::market,
                             make_spec("market", "market", market, std::make_shared<market_book>(),
                                       neighbours, at.floor, at.house)));
}

namespace {

/// Tells roster and relay of a bot that cannot tell itself.
std::function<void(actor_state, const std::string&)> bot_obituary(const open_house& at,
                                                                  const bot_setup_ptr& setup) {
  return [roster = at.roster, relay = at.relay, house = at.house, setup](
             actor_state state, const std::string& reason) {
    if (state != actor_state::restarting && state != actor_state::failed) return;
    bot_status status;
    status.identity = setup->identity;
    status.state = state == actor_state::failed ? bot_state::failed : bot_state::restarting;
    status.since_ms = status.heartbeat_ms = house->time->now_ms();
    status.reason = reason;
    caf::anon_send(roster, status);
    if (relay) caf::anon_send(relay, status);
  };
}

}  // namespace

void open_bots(open_house& at, const std::string& hold) {
  auto services = std::make_shared<bot_services>();
  services->journal = at.journal;
  services->market = at.market;
  services->roster = at.roster;
  services->relay = at.relay;
  services->orders = at.orders;
  services->performance = at.performance;
  services->signals = at.signals;
  services->house = at.house;
  for (const auto& section : at.settings.bots) {
    auto setup = std::make_shared<const bot_setup>(
        bot_setup{{section.id, section.ticker, section.strategy, "floor", bot_kind::hosted},
                  section.parameters,
                  hold,
                  section.limits});
    auto spec = make_spec("bot:" + section.id, "bot", ticker_bot, setup,
                          std::shared_ptr<const bot_services>(services));
    spec.on_change = bot_obituary(at, setup);
    auto bot = place(at, floor_tier::bots, std::move(spec));
    at.book->bots[section.id] = setup->identity;
    at.book->addresses[section.id] = bot;
    at.bots.push_back(bot);
  }
}

namespace {

void open_desk(open_house& at) {
  desk_services services{at.journal, at.relay, at.house, {}};
  services.orders = at.orders;
  services.hosts_guests = !at.settings.redis.url.empty();
  services.limits.answer_deadline_ms = at.settings.floor.answer_deadline_s * 1000;
  services.limits.clock_skew_limit_ms = at.settings.floor.clock_skew_limit_s * 1000;
  at.desk = as<command_desk_actor>(
      place(at, floor_tier::desk, make_spec("desk", "desk", command_desk, at.book, services)));
}

}  // namespace

void open_socket(open_house& at) {
  control::bridge_options options;
  options.socket = config::socket_path(at.settings);
  if (auto obstacle = control::why_not_listen_on(options.socket); !obstacle.empty())
    throw std::runtime_error(obstacle);
  options.floor_name = at.settings.floor.name;
  options.version = version;
  options.desk = at.desk;
  options.roster = at.roster;
  options.market = at.market;
  options.relay = at.relay;
  options.orders = at.orders;
  options.performance = at.performance;
  options.journal = at.journal;
  options.dead_man = at.dead_man;
  options.inspector = at.inspector;
  options.house = at.house;
  place(at, floor_tier::bridges, make_detached_spec("socket", "socket", control::bridge, options));
}

namespace {

struct opening_state {
  static inline const char* name = "opening";
  std::size_t open = 0;
  std::size_t ready = 0;
  std::size_t looks = 0;
};

enum opening_timer : std::uint8_t { settle_timer, look_timer };

constexpr std::chrono::milliseconds look_pause{20};
constexpr std::size_t most_looks = start_timeout / look_pause;

// A replay must not start before everybody who is configured listens, and while the account has not
// been compared with the broker's nothing is bought.
caf::behavior opening(caf::stateful_actor<opening_state>* self, const std::vector<caf::actor>& bots,
                      const order_desk_actor& orders, const floor_actor& floor,
                      const feed_actor& feed, const std::function<void()>& when_ready) {
  // It ends with the floor, whoever has not answered.
  self->monitor(floor);
  self->set_down_handler([=](const caf::down_msg&) { self->quit(); });
  self->state.open = bots.size() + (orders ? 2 : 1);
  auto settle = [=] {
    if (--self->state.open > 0) return;
    spdlog::info("{} of {} bots ready", self->state.ready, bots.size());
    self->send(feed, open_feed{});
    when_ready();
    self->quit();
  };
  for (const auto& bot : bots)
    self->request(caf::actor_cast<bot_actor>(bot), start_timeout, get_bot{})
        .then(
            [=](const bot_status&) {
              ++self->state.ready;
              settle();
            },
            [=](caf::error& reason) {
              spdlog::warn("a bot is not ready: {}", self->system().render(reason));
              settle();
            });
  auto look = [=] {
    self->request(orders, start_timeout, get_positions{})
        .then(
            [=](const position_list& known) {
              if (!known.reconciled && ++self->state.looks < most_looks) {
                self->delayed_send(self, look_pause, wake{look_timer, 0});
                return;
              }
              if (!known.reconciled)
                spdlog::warn("the account has not been compared with the broker's yet");
              settle();
            },
            [=](caf::error& reason) {
              spdlog::warn("the order desk is not ready: {}", self->system().render(reason));
              settle();
            });
  };
  self->send(self, wake{settle_timer, 0});
  if (orders) self->send(self, wake{look_timer, 0});
  return {
      [=](const wake& timer) { timer.timer == look_timer ? look() : settle(); },
  };
}

}  // namespace

void await_bots(open_house& at) {
  at.system.spawn(opening, at.bots, at.orders, at.floor, at.feed, at.when_ready);
}

caf::actor place(open_house& at, floor_tier tier, child_spec spec) {
  auto label = spec.name;
  auto supervisor = spawn_supervised(at.system, std::move(spec), at.house);
  caf::scoped_actor self{at.system};
  self->request(at.floor, start_timeout,
                supervise{label, static_cast<std::uint32_t>(tier), supervisor})
      .receive([](const supervised&) {},
               [&](caf::error& reason) {
                 throw std::runtime_error(label + ": " + at.system.render(reason));
               });
  return supervisor;
}

void open_floor(open_house& at) {
  open_stores(at);
  open_roster(at);
  open_relay(at);
  open_market(at);
  open_trading(at);
  open_signal_desk(at);
  open_bots(at);
  open_followers(at);
  open_desk(at);
  open_signal_sources(at);
  open_redis(at);
  open_dead_man(at);
  open_notifications(at);
  open_inspector(at);
  open_inspection(at);
  open_socket(at);
  await_bots(at);
}

}  // namespace outcry::app
