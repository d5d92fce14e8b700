#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/bots/ticker_bot.hpp"
#include "actors/floor/supervisor.hpp"
#include "actors/trading/order_desk.hpp"
#include "tests/actors/bots/trading/trading_talk.hpp"
#include "tests/support/actor_fixture.hpp"

namespace outcry::test {

/// A pit that says live to everybody who comes, and passes prices on.
inline caf::behavior open_pit(caf::event_based_actor* self,
                              const std::shared_ptr<std::vector<caf::actor>>& subscribers) {
  self->set_default_handler(caf::drop);
  return {
      [=](const subscribe_pit& x) {
        subscribers->push_back(x.subscriber);
        caf::anon_send(x.subscriber, feed_status{"SPY", feed_state::live, 0, ""});
      },
      [=](const price_batch& x) {
        for (const auto& subscriber : *subscribers) caf::anon_send(subscriber, x);
      },
  };
}

/// A SCALE_T bot and the order desk between a journal and a broker that the test brings, on virtual
/// time. Two after one another on the same journal and broker are a floor before and after kill -9.
class trading_rig : public actor_fixture {
public:
  static inline const std::string bot_id = "scale_t-SPY";

  explicit trading_rig(timestamp_ns now) {
    time()->set(now);
    pit = spawn(open_pit, subscribers);
    people = spawn(talk_listener, talk);
    commander = spawn(talk_commander, talk);
    market = spawn(
        [](market_actor::pointer, const caf::actor& the_pit) -> market_actor::behavior_type {
          return {[=](const find_pit&) { return pit_address{the_pit}; },
                  [](const list_pits&) { return pit_list{}; }};
        },
        pit);
  }

  void open(const journal_actor& journal, const broker_actor& broker,
            const std::string& parameters) {
    order_desk_services around;
    around.journal = journal;
    around.broker = broker;
    around.market = market;
    around.house = the_house();
    around.options.quarantine_ms = 5000;
    around.options.broker_timeout_ms = 2000;
    desk = spawn(order_desk, std::make_shared<order_book>(), around);
    auto setup = std::make_shared<bot_setup>();
    setup->identity = {bot_id, "SPY", "scale_t", "floor", bot_kind::hosted};
    setup->parameters = parameters;
    auto services = std::make_shared<bot_services>();
    services->journal = journal;
    services->market = market;
    services->roster = caf::actor_cast<roster_actor>(people);
    services->orders = desk;
    services->house = the_house();
    child_spec spec;
    spec.name = "bot";
    spec.kind = "bot";
    spec.start = [this, shared = bot_setup_ptr(setup),
                  with = std::shared_ptr<const bot_services>(services)](caf::actor_system& where) {
      child = caf::actor_cast<caf::actor>(where.spawn(ticker_bot, shared, with));
      own(child);
      return child;
    };
    spec.policy.first_backoff_ns = spec.policy.max_backoff_ns = 2 * ns_per_s;
    bot = spawn_supervised(system(), spec, the_house());
    own(bot);
    the_journal = journal;
    run();
  }

  /// One trade of the market, heard by everybody.
  void price(Price at, Quantity size = {}) {
    send(pit, price_batch{"SPY", {price_tick{at, size, time()->now(), time()->now()}}, 0});
    run();
  }

  void kill_bot() {
    caf::anon_send_exit(child, caf::exit_reason::kill);
    run();
  }

  operator_message command(const std::string& id, const std::string& type,
                           const std::string& arguments = "{}", std::int64_t expires_at_ms = 0) {
    const auto write =
        adopted_for(bot_id, {id, type, false, {"SPY"}, arguments, {}, time()->now_ms(), 0, {}});
    REQUIRE(request_sync<journal_receipt>(the_journal, write));
    const auto& message = write.adopted.front().message;
    tell_again(message, expires_at_ms);
    return message;
  }

  /// As the command desk does for whoever has not answered for good.
  void tell_again(const operator_message& message, std::int64_t expires_at_ms = 0) {
    send(commander, bot, bot_command{message, true, expires_at_ms});
    run();
  }

  /// The last word on a message.
  ledger_line last(const std::string& id) const { return talk->last(id); }

  std::optional<bot_status> status() {
    auto found = request_sync<bot_status>(caf::actor_cast<commandable_actor>(bot), get_bot{});
    return found ? std::optional{*found} : std::nullopt;
  }

  /// The strategy's own figures; nothing while the bot is down.
  std::optional<nlohmann::json> figures() {
    const auto found = status();
    if (!found || found->details.empty()) return std::nullopt;
    return nlohmann::json::parse(found->details);
  }

  static Quantity shares_in(const nlohmann::json& figures) {
    return *Quantity::parse(figures.at("shares").get<std::string>()) +
           *Quantity::parse(figures.at("outside_shares").get<std::string>());
  }
  static Money money_in(const nlohmann::json& figures, const char* name) {
    return *Money::parse(figures.at(name).get<std::string>());
  }

  position_list positions() {
    auto found = request_sync<position_list>(desk, get_positions{});
    REQUIRE(found);
    return *found;
  }

  /// What the order desk says the bot owns.
  Quantity held() {
    Quantity sum;
    for (const auto& own : positions().bots) sum += own.holding.qty + own.claimed;
    return sum;
  }

  std::vector<order_record> open_orders() {
    find_orders query;
    query.bot_id = bot_id;
    query.only_open = true;
    auto found = request_sync<order_list>(the_journal, query);
    REQUIRE(found);
    return found->orders;
  }

  std::shared_ptr<std::vector<caf::actor>> subscribers =
      std::make_shared<std::vector<caf::actor>>();
  std::shared_ptr<trading_talk> talk = std::make_shared<trading_talk>();
  caf::actor pit;
  caf::actor people;
  caf::actor commander;
  market_actor market;
  journal_actor the_journal;
  order_desk_actor desk;
  caf::actor bot;
  caf::actor child;
};

}  // namespace outcry::test
