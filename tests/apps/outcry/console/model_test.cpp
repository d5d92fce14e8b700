#include <cmath>
#include <map>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/inspection/floor_snapshot.hpp"
#include "actors/inspection/snapshot_json.hpp"
#include "apps/outcry/console/book.hpp"
#include "apps/outcry/console/header.hpp"
#include "apps/outcry/console/json_cursor.hpp"
#include "apps/outcry/console/words.hpp"
#include "tests/apps/outcry/console/made_floor.hpp"

using namespace outcry::console;
using namespace outcry::test;
using nlohmann::json;

namespace {

std::string snapshot_of(const json& x) {
  return json{{"snapshot", x}}.dump();
}

/// A delta one second after the snapshot, `more` of it.
std::string delta_after(std::int64_t ms, json more) {
  auto floor = made_snapshot(made_ms + ms)["floor"];
  json result = {{"seq", 2}, {"at_ms", made_ms + ms}, {"floor", floor}};
  result.update(more);
  return json{{"delta", result}}.dump();
}

template <class Row>
void check_alike(const outcry::inspection::rows<Row>& mine,
                 const outcry::inspection::rows<Row>& scripts) {
  REQUIRE(mine.size() == scripts.size());
  // Scripts have them by name.
  std::map<std::string, const Row*> found;
  for (const Row& x : mine) found[key_of(x)] = &x;
  for (const Row& x : scripts) {
    INFO(key_of(x));
    REQUIRE(found.contains(key_of(x)));
    CHECK(*found[key_of(x)] == x);
  }
}

void check_alike(const book& mine, const outcry::inspection::floor_snapshot& scripts) {
  const auto a = mine.rows();
  const auto b = rows_of(scripts);
  CHECK(a.at_ms == b.at_ms);
  CHECK(a.floor == b.floor);
  check_alike(a.actors, b.actors);
  check_alike(a.pits, b.pits);
  check_alike(a.links, b.links);
  check_alike(a.messages, b.messages);
  REQUIRE(a.graves.size() == b.graves.size());
  for (std::size_t i = 0; i < a.graves.size(); ++i) CHECK(a.graves[i].get() == b.graves[i].get());
}

std::string header_of(const json& snapshot) {
  book at;
  REQUIRE(at.take(snapshot_of(snapshot), 0));
  std::string result;
  for (const auto& x : header_pieces(at, made_ms)) result += x.text + "|";
  return result;
}

}  // namespace

TEST_CASE("the console reads a floor as scripts do") {
  auto first = made_snapshot(made_ms);
  first["floor"]["bots"] = {{"running", 2}, {"paused", 1}};
  first["floor"]["halt"] = "stopped";
  first["floor"]["dead_man"] = {{"firesAt", made_ms + 1}, {"firedAt", made_ms}, {"later", {1}}};
  first["actors"][1].update({{"state", "restarting"},
                             {"last_exit", "threw"},
                             {"backoff_left_ms", 7},
                             {"refused", 3},
                             {"oldest_wait_ms", 8},
                             {"serving", {{"message", "price_batch"}, {"since_ms", made_ms}}},
                             {"handler", {{"sampled", 2}, {"busy_ns", 30}, {"max_ns", 20}}}});
  first["pits"][1] = {{"ticker", "META"}, {"state", "waiting"}, {"since_ns", 4},
                      {"last", nullptr},  {"age_ms", -1},       {"subscribers", 1}};
  first["links"][1].update({{"lag_ms", nullptr}, {"reconnects", 9}, {"last_error", "no \"way\""}});
  book mine;
  outcry::inspection::floor_snapshot scripts;
  REQUIRE(mine.take(snapshot_of(first), 0));
  REQUIRE(take_item({{"snapshot", first}}, scripts));
  check_alike(mine, scripts);
  CHECK(scripts.actors.at("pit:AAPL").serving);
  CHECK(scripts.floor.dead_man);

  const auto delta = delta_after(
      1'000,
      {{"actors", json::array({made_actor("bot:new"), made_actor("pit:AAPL", {{"errors", 2}})})},
       {"gone", json::array({"bot:counter-META", "pit:META"})},
       {"links", json::array({first["links"][1]})},
       {"graves",
        json::array(
            {{{"name", "bot:x"}, {"kind", "bot"}, {"died_ms", made_ms + 5}, {"lived_ms", 6}}})}});
  REQUIRE(mine.take(delta, 1'000));
  REQUIRE(take_item(json::parse(delta), scripts));
  check_alike(mine, scripts);
  CHECK_FALSE(scripts.actors.at("pit:AAPL").serving);
  CHECK_FALSE(scripts.pits.contains("META"));
}

TEST_CASE("the header tells of a halt, and of the dead-man's switch") {
  auto x = made_snapshot(made_ms);
  CHECK(header_of(x).find("|halt none|") != std::string::npos);
  x["floor"]["dead_man"] = {{"firesAt", made_ms + 31'000}, {"firedAt", 0}};
  CHECK(header_of(x).find("|stops all in 31s|") != std::string::npos);
  x["floor"]["dead_man"]["firedAt"] = made_ms - 5'000;
  CHECK(header_of(x).find("|dead man fired 5.0s ago|") != std::string::npos);
  x["floor"]["halt"] = "killed";
  CHECK(header_of(x).find("|halt killed|") != std::string::npos);
}

TEST_CASE("the header tells of the worst of all connections to Redis") {
  auto x = made_snapshot(made_ms);
  CHECK(header_of(x).find("|redis live|") != std::string::npos);
  auto more = x["links"][0];
  more["name"] = "redis.bots";
  more["state"] = "down";
  x["links"].push_back(more);
  CHECK(header_of(x).find("|redis down|") != std::string::npos);
  // Where prices come from Redis the first of them is called the feed.
  x["links"][0]["name"] = "rediscovered";
  CHECK(header_of(x).find("|redis down|") != std::string::npos);
  x["links"].erase(3);
  CHECK(header_of(x).find("|redis -|") != std::string::npos);
}

TEST_CASE("the cursor reads what nlohmann writes and skips what it does not want") {
  json_cursor in{R"( {"a" : "x\"\u00e9\ud83d\ude00\n", "skip":{"b":[1,{"c":"]}"}]}, "n":-12,
                      "f":2.9e3, "big":18446744073709551615, "t":true, "z":null,
                      "l":["p","q"], "o":[]} )"};
  std::string_view name;
  std::map<std::string, std::string> seen;
  REQUIRE(in.enter_object());
  while (in.next_member(name)) {
    const std::string key{name};
    if (key == "a") {
      seen[key] = in.text();
    } else if (key == "n" || key == "f" || key == "big") {
      seen[key] = std::to_string(in.integer());
    } else if (key == "t") {
      seen[key] = in.boolean() ? "yes" : "no";
    } else if (key == "z") {
      seen[key] = in.null() ? "null" : "something";
    } else if (key == "l" || key == "o") {
      REQUIRE(in.enter_array());
      while (in.next_element()) seen[key] += in.text();
    } else {
      in.skip();
    }
  }
  CHECK(in.ok());
  CHECK(seen["a"] == "x\"\u00e9\U0001F600\n");
  CHECK(seen["n"] == "-12");
  CHECK(seen["f"] == "2900");
  CHECK(seen["big"] == "9223372036854775807");
  CHECK(seen["t"] == "yes");
  CHECK(seen["z"] == "null");
  CHECK(seen["l"] == "pq");
  CHECK(seen["o"].empty());
}

TEST_CASE("every cut and every flipped byte of a snapshot ends the reading") {
  const auto whole = snapshot_of(made_snapshot(made_ms));
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    book cut;
    CHECK_FALSE(cut.take(std::string_view{whole}.substr(0, size), 0));
  }
  for (std::size_t i = 0; i < whole.size(); i += 5) {
    auto wrong = whole;
    wrong[i] = static_cast<char>("{}[]\",:\\x\0"[i % 10]);
    book odd;
    odd.take(wrong, 0);
  }
}

TEST_CASE("rates are of the time between the floor's own looks") {
  book at;
  auto first = made_snapshot(made_ms);
  REQUIRE(at.take(snapshot_of(first), 5'000));
  CHECK(std::isnan(at.handled_rate()));
  CHECK(std::isnan(at.actors().find("pit:AAPL")->in_rate));
  CHECK(at.now_ms(5'750) == made_ms + 750);

  auto pit = made_actor("pit:AAPL",
                        {{"enqueued", 500},
                         {"sent", 1000},
                         {"handled", 400},
                         {"errors", 3},
                         {"mailbox", 100},
                         {"handler", {{"sampled", 10}, {"busy_ns", 20'000}, {"max_ns", 9'000}}}});
  // The connection was slow: the second look is heard ten seconds later, but was two seconds later.
  REQUIRE(at.take(delta_after(2'000, {{"actors", json::array({pit})}}), 15'000));
  const auto& x = *at.actors().find("pit:AAPL");
  CHECK(x.in_rate == 250);
  CHECK(x.out_rate == 500);
  CHECK(x.handled_rate == 200);
  CHECK(x.mean_ns == 2'000);
  CHECK(x.row.handler.max_ns == 9'000);
  CHECK(x.new_errors == 3);
  CHECK(at.current(x, x.in_rate) == 250);

  // Nothing was told of it: it did nothing.
  REQUIRE(at.take(delta_after(3'000, {{"actors", json::array()}}), 16'000));
  CHECK(at.current(x, x.in_rate) == 0);
  CHECK(at.current(x, x.new_errors) == 0);
  CHECK(x.row.errors == 3);
  // Its next rate is of the last second, not of the time since it was told.
  pit["enqueued"] = 600;
  REQUIRE(at.take(delta_after(4'000, {{"actors", json::array({pit})}}), 17'000));
  CHECK(at.actors().find("pit:AAPL")->in_rate == 100);
}

TEST_CASE("actors come and go, pits and graves with them") {
  book at;
  at.take(snapshot_of(made_snapshot(made_ms)), 0);
  CHECK(at.actors().all().size() == 7);
  auto born = made_actor("bot:new", {{"enqueued", 30}});
  json died = {
      {"name", "pit:META"}, {"died_ms", made_ms + 900}, {"reason", "boom"}, {"lived_ms", 5}};
  at.take(delta_after(1'000, {{"actors", json::array({born})},
                              {"gone", json::array({"pit:META"})},
                              {"graves", json::array({died})}}),
          1'000);
  CHECK(at.actors().all().size() == 7);
  CHECK(at.actors().find("pit:META") == nullptr);
  CHECK(at.pits().find("META") == nullptr);
  CHECK(at.pits().find("AAPL") != nullptr);
  CHECK(at.graves().size() == 2);
  CHECK(at.graves().front().reason == "boom");
  // It has counted from nothing since the look before.
  CHECK(at.actors().find("bot:new")->in_rate == 30);
  for (const auto& x : at.actors().all()) CHECK(at.actors().find(x.row.name) == &x);

  auto less = made_snapshot(made_ms + 2'000);
  less["actors"].erase(0);
  at.take(snapshot_of(less), 2'000);
  CHECK(at.actors().find("feed") == nullptr);
  CHECK(at.actors().find("bot:new") == nullptr);
  CHECK(at.actors().find("pit:META") != nullptr);
}

TEST_CASE("only the newest messages are kept, nobody says when one leaves") {
  book at;
  at.take(snapshot_of(made_snapshot(made_ms)), 0);
  for (int i = 0; i < 50; ++i) {
    auto one = made_snapshot(made_ms)["messages"][0];
    one["id"] = "n" + std::to_string(i);
    one["pressed_ms"] = made_ms + i;
    at.take(delta_after(i + 1, {{"messages", json::array({one})}}), i);
  }
  CHECK(at.messages().all().size() == 20);
  CHECK(at.messages().find("n49") != nullptr);
  CHECK(at.messages().find("n29") == nullptr);
}

TEST_CASE("a floor started anew is another floor") {
  book at;
  auto old = made_snapshot(made_ms);
  old["actors"][1]["enqueued"] = 1'000'000;
  at.take(snapshot_of(old), 0);
  auto fresh = made_snapshot(made_ms + 1'000);
  fresh["floor"]["started_ms"] = made_ms + 500;
  fresh["floor"]["pid"] = 78;
  fresh["actors"][1]["enqueued"] = 10;
  at.take(snapshot_of(fresh), 1'000);
  CHECK(at.actors().all().size() == 7);
  CHECK(std::isnan(at.actors().find("pit:AAPL")->in_rate));
  CHECK(std::isnan(at.handled_rate()));
}

TEST_CASE("the floor's own figures stand wherever they are told") {
  // A whole snapshot may hold its parts in any order.
  auto x = made_snapshot(made_ms);
  const auto text = "{\"snapshot\":{\"actors\":" + x["actors"].dump() +
                    ",\"floor\":" + x["floor"].dump() + ",\"at_ms\":1700000100000,\"seq\":1}}";
  book at;
  CHECK(at.take(text, 0));
  CHECK(at.actors().all().size() == 7);
  CHECK(at.floor().name == "home");
  CHECK(at.looked_at_ms() == made_ms);
}

TEST_CASE("a minute of a figure, second by second") {
  history depth{untold::holds};
  depth.set(10'000, 9'000, 4);
  depth.set(15'000, 14'000, 9);
  auto x = depth.values(17'000);
  CHECK(std::isnan(x[history_seconds - 9]));
  CHECK(x[history_seconds - 8] == 4);  // second 10
  CHECK(x[history_seconds - 4] == 4);  // second 14: it had not moved
  CHECK(x[history_seconds - 3] == 9);  // second 15
  CHECK(x[history_seconds - 1] == 9);
  history rate{untold::is_zero};
  rate.set(10'000, 9'000, 4);
  rate.set(15'000, 14'000, 9);
  x = rate.values(17'000);
  CHECK(x[history_seconds - 4] == 0);
  CHECK(x[history_seconds - 3] == 9);
  CHECK(x[history_seconds - 1] == 0);
  rate.set(200'000, 199'000, 1);
  x = rate.values(200'000);
  CHECK(x.front() == 0);
  CHECK(x.back() == 1);
}

TEST_CASE("figures in a few columns") {
  CHECK(count_words(99'999) == "99999");
  CHECK(count_words(100'000) == "100k");
  CHECK(count_words(4'560'000) == "4.6M");
  CHECK(rate_words(no_rate) == "-");
  CHECK(rate_words(0) == "0");
  CHECK(rate_words(0.01) == "<0.1");
  CHECK(rate_words(3.14) == "3.1");
  CHECK(rate_words(12'345) == "12.3k");
  CHECK(span_words(250) == "0.2s");
  CHECK(span_words(31'000) == "31s");
  CHECK(span_words(200'000) == "3m20");
  CHECK(span_words(7'500'000) == "2h05");
  CHECK(span_words(-5) == "0.0s");
  CHECK(nanos_words(850) == "850ns");
  CHECK(nanos_words(12'300) == "12us");
  CHECK(nanos_words(3'400'000) == "3.4ms");
  CHECK(nanos_words(1.25e9) == "1.2s");
  CHECK(bytes_words(214u << 20) == "214M");
  const double values[] = {no_rate, 0, 1, 4, 8};
  CHECK(spark_line(values, 10) == " \u2581\u2582\u2585\u2588");
  for (double x : {0.0, 1.0, 99.9, 12345.0, 1e6, 1e9, 1e18}) CHECK(rate_words(x).size() <= 5);
}
