#include "tests/bench/following_stage.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/floor/roster.hpp"
#include "actors/market/market.hpp"
#include "actors/signals/desk/signal_desk.hpp"
#include "actors/trading/order_desk.hpp"
#include "adapters/discord/bridge.hpp"
#include "adapters/sqlite/signal_bridge.hpp"
#include "tests/support/process.hpp"

namespace outcry::bench {

const Price following_price = *Price::parse("102.5");

namespace {

constexpr std::chrono::seconds patience{20};

/// A feed whose every ticker is live and has one price.
feed_actor::behavior_type quoting_feed(feed_actor::pointer self, const house_ptr& home) {
  auto pits = std::make_shared<std::map<std::string, caf::actor>>();
  const auto tell = [self, home](const std::string& ticker, const caf::actor& pit) {
    const auto now = home->time->now();
    const auto to = caf::actor_cast<pit_actor>(pit);
    self->send(to, feed_status{ticker, feed_state::live, now, ""});
    self->send(to, price_batch{ticker, {{following_price, Quantity{}, now, now}}, 0});
  };
  return {
      [=](const demand& wish) {
        if (!wish.pit || wish.wanted_by == 0) return;
        (*pits)[wish.ticker] = wish.pit;
        tell(wish.ticker, wish.pit);
      },
      [=](const open_feed&) {
        for (const auto& [ticker, pit] : *pits) tell(ticker, pit);
      },
      [](const price_batch&) {},
      [](const order_update&) {},
      [](const link_status&) {},
      [](const get_links&) { return link_list{}; },
  };
}

/// What the broker at the end of the wire knows.
struct wire {
  message_route* route = nullptr;
  std::vector<std::string> tickers;
  std::map<std::string, broker_order> orders;
  std::size_t executions = 0;
  caf::actor listener;

  void tell(const std::string& id, const char* event, order_status status) {
    auto& order = orders.at(id);
    order.status = status;
    broker_update update;
    update.event = event;
    update.execution_id = "e" + std::to_string(++executions);
    update.order = order;
    caf::anon_send(listener, update);
  }

  void take(const std::string& id, const order_terms& terms, const std::string& parent) {
    broker_order order;
    order.id = "b-" + id;
    order.request = {id, terms, parent, {}};
    order.status = parent.empty() ? order_status::working : order_status::held;
    orders[id] = order;
  }
};

broker_answer take_order(wire& at, const order_request& request) {
  const auto& id = request.client_order_id;
  at.take(id, request.terms, {});
  const broker_answer answer{broker_verdict::taken, at.orders.at(id), {}, {}};
  for (const auto& exit : request.exits) at.take(exit.client_order_id, exit.terms, id);
  at.tell(id, "new", order_status::working);
  for (const auto& exit : request.exits) at.tell(exit.client_order_id, "held", order_status::held);
  at.tell(id, "canceled", order_status::canceled);
  for (const auto& exit : request.exits)
    at.tell(exit.client_order_id, "canceled", order_status::canceled);
  return answer;
}

broker_actor::behavior_type end_of_wire(broker_actor::pointer, const std::shared_ptr<wire>& at) {
  const auto known = [at](const std::string& id) {
    const auto found = at->orders.find(id);
    return found == at->orders.end() ? broker_answer{broker_verdict::not_found, {}, {}, {}}
                                     : broker_answer{broker_verdict::taken, found->second, {}, {}};
  };
  return {
      [at](const order_request& request) {
        at->route->arrives();
        // The n-th message calls the n-th ticker, with a stop and two targets.
        const auto n = at->route->arrived() - 1;
        if (request.terms.ticker != at->tickers[n % at->tickers.size()] ||
            request.exits.size() != 3)
          at->route->complain("another order than the call's: " + request.client_order_id);
        return take_order(*at, request);
      },
      [known](const cancel_at_broker& wish) { return known(wish.client_order_id); },
      [known](const replace_at_broker& wish) { return known(wish.client_order_id); },
      [known](const find_at_broker& question) { return known(question.client_order_id); },
      [](const get_broker_state&) { return broker_state{}; },
      [at](const listen_to_broker& who) {
        at->listener = who.listener;
        caf::anon_send(at->listener, link_status{"wire", link_state::live, 1, "", 0});
        caf::anon_send(at->listener, market_session{session_phase::regular, "2013-10-08", 0});
      },
      [](const get_links&) { return link_list{}; },
  };
}

/// Takes the times on the way from what the desk tells its watchers.
signal_watcher_actor::behavior_type note_taker(signal_watcher_actor::pointer,
                                               message_route* route) {
  struct told {
    std::size_t number = 0;
    bool taken = false;
  };
  auto known = std::make_shared<std::map<std::string, told>>();
  return {
      [=](const signal_record& record) {
        const auto [found, fresh] =
            known->try_emplace(record.source_id, told{known->size(), false});
        auto& [number, taken] = found->second;
        if (fresh) {
          route->note(number, &message_times::heard, record.received_ns);
          route->note(number, &message_times::decided, record.updated_ns);
        }
        if (record.state == signal_state::refused || record.bot_id.empty())
          route->complain(record.ticker + ": " + std::string(to_string(record.state)) + ", " +
                          record.code + ": " + record.reason);
        if (record.trade.empty() || std::exchange(taken, true)) return;
        route->note(number, &message_times::taken, record.trade.front().updated_ns);
        route->noted_all();
      },
      [=](const signal_update_record&) { route->complain("a call was read as an update"); },
  };
}

signal_desk_options follow_all(test::fake_discord::id channel) {
  signal_desk_options options;
  source_rules rules;
  rules.source = "discord:" + std::to_string(channel);
  rules.trade = true;
  rules.confirm = false;
  rules.reading.asset = signals::asset_kind::stock;
  options.sources.push_back(rules);
  // Calls of one ticker come hours apart on a floor and within a second here: none is compared
  // with those that are over.
  options.repost_ns = 1;
  return options;
}

}  // namespace

following_stage::following_stage(stage& at, const following_parts& parts, message_route& route)
    : at_(at) {
  auto home = std::make_shared<house>(*at.the_house());
  home->time = parts.time;
  auto services = std::make_shared<bot_services>();
  services->house = home;
  services->journal = parts.journal;
  services->roster = at.place<roster_actor>(floor_tier::desk, "roster", roster);
  feed_ = at.place<feed_actor>(floor_tier::bridges, "feed", quoting_feed, house_ptr{home});
  services->market =
      at.place<market_actor>(floor_tier::market, "market", market, std::make_shared<market_book>(),
                             pit_neighbours{feed_, {}, {}}, at.root(), house_ptr{home});
  auto end = std::make_shared<wire>();
  end->route = &route;
  end->tickers = parts.tickers;
  order_desk_services trading;
  trading.journal = parts.journal;
  trading.broker = at.place<broker_actor>(floor_tier::broker, "broker", end_of_wire, end);
  trading.market = services->market;
  trading.house = home;
  orders_ =
      at.place(floor_tier::desk, "orders", order_desk, std::make_shared<order_book>(), trading);
  services->orders = caf::actor_cast<order_desk_actor>(orders_);

  const auto store =
      at.place(floor_tier::store, "signal_store", sqlite::signal_bridge,
               sqlite::signal_options{parts.signals_dir, sqlite::signal_mode::threaded});
  signal_desk_services reading;
  reading.store = caf::actor_cast<signal_store_actor>(store);
  reading.market = services->market;
  reading.journal = parts.journal;
  reading.house = home;
  reading.options = follow_all(parts.channel);
  auto followers = std::make_shared<signal_book>();
  signals_ = at.place(floor_tier::desk, "signals", signal_desk, followers, reading);
  services->signals = caf::actor_cast<signal_desk_actor>(signals_);
  const std::shared_ptr<const bot_services> shared = services;
  for (const auto& ticker : parts.tickers) {
    const bot_identity who{"follow-" + ticker, ticker, "follow", "floor", bot_kind::hosted};
    bot_setup_ptr setup =
        std::make_shared<const bot_setup>(bot_setup{who, R"({"max_notional":"10000"})"});
    bots_.push_back(at.place(floor_tier::bots, "bot:" + who.id, ticker_bot, setup, shared));
    followers->followers[ticker] = {who.id, bots_.back().address()};
  }
  followers->complete.store(true, std::memory_order_release);
  const auto watcher = at.place(floor_tier::desk, "watcher", note_taker, &route);
  caf::anon_send(services->signals, watch_signals{watcher});
  await_ready();

  discord::bridge_options options;
  options.client.token = parts.discord->token();
  options.client.api = parts.discord->api();
  options.client.identify_file = parts.identify_file;
  options.channels = {{parts.channel, {}, {}}};
  options.desk = caf::actor_cast<discord::message_reader_actor>(signals_);
  options.store = caf::actor_cast<discord::cursor_store_actor>(store);
  options.house = home;
  discord_ = at.place(floor_tier::bridges, "discord", discord::bridge, options);
  if (!test::eventually([&] { return parts.discord->sessions() == 1; }, patience))
    throw std::runtime_error("the floor has no session with Discord");
}

void following_stage::quote() {
  caf::anon_send(feed_, open_feed{});
}

void following_stage::await_ready() {
  caf::scoped_actor self{at_.system()};
  const auto ask = [&](const caf::actor& whom) {
    bool running = false;
    self->request(caf::actor_cast<bot_actor>(whom), patience, get_bot{})
        .receive([&](const bot_status& x) { running = x.state == bot_state::running; },
                 [](const caf::error&) {});
    return running;
  };
  for (const auto& bot : bots_)
    if (!test::eventually([&] { return ask(bot); }, patience))
      throw std::runtime_error("a bot does not run");
  if (!test::eventually([&] { return ask(signals_); }, patience))
    throw std::runtime_error("the signal desk does not open");
  const auto reconciled = [&] {
    bool result = false;
    self->request(caf::actor_cast<order_desk_actor>(orders_), patience, get_positions{})
        .receive([&](const position_list& x) { result = x.reconciled; }, [](const caf::error&) {});
    return result;
  };
  if (!test::eventually(reconciled, patience))
    throw std::runtime_error("the order desk has not heard the broker");
}

}  // namespace outcry::bench
