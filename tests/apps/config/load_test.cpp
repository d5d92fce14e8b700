#include "apps/config/load.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.hpp"

using namespace outcry::config;

namespace {

std::vector<std::string> errors_of(std::string_view text) {
  auto read = parse_config(text, "x.toml", {}, {});
  std::vector<std::string> result;
  if (!read)
    for (const auto& x : read.error()) result.push_back(to_string(x));
  return result;
}

}  // namespace

TEST_CASE("everything that is wrong is told at once, in the order of the lines") {
  auto errors = errors_of(R"(nothing = 1
[floor]
nam = "x"
stale_after_s = 0
[feed.simulated.prices]
AAPL = 230.10
META = "-1"
[fed]
[[bots]]
strategy = "counter"
[[bots]]
ticker = "no ticker!"
strategy = "buy high"
colour = "red"
id = ""
parameters = { since = 2020-01-01 }
)");
  REQUIRE(errors.size() == 12);
  CHECK(errors[0].starts_with("x.toml:1: nothing: expected one of [floor], [redis], [feed]"));
  CHECK(errors[1] ==
        "x.toml:3: floor.nam: expected one of name, data_dir, stale_after_s, answer_deadline_s, "
        "clock_skew_limit_s, found an unknown key");
  CHECK(errors[2] ==
        "x.toml:4: floor.stale_after_s: expected a whole number from 1 to 3600, found 0");
  CHECK(errors[3].starts_with("x.toml:6: feed.simulated.prices.AAPL: expected a decimal number"));
  CHECK(errors[4].starts_with("x.toml:7: feed.simulated.prices.META: expected a decimal number"));
  CHECK(errors[5].ends_with("found an unknown section"));
  CHECK(errors[6] == "x.toml:9: bots[0].ticker: expected a ticker in quotes, found nothing");
  CHECK(errors[7].starts_with("x.toml:12: bots[1].ticker: expected a ticker"));
  CHECK(errors[8] ==
        "x.toml:13: bots[1].strategy: expected \"counter\", \"scale_t\" or \"follow\", found \"buy "
        "high\"");
  CHECK(errors[9] ==
        "x.toml:14: bots[1].colour: expected one of ticker, strategy, id, parameters, limits, "
        "found an "
        "unknown key");
  CHECK(errors[10].starts_with("x.toml:15: bots[1].id: expected a bot id"));
  CHECK(errors[11].starts_with("x.toml:16: bots[1].parameters: expected a table of text"));
}

TEST_CASE("two bots of one id are refused") {
  auto errors = errors_of(
      "[[bots]]\nticker=\"AAPL\"\nstrategy=\"counter\"\n"
      "[[bots]]\nticker=\"aapl\"\nstrategy=\"counter\"\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0] ==
        "x.toml:4: bots[1].id: expected an id no other bot has, found \"counter-AAPL\", as on "
        "line 1");
}

TEST_CASE("a bot's limits are checked, each by its name") {
  auto error_of = [](const std::string& limits) {
    auto errors = errors_of(
        "[[bots]]\nticker=\"SPY\"\nstrategy=\"scale_t\"\nparameters={}\nlimits = " + limits);
    REQUIRE(errors.size() == 1);
    return errors[0];
  };
  CHECK(error_of("5").starts_with("x.toml:5: bots[0].limits: expected a table of limits"));
  CHECK(error_of("{ max_position = -1 }")
            .starts_with("x.toml:5: bots[0].limits.max_position: expected a decimal number"));
  CHECK(error_of("{ max_loss = 1 }")
            .starts_with("x.toml:5: bots[0].limits.max_loss: expected one of max_position"));
  CHECK(error_of("{ max_orders_per_minute = 1.5 }")
            .starts_with("x.toml:5: bots[0].limits.max_orders_per_minute: expected a whole"));
}

TEST_CASE("no bot may be called what means the whole account") {
  auto errors = errors_of("[[bots]]\nticker=\"SPY\"\nstrategy=\"counter\"\nid = \"account\"\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("x.toml:4: bots[0].id: expected another id"));
}

TEST_CASE("no bot may be called as the signal desk is") {
  CHECK(errors_of("[[bots]]\nticker=\"SPY\"\nstrategy=\"counter\"\nid = \"signals\"\n") ==
        std::vector<std::string>{"x.toml:4: bots[0].id: expected another id: this one means the "
                                 "signal desk, found \"signals\""});
}

TEST_CASE("a ticker's calls are followed by one bot") {
  const std::string spy = "[[bots]]\nticker=\"SPY\"\nstrategy=\"follow\"\n";
  const std::string second = "[[bots]]\nticker=\"spy\"\nid=\"second\"\nstrategy=\"follow\"\n";
  CHECK(errors_of(spy + second) ==
        std::vector<std::string>{"x.toml:5: bots[1].ticker: expected one bot that follows the "
                                 "calls of a ticker, found \"SPY\", as on line 1"});
  CHECK(errors_of(spy + "[[bots]]\nticker=\"QQQ\"\nstrategy=\"follow\"\n").empty());
  CHECK(errors_of(spy + "[[bots]]\nticker=\"SPY\"\nstrategy=\"scale_t\"\n").empty());
}

TEST_CASE("a bot that follows calls trades") {
  auto read = parse_config("[[bots]]\nticker=\"spy\"\nstrategy=\"follow\"\n", "x", {}, {});
  REQUIRE(read);
  CHECK(read->bots[0].id == "follow-SPY");
  CHECK(trades(read->bots[0]));
  CHECK(
      errors_of("broker.kind = \"none\"\n[[bots]]\nticker=\"SPY\"\nstrategy=\"follow\"\n").size() ==
      1);
}

TEST_CASE("a bot that trades needs a broker") {
  const std::string bot = "[[bots]]\nticker=\"SPY\"\nstrategy=\"scale_t\"\n";
  CHECK(
      errors_of("broker.kind = \"none\"\n" + bot) ==
      std::vector<std::string>{"x.toml:1: broker.kind: expected a broker beside a bot that trades "
                               "(scale_t-SPY), found \"none\""});
  CHECK(errors_of("broker.kind = \"none\"\n[[bots]]\nticker=\"SPY\"\nstrategy=\"counter\"\n")
            .empty());
  CHECK(errors_of(bot).empty());
}

TEST_CASE("one ticker in two spellings is refused") {
  auto errors = errors_of("[feed.simulated.prices]\nAAPL = \"1\"\naapl = \"2\"\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("each ticker once") != std::string::npos);
}

TEST_CASE("values that do not go together are refused") {
  CHECK(errors_of("\nfeed.source = \"replay\"") ==
        std::vector<std::string>{"x.toml:2: feed.source: expected feed.replay.dir beside "
                                 "\"replay\", found feed.replay.dir = \"\""});
  CHECK(errors_of("feed.source = \"redis\"") ==
        std::vector<std::string>{
            "x.toml:1: feed.source: expected redis.url beside \"redis\", found redis.url = \"\""});
  CHECK(errors_of("[firebase]\nurl = \"https://x.y\"\ncredentials_file = \"a\"\ntoken_file = "
                  "\"b\"")
            .size() == 1);
  CHECK(errors_of("firebase.credentials_file = \"a\"").size() == 1);
  CHECK(errors_of("inspection.certificate_file = \"a\"").size() == 1);
  CHECK(errors_of("inspection.key_file = \"a\"").size() == 1);
  CHECK(errors_of("inspection.certificate_file = \"a\"\ninspection.key_file = \"b\"").empty());
}

TEST_CASE("what is no TOML is refused with its line") {
  auto errors = errors_of("[floor]\nname = \n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("x.toml:2: expected TOML, found "));
}

TEST_CASE("a section or list of the wrong shape is refused") {
  CHECK(errors_of("floor = 3").size() == 1);
  CHECK(errors_of("bots = 3").size() == 1);
  CHECK(errors_of("bots = [3]").size() == 1);
  CHECK(errors_of("feed.simulated.prices = []").size() == 1);
}

TEST_CASE("a file's relative paths are relative to the file") {
  outcry::test::temp_dir dir;
  std::ofstream{dir.file("outcry.toml")} << "floor.data_dir = \"data\"\n"
                                            "firebase.ca_file = \"/etc/ca.pem\"\n";
  auto read = load_config(dir.file("outcry.toml"), {{"OUTCRY_FEED_REPLAY_DIR", "ticks"}});
  REQUIRE(read);
  CHECK(read->floor.data_dir == dir.path() / "data");
  CHECK(read->feed.replay.dir == dir.path() / "ticks");
  CHECK(read->firebase.ca_file == "/etc/ca.pem");
  CHECK(read->firebase.token_file.empty());
}

TEST_CASE("a file that cannot be read is named") {
  outcry::test::temp_dir dir;
  auto missing = load_config(dir.file("none.toml"), {});
  REQUIRE_FALSE(missing);
  CHECK(missing.error()[0].file == dir.file("none.toml"));
  CHECK(missing.error()[0].found == "no such file");
  auto directory = load_config(dir.path(), {});
  REQUIRE_FALSE(directory);
  CHECK(directory.error()[0].found == "a directory");
}

TEST_CASE("an empty file and no file are the defaults") {
  outcry::test::temp_dir dir;
  std::ofstream{dir.file("empty.toml")};
  auto read = load_config(dir.file("empty.toml"), {});
  REQUIRE(read);
  CHECK(read->floor.data_dir == dir.path() / ".outcry");
  auto none = load_config({}, {});
  REQUIRE(none);
  CHECK(*none == config{});
}

TEST_CASE("where the token of the floor's figures is") {
  config x;
  CHECK(inspection_token_file(x) == ".outcry/inspection.token");
  x.inspection.token_file = "mine";
  CHECK(inspection_token_file(x) == "mine");
}

TEST_CASE("where the floor finds its database and its token") {
  config x;
  CHECK(firebase_base_url(x) == "http://127.0.0.1:9000");
  CHECK(firebase_token_file(x) == ".outcry/floor.token");
  CHECK(socket_path(x) == ".outcry/outcry.sock");
  x.local_firebase.listen = "0.0.0.0:9001";
  CHECK(firebase_base_url(x) == "http://127.0.0.1:9001");
  x.local_firebase.listen = "[::]:9001";
  CHECK(firebase_base_url(x) == "http://[::1]:9001");
  x.firebase.token_file = "mine";
  CHECK(firebase_token_file(x) == "mine");
  x.firebase.url = "";
  CHECK(firebase_base_url(x) == "");
  x.firebase.token_file = "";
  CHECK(firebase_token_file(x) == "");
}
