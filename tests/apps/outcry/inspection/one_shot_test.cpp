#include <catch2/catch.hpp>

#include "tests/apps/outcry/inspection/program_fixture.hpp"

using namespace outcry::test;
using nlohmann::json;

namespace {

constexpr auto three_actors = R"({"item":{"snapshot":{"seq":1,"at_ms":1000,"actors":[
  {"name":"bot:META","kind":"bot","state":"running","since_ms":5,"mailbox":9,"mailbox_bound":10,
   "handled":7,"errors":3,"refused":2,"restarts":1,"last_exit":"threw","sent":4,"hidden":false,
   "serving":{"message":"price_batch","since_ms":900},"oldest_wait_ms":31000,
   "handler":{"sampled":2,"busy_ns":3000,"max_ns":4500000}},
  {"name":"pit:AAPL","kind":"pit","state":"running","since_ms":5,"mailbox":1,"mailbox_bound":100,
   "handled":70,"errors":0,"refused":0,"restarts":0,"last_exit":"","serving":null,"sent":9,
   "oldest_wait_ms":0,"hidden":false,"handler":{"sampled":0,"busy_ns":0,"max_ns":0}},
  {"name":"session:1","kind":"session","state":"running","since_ms":5,"mailbox":50,
   "mailbox_bound":0,"handled":8,"errors":0,"refused":0,"restarts":2,"last_exit":"",
   "hidden":true,"serving":null,"handler":{"sampled":1,"busy_ns":90000,"max_ns":90000}}]}}})";

const std::string old_actor =
    R"({"item":{"name":"bot:OLD","kind":"bot","state":"running","since_ms":5,"mailbox":2,
    "mailbox_bound":10,"handled":1,"errors":0,"refused":0,"restarts":0,"last_exit":""}})";

std::vector<std::string> names(const std::string& output) {
  std::vector<std::string> result;
  for (const auto& x : json::parse(output)) result.push_back(x["name"]);
  return result;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("actors as JSON is one array with everybody and every member, sorted by what is asked") {
  scripted_floor floor{{{"inspect", {{three_actors}}}}};
  command_line at{floor};
  auto x = at.run({"actors", "--json"});
  INFO(x.output);
  CHECK(x.code == 0);
  CHECK(names(x.output) == list{"session:1", "bot:META", "pit:AAPL"});
  const auto all = json::parse(x.output);
  for (const auto& row : all)
    for (auto member :
         {"name", "kind", "state", "mailbox", "handled", "errors", "restarts", "handler"})
      CHECK(row.contains(member));
  CHECK(floor.requests().at(0) ==
        json{{"op", "inspect"}, {"interval_ms", 0}, {"parts", {"actors"}}});
  auto sorted = [&](const std::string& by) {
    return names(at.run({"actors", "--json", "--sort", by}).output);
  };
  CHECK(sorted("mailbox") == list{"session:1", "bot:META", "pit:AAPL"});
  CHECK(sorted("wait") == list{"bot:META", "pit:AAPL", "session:1"});
  CHECK(sorted("handled") == list{"pit:AAPL", "session:1", "bot:META"});
  CHECK(sorted("restarts") == list{"session:1", "bot:META", "pit:AAPL"});
  CHECK(sorted("sent") == list{"pit:AAPL", "bot:META", "session:1"});
  CHECK(sorted("mean") == list{"session:1", "bot:META", "pit:AAPL"});
  CHECK(sorted("max") == list{"bot:META", "session:1", "pit:AAPL"});
  CHECK(sorted("kind") == list{"bot:META", "pit:AAPL", "session:1"});
  CHECK(names(at.run({"actors", "--sort", "mailbox", "--top", "2", "--json"}).output) ==
        list{"session:1", "bot:META"});
}

TEST_CASE("actors as a table leaves the floor's own out, and says so") {
  scripted_floor floor{{{"inspect", {{three_actors}}}}};
  command_line at{floor};
  auto x = at.run({"actors"});
  INFO(x.output);
  CHECK(contains(x.output, "9/10"));
  CHECK(contains(x.output, "31 s"));
  CHECK(contains(x.output, "1 us"));
  CHECK(contains(x.output, "4.5 ms"));
  CHECK(contains(x.output, "price_batch"));
  CHECK_FALSE(contains(x.output, "session:1"));
  CHECK(contains(x.output, "1 of the floor's own are not shown: --all"));
  CHECK(contains(at.run({"actors", "--all"}).output, "session:1"));
  auto one = at.run({"actors", "--top", "1"});
  CHECK(contains(one.output, "bot:META"));
  CHECK_FALSE(contains(one.output, "pit:AAPL"));
}

TEST_CASE("actors of a floor without inspection are its plain list") {
  scripted_floor floor{{{"actors", {{old_actor}}}}};
  command_line at{floor};
  CHECK(names(at.run({"actors", "--json"}).output) == list{"bot:OLD"});
  auto x = at.run({"actors", "--sort", "wait"});
  CHECK(x.code == 0);
  CHECK(contains(x.output, "bot:OLD"));
  CHECK_FALSE(contains(x.output, "STUCK IN"));
}

TEST_CASE("actor shows one actor, and its state only when asked for") {
  const std::string item = R"x({"item":{"actor":{"name":"bot:META","kind":"bot","state":"running",
    "since_ms":5,"mailbox":1241,"mailbox_bound":10000,"handled":7,"sent":8,"errors":3,"refused":2,
    "restarts":1,"last_exit":"divide by zero","parent":"bots","backoff_left_ms":0,
    "serving":{"message":"price_batch","since_ms":900},"oldest_wait_ms":31000,
    "handler":{"sampled":2,"busy_ns":3000,"max_ns":4500000}},
    "state":{"position":"3"},"mailbox":[{"message":"wake","text":"wake(1)"}],
    "recent":[{"at_ms":500,"message":"price_batch","took_ns":1500},
              {"at_ms":600,"message":"wake","took_ns":null}],
    "links":["journal","pit:META"],"log":["a \u001b[31mline"],"unanswered":["state"]}})x";
  scripted_floor floor{{{"actor", {{item}}}}};
  command_line at{floor};
  auto x = at.run({"actor", "bot:META", "--state"});
  INFO(x.output);
  CHECK(x.code == 0);
  for (auto part :
       {"bot:META  bot  running", "1,241 of 10,000, the oldest for 31 s", "price_batch since",
        "3 errors, 2 refused", "mean 1 us", "2 were timed", "1; the last ended: divide by zero",
        "journal, pit:META", "wake(1)", "not timed", "\"position\": \"3\"",
        "It did not answer when asked for: state."}) {
    INFO(part);
    CHECK(contains(x.output, part));
  }
  CHECK_FALSE(contains(x.output, "\x1b"));
  CHECK(floor.requests().at(0) == json{{"op", "actor"},
                                       {"name", "bot:META"},
                                       {"parts", {"mailbox", "recent", "links", "log", "state"}}});
  auto whole = at.run({"actor", "bot:META", "--json"});
  CHECK(json::parse(whole.output)["actor"]["name"] == "bot:META");
  CHECK(floor.requests().at(1)["parts"] == json{"mailbox", "recent", "links", "log"});
}

TEST_CASE("actor of nobody is a failure that names the reason") {
  scripted_floor floor{
      {{"actor", {{}, R"({"error":{"code":"unknown_target","reason":"no actor bot:X"}})"}}}};
  command_line at{floor};
  auto x = at.run({"actor", "bot:X"});
  CHECK(x.code == 1);
  CHECK(contains(x.output, "no actor bot:X"));
  CHECK(at.run({"actor"}).code == 2);
}

TEST_CASE("trace prints what comes and ends by itself, saying why") {
  const list lines = {
      R"({"item":{"traced":{"at_ms":1700000000123,"from":"pit:AAPL","message":"price_batch",
          "text":"AAPL 107.5","took_ns":1500}}})",
      R"({"dropped":7})",
      R"({"item":{"traced":{"at_ms":1700000000456,"from":"","message":"wake","text":"","took_ns":null}}})"};
  scripted_floor floor{{{"trace", {lines, R"({"end":true,"reason":"time"})"}}}};
  command_line at{floor};
  auto x = at.run({"trace", "bot:AAPL", "--count", "50", "--seconds", "2"});
  INFO(x.output);
  CHECK(x.code == 0);
  CHECK(contains(x.output, ".123"));
  CHECK(contains(x.output, "pit:AAPL"));
  CHECK(contains(x.output, "AAPL 107.5"));
  CHECK(contains(x.output, "7 more came than are shown"));
  CHECK(contains(x.output, "2 s are over"));
  CHECK(floor.requests().at(0) ==
        json{{"op", "trace"}, {"name", "bot:AAPL"}, {"count", 50}, {"seconds", 2}});
  auto as_json = at.run({"trace", "bot:AAPL", "--json"});
  std::vector<json> parsed;
  std::istringstream in{as_json.output};
  for (std::string line; std::getline(in, line);) parsed.push_back(json::parse(line));
  REQUIRE(parsed.size() == 4);
  CHECK(parsed[0]["traced"]["text"] == "AAPL 107.5");
  CHECK(parsed[1] == json{{"dropped", 7}});
  CHECK(parsed[3] == json{{"reason", "time"}});
  CHECK(floor.requests().at(1)["count"] == 50);
  CHECK(floor.requests().at(1)["seconds"] == 60);
}

TEST_CASE("trace of an actor that goes is no success, and bounds are usage") {
  scripted_floor floor{{{"trace", {{}, R"({"end":true,"reason":"gone"})"}}}};
  command_line at{floor};
  auto x = at.run({"trace", "bot:AAPL"});
  CHECK(x.code == 1);
  CHECK(contains(x.output, "bot:AAPL is gone"));
  CHECK(at.run({"trace", "bot:AAPL", "--count", "0"}).code == 2);
  CHECK(at.run({"trace", "bot:AAPL", "--count", "1001"}).code == 2);
  CHECK(at.run({"trace", "bot:AAPL", "--seconds", "601"}).code == 2);
  CHECK(at.run({"trace"}).code == 2);
}

TEST_CASE("tree prints who looks after whom, and who died") {
  const std::string item = R"({"item":{"snapshot":{"seq":1,"at_ms":7500000,
    "floor":{"name":"home","started_ms":0},
    "actors":[{"name":"bots","kind":"tier","state":"running"},
              {"name":"bot:A","kind":"bot","state":"restarting","parent":"bots","restarts":2,
               "last_exit":"threw"}],
    "graves":[{"name":"bot:B","kind":"bot","died_ms":500,"reason":"killed","lived_ms":61000}]}}})";
  scripted_floor floor{{{"inspect", {{item}}}}};
  command_line at{floor};
  auto x = at.run({"tree"});
  INFO(x.output);
  CHECK(x.code == 0);
  CHECK(contains(x.output,
                 "home  up 2 h 05 min\n└─ bots  running\n   └─ bot:A  restarting  2 "
                 "restarts: threw\ndied lately\n"));
  CHECK(contains(x.output, "bot:B  lived 1 min 1 s  killed"));
  auto dot = at.run({"tree", "--dot"});
  CHECK(contains(dot.output, "digraph floor {\n"));
  CHECK(contains(dot.output, "\"bots\" -> \"bot:A\";"));
  auto flat = json::parse(at.run({"tree", "--json"}).output);
  REQUIRE(flat.size() == 2);
  CHECK(flat[0]["parent"] == "bots");
}

TEST_CASE(
    "a floor without inspection refuses what needs it, one that is not there is exit code 3") {
  scripted_floor floor{{}};
  command_line at{floor};
  command_line nowhere{at.dir().file("nobody")};
  const std::vector<list> verbs = {
      {"actor", "bot:A"}, {"trace", "bot:A"}, {"tree"}, {"doctor", "--live"}};
  for (const auto& verb : verbs) {
    INFO(verb.front());
    auto refused = at.run(verb);
    CHECK(refused.code == 1);
    CHECK(contains(refused.output, "the floor refuses (unsupported)"));
    auto alone = nowhere.run(verb);
    CHECK(alone.code == 3);
    CHECK(contains(alone.output, "outcryd"));
  }
}
