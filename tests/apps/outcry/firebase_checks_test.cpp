#include "apps/outcry/firebase_checks.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/http/message.hpp"
#include "apps/outcry/phone_rules.hpp"
#include "tests/adapters/firebase/local/server_fixture.hpp"
#include "tests/adapters/firebase/scripted_server.hpp"

using namespace outcry::cli;
using Catch::Matchers::Contains;
using nlohmann::json;
using outcry::test::scripted_server;
using outcry::test::server_fixture;
namespace firebase = outcry::firebase;

namespace {

const std::string our_rules = SOURCE_ROOT "/apps/phone/firebase/database.rules.json";

firebase_view view_of(const std::string& url, const std::string& token = {}) {
  firebase_view at{firebase::database_url::parse(url),
                   token.empty() ? firebase::no_credentials() : firebase::static_token(token)};
  at.clock_limit_s = 60;
  at.now = [] { return server_fixture::now; };
  return at;
}

/// A local Firebase under these rules.
server_fixture under(const std::string& rules_file) {
  firebase::local::server::options opts;
  opts.rules = rules_file;
  return server_fixture(std::move(opts));
}

const check& the(const std::vector<check>& all, const std::string& what) {
  for (const auto& one : all)
    if (one.what == what) return one;
  FAIL("no line \"" << what << "\"");
  return all.front();
}

std::vector<verdict> verdicts(const std::vector<check>& all) {
  std::vector<verdict> found;
  for (const auto& one : all) found.push_back(one.result);
  return found;
}

}  // namespace

TEST_CASE("our rules stand in the program as they stand in their file") {
  std::ifstream in(our_rules);
  std::stringstream text;
  text << in.rdbuf();
  CHECK(phone_rules_text() == text.str());
  const auto indexes = indexes_of(parse_rules(phone_rules_text()));
  const auto has = [&](const rule_index& one) {
    return std::find(indexes.begin(), indexes.end(), one) != indexes.end();
  };
  CHECK(has({"pubsub-messages", "state"}));
  CHECK(has({"tickers/$ticker/orders", "order/status"}));
  CHECK(indexes_of(json::parse(R"({".indexOn":"a","b":{".indexOn":["c",1]},".read":true})")) ==
        std::vector<rule_index>{{"", "a"}, {"b", "c"}});
}

TEST_CASE("rules are compared without their comments") {
  const auto ours = parse_rules(R"({"rules":{"a":{".read":"auth != null"},"b":{".read":false}}})");
  const auto same = [&](const char* text) { return first_difference(ours, parse_rules(text)); };
  CHECK(
      same("// x\n{\"rules\":{\"b\":{\".read\":false},/* y */\"a\":{\".read\":\"auth != null\"}}}")
          .empty());
  CHECK(same(R"({"rules":{"a":{".read":"true"},"b":{".read":false}}})") == "a/.read");
  CHECK(same(R"({"rules":{"a":{".read":"auth != null"}}})") == "b");
  CHECK_THROWS(parse_rules("{}"));
  CHECK_THROWS(parse_rules(R"({"rules":1})"));
  CHECK_THROWS(parse_rules("no"));
}

TEST_CASE("a Date of whole seconds and the way there and back bound what clocks differ by") {
  const auto one = difference_from(10'000, 10'400, 10'000);
  CHECK(one.least == -400);
  CHECK(one.most == 999);
  const auto judged = [](std::int64_t asked, std::int64_t answered, std::int64_t date) {
    return judge_clocks(difference_from(asked, answered, date), 60);
  };
  CHECK(judged(10'000, 10'400, 10'000).result == verdict::ok);
  // Ten seconds on the way: nothing is certain.
  CHECK(judged(10'000, 20'000, 15'000).result == verdict::ok);
  CHECK(judged(10'000, 10'100, 11'000).result == verdict::ok);
  CHECK(judged(10'000, 10'100, 13'000).result == verdict::warn);
  CHECK(judged(10'000, 10'100, 13'000).found == "at least 2.9 s behind Firebase's");
  CHECK(judged(10'000, 10'100, 7'000).found == "at least 2.0 s ahead of Firebase's");
  CHECK(judged(10'000, 10'000, 70'000).result == verdict::warn);
  CHECK(judged(10'000, 10'000, 71'000).result == verdict::fail);
  CHECK(judged(100'000, 100'000, 40'000).result == verdict::warn);
  CHECK(judged(100'000, 100'000, 39'000).result == verdict::fail);
}

TEST_CASE("a database under our rules is closed to strangers") {
  auto database = under(our_rules);
  auto at = view_of(database.server.url(), database.token);
  at.local = true;
  const auto strangers = check_strangers(at);
  for (const auto& one : strangers) UNSCOPED_INFO(one.found);
  CHECK(verdicts(strangers) == std::vector<verdict>{verdict::ok, verdict::ok});
  CHECK(check_rules(at).empty());
  CHECK(database.client.get("/.json").body == "null");
}

TEST_CASE("a database that is open is found out, and nothing is written into it") {
  const outcry::test::temp_dir dir;
  std::ofstream(dir.file("open.json"))
      << R"rules({"rules":{".read":false,"bots":{".read":true},"tickers":{".write":true},)rules"
      << R"rules("operators":{"$who":{".write":true}}}})rules";
  auto database = under(dir.file("open.json"));
  const auto at = view_of(database.server.url(), database.token);
  const auto strangers = check_strangers(at);
  REQUIRE(verdicts(strangers) == std::vector<verdict>{verdict::fail, verdict::fail});
  CHECK(strangers[0].found == "anybody can read /bots");
  CHECK(strangers[1].found == "anybody can write /tickers, /operators");
  CHECK_THAT(strangers[0].advice, Contains("database.rules.json"));
  CHECK(database.client.get("/.json").body == "null");
}

TEST_CASE("rules of a project are compared where they may be read") {
  scripted_server google;
  const auto at = view_of(google.origin());
  const auto indexes = indexes_of(parse_rules(phone_rules_text())).size();
  for (std::size_t i = 0; i < indexes; ++i) google.then(200, "null");
  const auto judged = [&] { return the(check_rules(at), "rules"); };
  SECTION("ours") {
    google.then(200, std::string(phone_rules_text()));
    CHECK(judged().found == "ours");
  }
  SECTION("others") {
    google.then(200, R"({"rules":{".read":true}})");
    const auto found = judged();
    CHECK(found.result == verdict::warn);
    CHECK_THAT(found.found, Contains("others than ours"));
  }
  SECTION("nothing we understand") {
    google.then(200, "<html>");
    CHECK(judged().result == verdict::warn);
  }
  SECTION("not for us") {
    // Asked once more, with credentials that may be newer.
    for (int i = 0; i < 2; ++i) google.then(401, R"({"error":"Permission denied"})");
    CHECK(judged().result == verdict::ok);
  }
  CHECK_THAT(google.requests(indexes + 1).back().target, Contains("/.settings/rules.json"));
}

TEST_CASE("an index that is missing is told from an answer that says something else") {
  scripted_server google;
  const auto at = view_of(google.origin());
  SECTION("missing") {
    google.then(400, R"({"error":"Index not defined, add \".indexOn\": \"state\""})");
    for (int i = 0; i < 30; ++i) google.then(200, "null");
    const auto found = the(check_rules(at), "indexes");
    CHECK(found.result == verdict::fail);
    CHECK(std::count(found.found.begin(), found.found.end(), ',') == 0);
  }
  SECTION("not let in") {
    // Asked once more, with credentials that may be newer.
    for (int i = 0; i < 2; ++i) google.then(401, R"({"error":"Permission denied"})");
    const auto all = check_rules(at);
    REQUIRE(all.size() == 1);
    CHECK(all[0].result == verdict::fail);
    CHECK_THAT(all[0].advice, Contains("credentials_file"));
  }
}

TEST_CASE("strangers are tried with reading and with removing what is not there") {
  scripted_server server;
  for (int i = 0; i < 60; ++i) server.then(200, "null");
  const auto all = check_strangers(view_of(server.origin()));
  CHECK(verdicts(all) == std::vector<verdict>{verdict::fail, verdict::fail});
  std::size_t writes = 0;
  for (const auto& one : server.requests(2)) {
    if (one.method == "GET") continue;
    ++writes;
    CHECK(one.method == "PUT");
    CHECK(one.body == "null");
    CHECK_THAT(one.target, Contains("/doctor-"));
    CHECK_THAT(one.target, !Contains("auth="));
  }
  CHECK(writes >= 10);
}

TEST_CASE("a database that says neither yes nor no to strangers is a warning") {
  scripted_server server;
  for (int i = 0; i < 60; ++i) server.then(400, R"({"error":"no"})");
  const auto all = check_strangers(view_of(server.origin()));
  CHECK(verdicts(all) == std::vector<verdict>{verdict::warn});
}

TEST_CASE("a database that does not answer is said to, once") {
  std::string nowhere;
  {
    const scripted_server gone;
    nowhere = gone.origin();
  }
  const auto at = view_of(nowhere);
  for (const auto& look : {check_strangers, check_rules, check_clocks}) {
    const auto all = look(at);
    REQUIRE(all.size() == 1);
    CHECK(all[0].result == verdict::fail);
    CHECK_THAT(all[0].advice, Contains("try again"));
  }
}

TEST_CASE("clocks are compared over a few answers") {
  scripted_server server;
  auto at = view_of(server.origin());
  std::int64_t now = 1'700'000'000'000;
  at.now = [&] { return now; };
  const auto date = [&](std::int64_t ms) {
    server.then(200, "null", {"Date: " + outcry::http::http_date(ms / 1000)});
  };
  SECTION("together") {
    for (int i = 0; i < 3; ++i) date(now);
    CHECK(check_clocks(at).at(0).result == verdict::ok);
  }
  SECTION("apart") {
    for (int i = 0; i < 3; ++i) date(now + 90'000);
    CHECK(check_clocks(at).at(0).result == verdict::fail);
  }
  SECTION("set in between") {
    date(now + 90'000);
    date(now);
    date(now);
    CHECK(check_clocks(at).at(0).result == verdict::ok);
  }
  SECTION("never told") {
    for (int i = 0; i < 3; ++i) server.then(200, "null");
    CHECK(check_clocks(at).at(0).result == verdict::warn);
  }
}

TEST_CASE("the configured database is looked at as a whole") {
  auto database = under(our_rules);
  outcry::config::config settings;
  settings.floor.data_dir = database.dir.path();
  settings.firebase.url = "local";
  settings.local_firebase.listen = "127.0.0.1:" + std::to_string(database.server.port());
  const auto all = check_firebase_closely(settings);
  CHECK(the(all, "firebase").result == verdict::ok);
  CHECK(the(all, "strangers").result == verdict::ok);
  the(all, "clock");
  CHECK(all.size() == 4);

  settings.firebase.token_file = database.dir.file("none");
  const auto refused = check_firebase_closely(settings);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].result == verdict::fail);
  settings.firebase.url = "";
  CHECK(check_firebase_closely(settings).size() == 1);
}
