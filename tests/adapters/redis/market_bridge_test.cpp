#include "adapters/redis/market_bridge.hpp"

#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/market/pit.hpp"
#include "adapters/redis/ticker_publisher.hpp"
#include "messages/owed_orders.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

/// The bridge between a real server and one real pit, AAPL.
struct bridged_pit : bridge_system {
  redis_server server;
  // Shared with the actors: they end after this object.
  std::shared_ptr<seen<demand>> demands = std::make_shared<seen<demand>>();
  pit_actor aapl;
  caf::actor bridge;

  bridged_pit() {
    auto heard = demands;
    auto feed = own(system.spawn([heard](caf::event_based_actor*) -> caf::behavior {
      return {[heard](const demand& request) { heard->add(request); }};
    }));
    auto book = std::make_shared<pit_book>();
    book->ticker = "AAPL";
    aapl = own(system.spawn(pit, book, pit_neighbours{caf::actor_cast<feed_actor>(feed), {}, {}},
                            the_house));
    open_bridge();
  }

  void open_bridge(std::size_t max_tickers = 100) {
    auto pit_handle = caf::actor_cast<caf::actor>(aapl);
    auto market = own(system.spawn([pit_handle](caf::event_based_actor*) -> caf::behavior {
      return {[pit_handle](const find_pit&) { return pit_address{pit_handle}; }};
    }));
    market_bridge_options options;
    options.connection = at(server.url());
    options.link = quick_link();
    options.market = caf::actor_cast<market_actor>(market);
    options.house = the_house;
    options.poll_interval = 20ms;
    options.max_tickers = max_tickers;
    bridge = caf::actor_cast<caf::actor>(own(system.spawn(market_bridge, options)));
  }

  bool wait_wanted(std::uint32_t by, std::size_t times = 1) {
    return demands->wait([&](const auto& all) {
      std::size_t count = 0;
      for (const auto& x : all) count += x.wanted_by == by ? 1 : 0;
      return count >= times;
    });
  }

  void live() { caf::anon_send(aapl, feed_status{"AAPL", feed_state::live, time->now(), ""}); }
  void price(int value, timestamp_ns at = 5 * ns_per_s) {
    caf::anon_send(aapl, price_batch{"AAPL", {tick_of(value, at)}, 0});
  }
};

}  // namespace

TEST_CASE("market bridge: a subscriber is enough to be served, unchanged envelope and all") {
  REQUIRE_REDIS();
  bridged_pit at_home;
  outside_bot bot(at_home.server, "AAPL");
  REQUIRE(at_home.wait_wanted(1));
  at_home.live();
  at_home.price(107);
  at_home.price(108);
  REQUIRE(bot.heard.wait_count(2));
  CHECK(bot.price(0) == "107");
  CHECK(bot.price(1) == "108");
  auto text = bot.heard.all()[0];
  CHECK(text.find(R"("sender":"outcry")") != std::string::npos);
  CHECK(text.find(R"("type":"price")") != std::string::npos);
  CHECK(text.find(R"("symbol":"AAPL")") != std::string::npos);
}

TEST_CASE("market bridge: what happens to orders is told as today's bots read it") {
  REQUIRE_REDIS();
  bridged_pit at_home;
  outside_bot bot(at_home.server, "AAPL");
  REQUIRE(at_home.wait_wanted(1));
  broker_update filled;
  filled.event = "fill";
  filled.execution_id = "e1";
  filled.order.id = "o1";
  filled.order.request.client_order_id = "floor-py-AAPL-1";
  filled.order.request.terms.ticker = "AAPL";
  filled.order.request.terms.qty = Quantity::from_integer(3);
  filled.order.status = order_status::filled;
  filled.order.filled_qty = Quantity::from_integer(3);
  filled.price = *Price::parse("105.908");
  filled.qty = Quantity::from_integer(3);
  filled.position_qty = *Quantity::parse("8.5");
  filled.at_ns = 7 * ns_per_s;
  order_update update{"AAPL", "o1", "fill", order_data_json(filled), filled.at_ns, 8 * ns_per_s};
  caf::anon_send(at_home.aapl, update);
  REQUIRE(bot.heard.wait_count(1));
  const auto told = nlohmann::json::parse(bot.heard.all()[0]);
  CHECK(told["sender"] == "outcry");
  const auto& data = told["data"];
  CHECK(data["type"] == "order");
  CHECK(data["symbol"] == "AAPL");
  CHECK(data["timestamp"].is_string());
  CHECK(data["order_data"] == nlohmann::json::parse(update.order_data));
  CHECK(data["order_data"]["event"] == "fill");
  CHECK(data["order_data"]["price"] == "105.908");
  CHECK(data["order_data"]["position_qty"] == "8.5");
  CHECK(data["order_data"]["order"].size() == 32);
  CHECK(data["order_data"]["order"]["status"] == "filled");
}

TEST_CASE("market bridge: a late subscriber gets the last price while it is fresh") {
  REQUIRE_REDIS();
  bridged_pit at_home;
  outside_bot early(at_home.server, "AAPL");
  REQUIRE(at_home.wait_wanted(1));
  at_home.live();
  at_home.price(107, 7 * ns_per_s);
  REQUIRE(early.heard.wait_count(1));
  outside_bot late(at_home.server, "AAPL");
  REQUIRE(late.heard.wait_count(1));
  auto repeated = std::get<price_update>(late.read(0));
  CHECK(to_string(repeated.tick.price) == "107");
  CHECK(repeated.tick.event_ns == 7 * ns_per_s);
}

TEST_CASE("market bridge: a registration counts for an hour, in any case, until it is taken back") {
  REQUIRE_REDIS();
  bridged_pit at_home;
  auto link = connect(at_home.server);
  REQUIRE(outcry::test::eventually([&] {
    auto reached = link.command({"PUBLISH", "BROKER_REGISTRATION",
                                 R"({"data":{"action":"subscribe","ticker":"aapl"},)"
                                 R"("timestamp":"2025-05-06T14:39:11","sender":"scale_t"})"});
    return reached && reached->integer() == 1;
  }));
  REQUIRE(at_home.wait_wanted(1));
  SECTION("taken back") {
    REQUIRE(link.command(
        {"PUBLISH", "BROKER_REGISTRATION", R"({"action":"unsubscribe","ticker":"AAPL"})"}));
    CHECK(at_home.wait_wanted(0, 2));
  }
  SECTION("run out") {
    at_home.time->advance(3601 * ns_per_s);
    CHECK(at_home.wait_wanted(0, 2));
  }
}

TEST_CASE("market bridge: subscribers are found again after Redis was killed") {
  REQUIRE_REDIS();
  bridged_pit at_home;
  outside_bot bot(at_home.server, "AAPL");
  REQUIRE(at_home.wait_wanted(1));
  at_home.live();
  at_home.price(1);
  REQUIRE(bot.heard.wait_count(1));
  at_home.server.kill();
  at_home.server.start();
  // Prices of the outage are lost; those after it arrive without anybody's help.
  CHECK(outcry::test::eventually([&] {
    at_home.price(2);
    return bot.heard.all().size() > 2;
  }));
}

TEST_CASE("market bridge: our own restart finds them too, and no subscriber means no demand") {
  REQUIRE_REDIS();
  bridged_pit at_home;
  {
    outside_bot bot(at_home.server, "AAPL");
    REQUIRE(at_home.wait_wanted(1));
    caf::anon_send_exit(at_home.bridge, caf::exit_reason::kill);
    REQUIRE(at_home.wait_wanted(0, 2));  // the first was the pit's own opening
    at_home.open_bridge();
    REQUIRE(at_home.wait_wanted(1, 2));
  }
  // Kept for a while by our clock, for one who reconnects. The bot may be counted once more after
  // it has gone.
  CHECK(outcry::test::eventually([&] {
    at_home.time->advance(6 * ns_per_s);
    const auto all = at_home.demands->all();
    return std::count_if(all.begin(), all.end(),
                         [](const demand& x) { return x.wanted_by == 0; }) >= 3;
  }));
}

TEST_CASE("market bridge: a replay at full speed loses nothing for want of room") {
  REQUIRE_REDIS();
  states link;  // outlives the publisher, which an actor of the floor shares
  bridge_system floor;
  redis_server server;
  publisher_options out;
  out.connection = at(server.url());
  out.link = quick_link();
  out.max_commands = 3;
  out.on_state = link.callback();
  auto outlet = std::make_shared<price_outlet>(out, "outcry", floor.the_house);
  outlet->wire().start();
  REQUIRE(link.wait_for(redis::link_state::live));
  outside_bot bot(server, "AAPL");
  auto wire = connect(server);
  REQUIRE(outcry::test::eventually([&] {
    auto reached = wire.command({"PUBLISH", "TICKER_UPDATES_AAPL", "x"});
    return reached && reached->integer() == 1;
  }));
  REQUIRE(bot.heard.wait_count(1));
  auto publisher = floor.own(floor.system.spawn(ticker_publisher, "AAPL", outlet));
  lockstep_batch step{{"AAPL", {}, 0}};
  for (int i = 1; i <= 500; ++i) step.batch.ticks.push_back(tick_of(i, i * ns_per_s));
  caf::scoped_actor self{floor.system};
  self->request(publisher, 20s, step)
      .receive([](const batch_receipt& done) { CHECK(done.ticks == 500); },
               [](caf::error&) { FAIL("no receipt"); });
  REQUIRE(bot.heard.wait_count(501));
  for (std::size_t i = 1; i <= 500; ++i) REQUIRE(bot.price(i) == std::to_string(i));
  CHECK(outlet->dropped_prices() == 0);
}

TEST_CASE("market bridge: an outage drops prices, counted, and keeps orders") {
  REQUIRE_REDIS();
  bridge_system floor;
  redis_server server;
  publisher_options out;
  out.connection = at(server.url());
  out.link = quick_link();
  states link;
  out.on_state = link.callback();
  auto outlet = std::make_shared<price_outlet>(out, "outcry", floor.the_house);
  outlet->wire().start();
  REQUIRE(link.wait_for(redis::link_state::live));
  server.kill();
  REQUIRE(link.wait_for(redis::link_state::down));
  CHECK(outlet->price("TICKER_UPDATES_AAPL", "AAPL", tick_of(1, 1)) == price_outlet::sent::down);
  outlet->drop(price_outlet::sent::down);
  CHECK(outlet->dropped_prices() == 1);
  order_update order{"AAPL", "o1", "fill", R"({"event":"fill"})", ns_per_s, ns_per_s};
  outlet->order("TICKER_UPDATES_AAPL", order);
  CHECK(outlet->wire().counters().outstanding == 1);
  server.start();
  CHECK(outlet->wire().drain(20s));
  CHECK(outlet->wire().counters().answered >= 1);
  CHECK(outlet->lost_orders() == 0);
}

TEST_CASE("market bridge: unreadable registrations are its errors") {
  REQUIRE_REDIS();
  bridged_pit at_home;
  auto link = connect(at_home.server);
  for (int i = 0; i < 10; ++i)
    REQUIRE(outcry::test::eventually([&] {
      auto reached = link.command({"PUBLISH", "BROKER_REGISTRATION", "nonsense"});
      return reached && reached->integer() == 1;
    }));
  auto seat = at_home.settings.board->find("redis", "redis");
  CHECK(outcry::test::eventually([&] { return seat->status().errors == 10; }));
}
