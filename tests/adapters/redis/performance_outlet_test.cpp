#include "adapters/redis/performance_outlet.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "messages/channels.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using nlohmann::json;
using outcry::test::redis_server;

namespace {

performance_update earned(const std::string& ticker, int total) {
  performance_update x;
  x.ticker = ticker;
  x.day = "2026-11-20";
  x.today.total = Money::from_integer(total);
  x.today.unrealized = Money::from_integer(1);
  x.today.realized = Money::from_integer(2);
  x.today.converted = *Money::parse("-0.25");
  x.today.profit = Money::from_integer(99);
  x.ever.total = Money::from_integer(1000);
  x.at_ns = ns_per_s;
  return x;
}

/// What today's relay hears.
struct relay_of_today {
  explicit relay_of_today(const redis_server& server)
      : wire([&] {
          subscriber_options options;
          options.connection = at(server.url());
          options.link = quick_link();
          options.on_batch = [this](std::span<const message> batch) {
            for (const auto& entry : batch)
              heard.add({std::string(entry.channel), std::string(entry.payload)});
          };
          return options;
        }()) {
    wire.subscribe(channels::ticker_performance("AAPL"));
    wire.subscribe(std::string(channels::performance_aggregate));
    wire.start();
  }
  ~relay_of_today() { wire.stop(); }

  seen<std::pair<std::string, std::string>> heard;
  subscriber wire;
};

struct outlet_floor : bridge_system {
  redis_server server;
  connection link = connect(server);

  performance_listener_actor open() {
    performance_outlet_options options;
    options.connection = at(server.url());
    options.link = quick_link();
    options.house = the_house;
    auto outlet = own(system.spawn(performance_outlet, options));
    return caf::actor_cast<performance_listener_actor>(outlet);
  }
  /// The outlet has taken in that many messages.
  bool handled(std::uint64_t count) {
    const auto seat = board_of(system)->find("redis.performance", "redis");
    return outcry::test::eventually([&] { return seat->status().handled >= count; });
  }
  /// How often Redis was told to publish.
  int published() {
    const auto info = link.command({"INFO", "commandstats"});
    const std::string text = info ? std::string(info->text()) : "";
    const std::string key = "cmdstat_publish:calls=";
    const auto at = text.find(key);
    return at == std::string::npos ? 0 : std::stoi(text.substr(at + key.size()));
  }
  /// A connection other than the subscriber's sees that many listening.
  bool listened(std::int64_t count) {
    return outcry::test::eventually([&] {
      auto counts = link.command(
          {"PUBSUB", "NUMSUB", "TICKER_PERFORMANCE_AAPL", "TICKER_PERFORMANCE_AGGREGATE"});
      return counts && (*counts)[1].integer() == count && (*counts)[3].integer() == count;
    });
  }
};

}  // namespace

TEST_CASE("performance outlet: the day's figures as today's relay reads them") {
  REQUIRE_REDIS();
  outlet_floor floor;
  relay_of_today relay(floor.server);
  REQUIRE(floor.listened(1));
  auto outlet = floor.open();
  // What came before the connection did is published with it.
  caf::anon_send(outlet, earned("AAPL", 5));
  caf::anon_send(outlet, earned("", 7));
  REQUIRE(relay.heard.wait_count(2));
  json aapl;
  json all;
  for (const auto& [channel, payload] : relay.heard.all())
    (channel == "TICKER_PERFORMANCE_AAPL" ? aapl : all) = json::parse(payload);
  CHECK(aapl["sender"] == "outcry");
  CHECK(aapl["timestamp"].is_string());
  CHECK(aapl["data"] == json{{"symbol", "AAPL"},
                             {"total", 5},
                             {"unrealized", 1},
                             {"realized", 2},
                             {"converted", -0.25},
                             {"timestamp", aapl["data"]["timestamp"]}});
  CHECK(aapl["data"]["timestamp"].is_string());
  CHECK(all["data"]["symbol"] == "aggregate");
  CHECK(all["data"]["total"] == 7);
}

TEST_CASE("performance outlet: after an outage the last figures come again") {
  REQUIRE_REDIS();
  outlet_floor floor;
  auto outlet = floor.open();
  auto last_says = [](const std::string& channel, const std::string& text) {
    return [=](const auto& all) {
      return !all.empty() && all.back().first == channel &&
             all.back().second.find(text) != std::string::npos;
    };
  };
  relay_of_today relay(floor.server);
  REQUIRE(floor.listened(1));
  caf::anon_send(outlet, earned("AAPL", 5));
  caf::anon_send(outlet, earned("AAPL", 6));
  REQUIRE(relay.heard.wait(last_says("TICKER_PERFORMANCE_AAPL", "\"total\":6")));
  // The first is told only if it found the connection up.
  const auto told = relay.heard.all().size();
  // The outlet's connection only: the relay goes on listening.
  REQUIRE(floor.link.command({"CLIENT", "KILL", "TYPE", "normal"}));
  REQUIRE(relay.heard.wait_count(told + 1));
  CHECK(last_says("TICKER_PERFORMANCE_AAPL", "\"total\":6")(relay.heard.all()));
}

TEST_CASE("performance outlet: what is earned while Redis is away is told as it is then") {
  REQUIRE_REDIS();
  outlet_floor floor;
  floor.server.kill();
  auto outlet = floor.open();
  caf::anon_send(outlet, earned("AAPL", 7));
  caf::anon_send(outlet, earned("AAPL", 8));
  REQUIRE(floor.handled(2));
  floor.server.start();
  floor.link = connect(floor.server);
  REQUIRE(outcry::test::eventually([&] { return floor.published() >= 1; }));
  // The relay may have come later than the outlet was back.
  relay_of_today relay(floor.server);
  REQUIRE(floor.listened(1));
  REQUIRE(floor.link.command({"CLIENT", "KILL", "TYPE", "normal"}));
  REQUIRE(relay.heard.wait_count(1));
  CHECK(relay.heard.all()[0].second.find("\"total\":8") != std::string::npos);
  CHECK(floor.published() == 2);  // once for each connection
}
