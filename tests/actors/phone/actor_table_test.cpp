#include "actors/phone/actor_table.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace outcry;
using nlohmann::json;

namespace {

json actor(const std::string& name, const json& news = {}) {
  json x = {{"name", name},        {"kind", "bot"},
            {"state", "running"},  {"since_ms", 1000},
            {"mailbox", 0},        {"mailbox_bound", 100},
            {"handled", 0},        {"errors", 0},
            {"refused", 0},        {"restarts", 0},
            {"last_exit", ""},     {"enqueued", 0},
            {"sent", 0},           {"backoff_left_ms", 0},
            {"serving", nullptr},  {"hidden", false},
            {"oldest_wait_ms", 0}, {"handler", {{"sampled", 0}, {"busy_ns", 0}, {"max_ns", 0}}}};
  if (news.is_object()) x.update(news);
  return x;
}

json snapshot(std::int64_t at_ms, const std::vector<json>& actors) {
  return {{"at_ms", at_ms}, {"actors", actors}};
}

json verdict(const char* level) {
  return {{"level", level},
          {"headline", "it is so"},
          {"lines",
           {{{"rule", "stuck_handler"},
             {"subject", "bot:A"},
             {"since_ms", 500},
             {"what", "stuck"},
             {"cost", "much"},
             {"advice", "wait"}}}}};
}

std::map<std::string, json> changes(actor_table& table, const json& seen, const json& judged = {}) {
  std::map<std::string, json> found;
  for (const auto& x :
       table.changes(seen.dump(), judged.is_object() ? judged.dump() : std::string{}))
    REQUIRE(found.emplace(x.path, json::parse(x.value)).second);
  // As one write of several paths must be.
  for (const auto& [path, value] : found)
    for (const auto& [other, ignored] : found) CHECK(other.rfind(path + '/', 0) != 0);
  return found;
}

}  // namespace

TEST_CASE("phones are told everything at first, then what has changed") {
  actor_table table;
  const auto first =
      changes(table, snapshot(10'000, {actor("bot:A"), actor("bot:BRK.B", {{"mailbox", 3}})}));
  REQUIRE(first.contains("floor/actors"));
  const auto& whole = first.at("floor/actors");
  CHECK(whole["at"] == 10'000);
  CHECK(whole["total"] == 2);
  CHECK(whole["rows"]["bot:BRK%2EB"] == json{{"kind", "bot"},
                                             {"state", "running"},
                                             {"since", 1000},
                                             {"mailbox", 3},
                                             {"bound", 100},
                                             {"oldestWait", 0},
                                             {"max", 0.0},
                                             {"errors", 0},
                                             {"refused", 0},
                                             {"restarts", 0},
                                             {"backoffLeft", 0},
                                             {"lastExit", ""}});
  CHECK(changes(table, snapshot(20'000, {actor("bot:A"), actor("bot:BRK.B", {{"mailbox", 3}})}))
            .size() > 2);  // rates are known now
  const auto next = changes(table, snapshot(30'000, {actor("bot:A", {{"errors", 1}})}));
  CHECK(next.size() == 4);
  CHECK(next.at("floor/actors/at") == 30'000);
  CHECK(next.at("floor/actors/total") == 1);
  CHECK(next.at("floor/actors/rows/bot:A")["errors"] == 1);
  CHECK(next.at("floor/actors/rows/bot:BRK%2EB").is_null());
  // Nothing but the time.
  CHECK(changes(table, snapshot(40'000, {actor("bot:A", {{"errors", 1}})})).size() == 2);
  table.forget();
  CHECK(changes(table, snapshot(50'000, {actor("bot:A")})).contains("floor/actors"));
}

TEST_CASE("rates and the mean are of the time between two snapshots") {
  actor_table table;
  const auto with = [](int in, int out, int sampled, int busy_ns) {
    return json{{"enqueued", in},
                {"sent", out},
                {"handler", {{"sampled", sampled}, {"busy_ns", busy_ns}, {"max_ns", 7'654'321}}}};
  };
  changes(table, snapshot(10'000, {actor("bot:A", with(100, 10, 5, 1'000'000))}));
  const auto told =
      changes(table, snapshot(14'000, {actor("bot:A", with(150, 11, 15, 21'000'000))}))
          .at("floor/actors/rows/bot:A");
  CHECK(told["in"] == 12.5);
  CHECK(told["out"] == 0.3);
  CHECK(told["mean"] == 2.0);
  CHECK(told["max"] == 7.65);
  // Nothing was timed: no mean rather than an old one. A clock that stands tells no rate.
  const auto later =
      changes(table, snapshot(14'000, {actor("bot:A", with(150, 11, 15, 21'000'000))}))
          .at("floor/actors/rows/bot:A");
  CHECK_FALSE(later.contains("mean"));
  CHECK_FALSE(later.contains("in"));
}

TEST_CASE("of many actors those are told that need looking at") {
  actor_table table(3);
  std::vector<json> all;
  for (int i = 0; i < 50; ++i) all.push_back(actor("bot:" + std::to_string(100 + i)));
  all.push_back(actor("z-stuck", {{"serving", {{"message", "m"}, {"since_ms", 7'000}}}}));
  all.push_back(actor("z-busy", {{"mailbox", 50}}));
  all.push_back(actor("z-failed", {{"state", "failed"}}));
  all.push_back(actor("a-hidden", {{"mailbox", 90}, {"hidden", true}}));
  const auto whole = changes(table, snapshot(10'000, all)).at("floor/actors");
  CHECK(whole["total"] == 54);
  REQUIRE(whole["rows"].size() == 3);
  for (const char* name : {"z-stuck", "z-busy", "z-failed"}) CHECK(whole["rows"].contains(name));
  CHECK(whole["rows"]["z-stuck"]["serving"] == json{{"message", "m"}, {"since", 7'000}});
}

TEST_CASE("the verdict is told when it changes, and that there is none any more") {
  actor_table table;
  const auto seen = snapshot(10'000, {actor("bot:A")});
  const auto told = changes(table, seen, verdict("bad")).at("floor/verdict");
  CHECK(told["level"] == "bad");
  CHECK(told["headline"] == "it is so");
  CHECK(told["at"] == 10'000);
  CHECK(told["lines"] == json::array({{{"rule", "stuck_handler"},
                                       {"subject", "bot:A"},
                                       {"since", 500},
                                       {"what", "stuck"},
                                       {"cost", "much"},
                                       {"advice", "wait"}}}));
  CHECK_FALSE(changes(table, seen, verdict("bad")).contains("floor/verdict"));
  CHECK(changes(table, seen).at("floor/verdict").is_null());
  const json well = {{"level", "ok"}, {"headline", "all is well"}, {"lines", json::array()}};
  CHECK(changes(table, seen, well).contains("floor/verdict"));
  CHECK_FALSE(changes(table, snapshot(20'000, {actor("bot:A")}), well).contains("floor/verdict"));
}

TEST_CASE("what phones are told is bounded and legal whatever an actor is called") {
  actor_table table;
  std::string evil;
  for (int c = 1; c < 128; ++c) evil += static_cast<char>(c);
  auto many = verdict("warn");
  for (int i = 0; i < 100; ++i) many["lines"].push_back(many["lines"][0]);
  std::string exit(199, 'x');
  exit += "\u20ac and on";
  const auto told = changes(
      table, snapshot(1, {actor(evil), actor("long", {{"last_exit", exit}}), actor("")}), many);
  CHECK(told.at("floor/verdict")["lines"].size() == 20);
  const auto& rows = told.at("floor/actors")["rows"];
  CHECK(rows.size() == 2);
  CHECK(rows["long"]["lastExit"] == std::string(199, 'x'));
  for (const auto& [key, value] : rows.items())
    CHECK(key.find_first_of(".#$[]/\n\x7f") == std::string::npos);
}

TEST_CASE("nonsense is told to nobody") {
  actor_table table;
  for (const char* wrong : {"", "{", "7", "[]", "{}", R"({"actors":7})", R"({"actors":{}})"})
    CHECK(table.changes(wrong, "").empty());
  const auto told = changes(
      table,
      {{"at_ms", "x"},
       {"actors",
        {7,
         nullptr,
         {{"name", 7}},
         {{"name", "a"}, {"serving", 7}, {"handler", 7}, {"mailbox", "x"}, {"hidden", "x"}}}}});
  CHECK(told.at("floor/actors")["rows"].size() == 1);
}
