#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "actors/trading/order_desk.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "tests/actors/scripted_journal.hpp"
#include "tests/actors/trading/scripted_broker.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// What a bot and a pit heard of their orders.
struct trading_words {
  std::vector<order_event> events;
  std::vector<order_update> updates;
  std::vector<market_session> sessions;
  std::size_t reopened = 0;
  std::map<std::string, pit_status> pits;
};

inline caf::behavior trading_listener(caf::event_based_actor* self,
                                      const std::shared_ptr<trading_words>& heard) {
  self->set_default_handler(caf::drop);
  return {
      [=](const order_event& x) { heard->events.push_back(x); },
      [=](const order_update& x) { heard->updates.push_back(x); },
      [=](const market_session& x) { heard->sessions.push_back(x); },
      [=](const orders_reopened&) { ++heard->reopened; },
  };
}

inline market_actor::behavior_type trading_market(market_actor::pointer, const caf::actor& pit,
                                                  const std::shared_ptr<trading_words>& heard) {
  return {
      [=](const find_pit&) { return pit_address{pit}; },
      [=](const list_pits&) {
        pit_list list;
        for (const auto& [ticker, status] : heard->pits) list.pits.push_back(status);
        return list;
      },
  };
}

inline Price dollars(const char* text) {
  return *Price::parse(text);
}
inline Quantity shares(const char* text) {
  return *Quantity::parse(text);
}

/// An order desk between a real journal and a broker by hand. Two after one another on one
/// directory and one script are a floor before and after kill -9.
class desk_under_test : public actor_fixture {
public:
  explicit desk_under_test(const std::string& data_dir, std::shared_ptr<broker_script> broker = {},
                           order_desk_options options = {})
      : script(broker ? std::move(broker) : std::make_shared<broker_script>()) {
    auto clock = time();
    real = spawn(sqlite::journal_bridge,
                 sqlite::journal_options{
                     {.data_dir = data_dir, .now_ms = [clock] { return clock->now_ms(); }},
                     sqlite::journal_mode::immediate});
    journal = spawn(scripted_journal, real, journal_words);
    owner = spawn(trading_listener, heard);
    services.journal = journal;
    services.broker = spawn(scripted_broker, script);
    services.market = spawn(trading_market, owner, heard);
    services.house = the_house();
    services.options = options;
    desk = spawn(order_desk, book, services);
    meet("ladder-AAPL");
  }

  void meet(const std::string& bot) {
    REQUIRE(request_sync<order_desk_greeting>(desk, meet_order_desk{bot, "AAPL", owner}));
  }

  place_order wish(std::uint64_t number, order_side side = order_side::buy, const char* qty = "10",
                   const char* limit = "100") const {
    place_order result;
    result.bot_id = "ladder-AAPL";
    result.number = number;
    result.terms.ticker = "AAPL";
    result.terms.side = side;
    result.terms.type = order_type::limit;
    result.terms.qty = shares(qty);
    result.terms.limit_price = dollars(limit);
    result.feed = feed_state::live;
    result.last_price = dollars("100");
    bot_record record;
    record.bot_id = result.bot_id;
    record.intents = record.version = number;
    record.snapshot = "{\"after\":" + std::to_string(number) + "}";
    result.record.push_back(record);
    return result;
  }

  tl::expected<order_record, caf::error> place(const place_order& x) {
    return request_sync<order_record>(desk, x);
  }

  /// The broker's name for that order of the bot.
  std::string client_id(std::uint64_t number) {
    auto found = stored(number);
    return found.order.request.client_order_id;
  }

  order_record stored(std::uint64_t number) {
    find_orders query;
    query.bot_id = "ladder-AAPL";
    query.number = number;
    auto found = request_sync<order_list>(real, query);
    REQUIRE(found);
    REQUIRE(found->orders.size() == 1);
    return found->orders.front();
  }

  gate_report close(gate_closing how = gate_closing::keep_reducing) {
    auto report = request_sync<gate_report>(desk, close_gate{"ladder-AAPL", how});
    REQUIRE(report);
    return *report;
  }

  /// Names of the events heard: "new fill ".
  std::string events() const {
    std::string result;
    for (const auto& event : heard->events) result += event.event + ' ';
    return result;
  }

  Quantity held() {
    auto list = request_sync<position_list>(desk, get_positions{});
    REQUIRE(list);
    Quantity sum;
    for (const auto& bot : list->bots) sum += bot.holding.qty;
    return sum;
  }

  std::shared_ptr<broker_script> script;
  std::shared_ptr<journal_script> journal_words = std::make_shared<journal_script>();
  std::shared_ptr<trading_words> heard = std::make_shared<trading_words>();
  std::shared_ptr<order_book> book = std::make_shared<order_book>();
  journal_actor real;
  journal_actor journal;
  caf::actor owner;
  order_desk_services services;
  order_desk_actor desk;
};

}  // namespace outcry::test
