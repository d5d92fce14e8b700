#include "actors/inspection/snapshot_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace outcry::inspection;
using nlohmann::json;

namespace {

json whole() {
  return json::parse(R"({"snapshot":{"seq":1,"at_ms":1000,
    "floor":{"name":"home","version":"1","started_ms":10,"now_ms":1000,"pid":7,"rss_bytes":99,
             "halt":"none","bots":{"running":2},"handled":12,"dead_letters":3,"dead_man":{"firesAt":50,"firedAt":0}},
    "actors":[{"name":"bot:A","kind":"bot","state":"running","since_ms":11,"mailbox":4,
               "mailbox_bound":10,"handled":5,"errors":1,"refused":2,"restarts":3,"last_exit":"x",
               "enqueued":9,"sent":8,"parent":"bots","hidden":true,"started_ms":12,
               "backoff_left_ms":13,"serving":{"message":"price_batch","since_ms":990},
               "oldest_wait_ms":14,"handler":{"sampled":2,"busy_ns":30,"max_ns":20},"later":[1]},
              {"name":"bot:B","kind":"bot","state":"running","serving":null}],
    "pits":[{"ticker":"A","state":"live","since_ns":5,"has_price":true,"last":{"price":"1"},
             "age_ms":6,"subscribers":2,"received":7,"conflated":8,"dropped":9},
            {"ticker":"B","state":"waiting","last":null,"age_ms":-1}],
    "links":[{"name":"redis","state":"live","since_ms":1,"reconnects":2,"last_error":"",
              "lag_ms":null,"backlog":null},
             {"name":"firebase","state":"live","since_ms":1,"lag_ms":0,"backlog":5}],
    "messages":[{"id":"m","type":"stop","state":"working","pressed_ms":9,
                 "lines":{"done":1,"ignored":2,"error":3,"no_answer":4,"expired":5,"open":6}}],
    "graves":[{"name":"bot:B","kind":"bot","died_ms":8,"reason":"threw","lived_ms":2}]}})");
}

}  // namespace

TEST_CASE("a snapshot is read member by member") {
  floor_snapshot x;
  REQUIRE(take_item(whole(), x));
  CHECK(x.seq == 1);
  CHECK(x.at_ms == 1000);
  CHECK(x.floor.name == "home");
  CHECK(x.floor.pid == 7);
  CHECK(x.floor.bots.at("running") == 2);
  CHECK(x.floor.dead_letters == 3);
  REQUIRE(x.floor.dead_man);
  CHECK(x.floor.dead_man->fires_at_ms == 50);
  REQUIRE(x.actors.size() == 2);
  const auto& a = x.actors.at("bot:A");
  CHECK(a.parent == "bots");
  CHECK(a.hidden);
  CHECK(a.mailbox_bound == 10);
  CHECK(a.enqueued == 9);
  CHECK(a.sent == 8);
  CHECK(a.restarts == 3);
  CHECK(a.backoff_left_ms == 13);
  CHECK(a.oldest_wait_ms == 14);
  REQUIRE(a.serving);
  CHECK(a.serving->message == "price_batch");
  CHECK(a.serving->since_ms == 990);
  CHECK(a.handler.max_ns == 20);
  CHECK_FALSE(x.actors.at("bot:B").serving);
  CHECK(x.pits.at("A") == pit_row{"A", "live", 5, 6, "1", 2, 7, 8, 9});
  CHECK(x.pits.at("B").price.empty());
  CHECK_FALSE(x.links.at("redis").backlog);
  CHECK(x.links.at("firebase").backlog == 5u);
  CHECK(x.links.at("firebase").lag_ms == 0);
  CHECK(x.messages.at("m").no_answer == 4);
  CHECK(x.messages.at("m").open == 6);
  REQUIRE(x.graves.size() == 1);
  CHECK(x.graves[0].reason == "threw");
}

TEST_CASE("a delta changes what it names and nothing else") {
  floor_snapshot x;
  take_item(whole(), x);
  REQUIRE(take_item(json::parse(R"({"delta":{"seq":2,"at_ms":2000,"floor":{"dead_letters":9},
    "actors":[{"name":"bot:C","kind":"bot"}],"gone":["bot:B","nobody"],"pits":[],
    "graves":[{"name":"bot:B","died_ms":1500}]}})"),
                    x));
  CHECK(x.at_ms == 2000);
  CHECK(x.floor.dead_letters == 9);
  CHECK(x.actors.size() == 2);
  CHECK(x.actors.contains("bot:C"));
  CHECK(x.actors.at("bot:A").handled == 5);
  CHECK(x.pits.size() == 2);
  CHECK(x.graves.size() == 2);
  // A new whole one forgets the old.
  REQUIRE(take_item(json::parse(R"({"snapshot":{"seq":3}})"), x));
  CHECK(x.actors.empty());
  CHECK(x.graves.empty());
}

TEST_CASE("a name that is gone and back within one delta is back") {
  floor_snapshot x;
  take_item(whole(), x);
  take_item(json::parse(R"({"delta":{"gone":["bot:A"],"actors":[{"name":"bot:A","handled":1}]}})"),
            x);
  CHECK(x.actors.at("bot:A").handled == 1);
}

TEST_CASE("messages and graves stay bounded") {
  floor_snapshot x;
  for (int i = 0; i < 500; ++i) {
    json row = {{"id", "m" + std::to_string(i)}, {"pressed_ms", i}};
    json grave = {{"name", "bot:A"}, {"died_ms", i}};
    take_item({{"delta", {{"messages", {row}}, {"graves", {grave}}}}}, x);
  }
  CHECK(x.messages.size() == most_messages);
  CHECK(x.messages.contains("m499"));
  CHECK(x.graves.size() == most_graves);
  CHECK(x.graves.back().died_ms == 499);
}

TEST_CASE("what is no item is told, and members of a wrong type are refused") {
  floor_snapshot x;
  CHECK_FALSE(take_item(json::array(), x));
  CHECK_FALSE(take_item(json::parse(R"({"traced":{}})"), x));
  for (auto bad :
       {R"({"snapshot":[]})", R"({"snapshot":{"at_ms":"now"}})", R"({"snapshot":{"at_ms":1.5}})",
        R"({"snapshot":{"actors":{}}})", R"({"snapshot":{"actors":[{"name":7}]}})",
        R"({"snapshot":{"actors":[{"name":"a","serving":3}]}})",
        R"({"snapshot":{"floor":{"bots":{"running":"two"}}}})"}) {
    INFO(bad);
    CHECK_THROWS_AS(take_item(json::parse(bad), x), json::exception);
  }
  REQUIRE(take_item(json::parse(R"({"snapshot":{"actors":[{"name":"a","mailbox":-3}]}})"), x));
  CHECK(x.actors.at("a").mailbox == 0);
}
