#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/bots/ticker_bot.hpp"
#include "actors/floor/supervisor.hpp"
#include "actors/trading/order_desk.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "tests/actors/bots/trading/scripted_desk.hpp"
#include "tests/actors/bots/trading/scripted_strategy.hpp"
#include "tests/actors/bots/trading/trading_talk.hpp"
#include "tests/actors/scripted_journal.hpp"
#include "tests/actors/trading/scripted_broker.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

inline Price at(const char* text) {
  return *Price::parse(text);
}
inline Quantity qty(const char* text) {
  return *Quantity::parse(text);
}

inline order_terms limit(order_side side, const char* shares, const char* price) {
  order_terms terms;
  terms.ticker = "AAPL";
  terms.side = side;
  terms.type = order_type::limit;
  terms.qty = qty(shares);
  terms.limit_price = at(price);
  return terms;
}

inline order_terms buy(const char* shares, const char* price = "100") {
  return limit(order_side::buy, shares, price);
}
inline order_terms sell(const char* shares, const char* price = "100") {
  return limit(order_side::sell, shares, price);
}

/// One bot with a scripted strategy, the real order desk, a broker by hand and a journal file, on
/// virtual time. Two after one another on one directory and one broker are a floor before and after
/// kill -9.
class trading_floor : public actor_fixture {
public:
  static inline const std::string bot_id = "b-AAPL";

  explicit trading_floor(const std::string& data_dir, std::shared_ptr<broker_script> with = {},
                         std::shared_ptr<strategy_script> plan = {})
      : broker(with ? std::move(with) : std::make_shared<broker_script>()),
        strategy(plan ? std::move(plan) : std::make_shared<strategy_script>()) {
    auto clock = time();
    clock->set(1'700'000'000 * ns_per_s);
    real_journal = spawn(sqlite::journal_bridge,
                         sqlite::journal_options{
                             {.data_dir = data_dir, .now_ms = [clock] { return clock->now_ms(); }},
                             sqlite::journal_mode::immediate});
    journal = spawn(scripted_journal, real_journal, journal_words);
    bot_journal = spawn(scripted_journal, real_journal, bot_words);
    people = spawn(talk_listener, talk);
    commander = spawn(talk_commander, talk);
    market = spawn(
        [](market_actor::pointer, const caf::actor& pit) -> market_actor::behavior_type {
          return {[=](const find_pit&) { return pit_address{pit}; },
                  [](const list_pits&) { return pit_list{}; }};
        },
        people);
    order_desk_services around;
    around.journal = journal;
    around.broker = spawn(scripted_broker, broker);
    around.market = market;
    around.house = the_house();
    around.options.quarantine_ms = 5000;
    real_desk = spawn(order_desk, book, around);
    desk = spawn(scripted_desk, real_desk, desk_words);
    run();
  }

  /// Opens the bot under a supervisor.
  void open_bot(const std::string& hold = {}) {
    auto setup = std::make_shared<bot_setup>();
    setup->identity = {bot_id, "AAPL", "scripted", "floor", bot_kind::hosted};
    setup->parameters = parameters;
    setup->hold = hold;
    auto services = std::make_shared<bot_services>();
    services->journal = bot_journal;
    services->market = market;
    services->roster = caf::actor_cast<roster_actor>(people);
    services->orders = caf::actor_cast<order_desk_actor>(desk);
    services->performance = caf::actor_cast<performance_actor>(people);
    services->house = the_house();
    services->strategies = [plan = strategy](std::string_view, const std::string&) {
      return std::make_unique<scripted_strategy>(plan);
    };
    if (strategies) services->strategies = strategies;
    if (!has_order_desk) services->orders = order_desk_actor{};
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
    run();
  }

  /// Ends the bot as a crash would; the supervisor starts it again after 2 s.
  void kill_bot() {
    caf::anon_send_exit(child, caf::exit_reason::kill);
    run();
  }

  void price(const char* text) {
    const price_tick tick{at(text), {}, time()->now(), ++ticks_};
    send(talk->subscriber, price_batch{"AAPL", {tick}, 0});
    run();
  }

  /// The strategy asks for it at a price of 100; returns its number.
  std::uint64_t ask(const order_terms& terms) {
    strategy->at_price = {terms};
    price("100");
    return strategy->numbers.back();
  }

  bot_status status() {
    auto found = request_sync<bot_status>(caf::actor_cast<commandable_actor>(bot), get_bot{});
    REQUIRE(found);
    return *found;
  }

  /// Nothing while the bot does not answer.
  std::optional<bot_state> status_or_none() {
    auto found = request_sync<bot_status>(caf::actor_cast<commandable_actor>(bot), get_bot{});
    return found ? std::optional{found->state} : std::nullopt;
  }

  bot_image image() {
    auto found = request_sync<bot_image>(real_journal, load_bot{bot_id});
    REQUIRE(found);
    return *found;
  }
  bot_record record() { return image().record; }

  /// A stored order of the bot; fails when there is none.
  order_record order(std::uint64_t number) {
    find_orders query;
    query.bot_id = bot_id;
    query.number = number;
    auto found = request_sync<order_list>(real_journal, query);
    REQUIRE(found);
    REQUIRE(found->orders.size() == 1);
    return found->orders.front();
  }
  std::string client_id(std::uint64_t number) {
    return order(number).order.request.client_order_id;
  }

  /// The broker fills so many of that order.
  void fill(std::uint64_t number, const char* shares, const char* price = "100") {
    broker->tell(broker->fill(client_id(number), qty(shares), at(price)));
    run();
  }
  void end(std::uint64_t number, order_status status, const std::string& why = {}) {
    auto update = broker->end(client_id(number), status);
    update.order.reason = why;
    broker->tell(update);
    run();
  }

  /// Makes the bot own so many by an order of its strategy.
  void own_shares(const char* shares) {
    const auto number = ask(buy(shares));
    fill(number, shares);
  }

  /// A message the journal knows, sent to the bot; nothing has happened yet.
  operator_message tell(const std::string& id, const std::string& type,
                        const std::string& arguments = "{}", std::int64_t expires_at_ms = 0) {
    const auto write =
        adopted_for(bot_id, {id, type, false, {"AAPL"}, arguments, {}, time()->now_ms(), 0, {}});
    REQUIRE(request_sync<journal_receipt>(real_journal, write));
    const auto& message = write.adopted.front().message;
    tell_again(message, expires_at_ms);
    return message;
  }
  void tell_again(const operator_message& message, std::int64_t expires_at_ms = 0) {
    send(commander, bot, bot_command{message, true, expires_at_ms});
  }

  /// The same, and what was said of it until nobody has anything to do.
  ledger_line command(const std::string& id, const std::string& type,
                      const std::string& arguments = "{}", std::int64_t expires_at_ms = 0) {
    tell(id, type, arguments, expires_at_ms);
    run();
    return last(id);
  }

  /// The last word on a message; one without a bot when there is none.
  ledger_line last(const std::string& id) const { return talk->last(id); }
  std::size_t words(const std::string& id) const {
    std::size_t n = 0;
    for (const auto& x : talk->outcomes) n += x.message_id == id ? 1 : 0;
    return n;
  }

  /// The bot's line of a message as stored.
  ledger_line stored(const std::string& id) {
    auto found = request_sync<ledger_line>(real_journal, find_line{id, bot_id});
    REQUIRE(found);
    return *found;
  }

  static nlohmann::json result(const ledger_line& line) {
    return nlohmann::json::parse(line.result);
  }

  std::string told() const {
    std::string all;
    for (const auto& x : strategy->told) all += x + "; ";
    return all;
  }

  std::shared_ptr<broker_script> broker;
  std::shared_ptr<strategy_script> strategy;
  std::shared_ptr<journal_script> journal_words = std::make_shared<journal_script>();
  std::shared_ptr<journal_script> bot_words = std::make_shared<journal_script>();
  std::shared_ptr<order_desk_script> desk_words = std::make_shared<order_desk_script>();
  std::shared_ptr<trading_talk> talk = std::make_shared<trading_talk>();
  std::shared_ptr<order_book> book = std::make_shared<order_book>();
  bool has_order_desk = true;
  strategy_factory strategies;                    ///< instead of the scripted one
  std::string parameters = R"({"outside":"0"})";  ///< of a bot the journal does not know yet
  journal_actor real_journal;
  journal_actor journal;      ///< the order desk's way to it
  journal_actor bot_journal;  ///< the bot's
  caf::actor people;
  caf::actor commander;
  market_actor market;
  order_desk_actor real_desk;
  caf::actor desk;
  caf::actor bot;
  caf::actor child;

private:
  timestamp_ns ticks_ = 0;
};

}  // namespace outcry::test
