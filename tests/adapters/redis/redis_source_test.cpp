#include "adapters/redis/redis_source.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/redis/bridge_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

struct sourced_feed : bridge_system {
  redis_server server;
  // Shared with the actors: they end after this object.
  std::shared_ptr<seen<std::string>> heard = std::make_shared<seen<std::string>>();
  redis_source source{[this] {
    redis_source_options options;
    options.connection = at(server.url());
    options.link = quick_link();
    options.house = the_house;
    return options;
  }()};

  sourced_feed() {
    auto notes = heard;
    auto feed = own(system.spawn([notes](caf::event_based_actor*) -> caf::behavior {
      return {
          [notes](const price_batch& batch) {
            for (const auto& tick : batch.ticks)
              notes->add(batch.ticker + " " + to_string(tick.price));
          },
          [notes](const order_update& update) { notes->add(update.ticker + " " + update.event); },
          [notes](const link_status& link) {
            notes->add(link.name + " " + std::string(to_string(link.state)));
          },
      };
    }));
    source.want("AAPL", true);
    source.attach(caf::actor_cast<feed_actor>(feed));
  }

  bool publish(const std::string& channel, const std::string& payload) {
    auto link = connect(server);
    return outcry::test::eventually([&] {
      auto reached = link.command({"PUBLISH", channel, payload});
      return reached && reached->integer() > 0;
    });
  }

  bool wait_heard(const std::string& what, std::size_t times = 1) {
    return heard->wait([&](const auto& all) {
      return static_cast<std::size_t>(std::count(all.begin(), all.end(), what)) >= times;
    });
  }
};

std::string price(const std::string& symbol, const std::string& value) {
  return R"({"data":{"type":"price","timestamp":"2025-05-06 14:39:11.760112+00:00","price":")" +
         value + R"(","volume":null,"symbol":")" + symbol +
         R"("},"timestamp":"2025-05-06T14:39:11","sender":"alpaca_broker"})";
}

}  // namespace

TEST_CASE("redis source: wanted tickers are heard, unreadable input costs its neighbours nothing") {
  REQUIRE_REDIS();
  sourced_feed at_home;
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", price("AAPL", "107.5")));
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", price("AAPL", "-1")));
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", price("META", "9")));
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", "nonsense"));
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", price("AAPL", "108")));
  REQUIRE(at_home.wait_heard("AAPL 108"));
  CHECK(at_home.heard->all() ==
        std::vector<std::string>{"redis connecting", "redis live", "AAPL 107.5", "AAPL 108"});
  CHECK(at_home.source.unreadable() == 3);
}

TEST_CASE("redis source: what is no longer wanted is no longer subscribed") {
  REQUIRE_REDIS();
  sourced_feed at_home;
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", price("AAPL", "1")));
  at_home.source.want("META", true);
  REQUIRE(at_home.publish("TICKER_UPDATES_META", price("META", "2")));
  at_home.source.want("AAPL", false);
  auto link = connect(at_home.server);
  CHECK(outcry::test::eventually([&] {
    auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", price("AAPL", "3")});
    return reached && reached->integer() == 0;
  }));
}

TEST_CASE("redis source: a lost connection is told and everything is subscribed again") {
  REQUIRE_REDIS();
  sourced_feed at_home;
  REQUIRE(at_home.wait_heard("redis live"));
  at_home.server.kill();
  REQUIRE(at_home.wait_heard("redis down"));
  at_home.server.start();
  REQUIRE(at_home.wait_heard("redis live", 2));
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", price("AAPL", "5")));
  CHECK(at_home.wait_heard("AAPL 5"));
}

TEST_CASE("redis source: a broker that serves only who registered hears of every ticker") {
  REQUIRE_REDIS();
  sourced_feed at_home;
  seen<std::string> registered;
  subscriber_options options;
  options.connection = at(at_home.server.url());
  options.link = quick_link();
  options.on_batch = [&](std::span<const message> batch) {
    for (const auto& entry : batch) registered.add(parse_registration(entry.payload)->ticker);
  };
  states link;
  options.on_state = link.callback();
  subscriber broker(options);
  broker.subscribe("BROKER_REGISTRATION");
  broker.start();
  REQUIRE(link.wait_for(redis::link_state::live));
  at_home.source.want("META", true);
  CHECK(registered.wait(
      [](const auto& all) { return std::find(all.begin(), all.end(), "META") != all.end(); }));
  broker.stop();
}

TEST_CASE("redis source: it says that it is no bot, while it listens and after a loss") {
  REQUIRE_REDIS();
  sourced_feed at_home;
  REQUIRE(at_home.publish("TICKER_UPDATES_AAPL", price("AAPL", "1")));
  CHECK(at_home.publish("OUTCRY_LISTENERS_AAPL", "{}"));
  at_home.server.kill();
  at_home.server.start();
  CHECK(at_home.publish("OUTCRY_LISTENERS_AAPL", "{}"));
  at_home.source.want("AAPL", false);
  auto link = connect(at_home.server);
  CHECK(outcry::test::eventually([&] {
    auto reached = link.command({"PUBLISH", "OUTCRY_LISTENERS_AAPL", "{}"});
    return reached && reached->integer() == 0;
  }));
}
