#include <csignal>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;
using test::floor_plan;
using test::floor_process;

namespace {

json counts_of(const floor_process& at, const std::string& id) {
  return at.read(paths::summary(id)).value("counts", json::object());
}

std::string state_of(const floor_process& at, const std::string& bot) {
  const auto found = at.read(paths::bot(bot));
  return found.is_object() ? found.value("state", "") : "";
}

bool becomes(const floor_process& at, const std::string& bot, const std::string& state) {
  return test::eventually([&] { return state_of(at, bot) == state; });
}

/// A bot as the floor itself sees it.
json bot_at_floor(const floor_process& at, const std::string& id) {
  const auto asked = at.outcry({"bots", "--json"});
  const auto bots = json::parse(asked.output, nullptr, false);
  if (bots.is_array())
    for (const auto& bot : bots)
      if (bot.value("id", "") == id) return bot;
  return json::object();
}

/// What a counter bot says that it has counted.
int prices_counted(const floor_process& at, const std::string& ticker) {
  const auto said = at.outcry({"send", "status", "--to", ticker, "--json"});
  const std::string name = "\"prices\":";
  const auto found = said.output.find(name);
  return found == std::string::npos ? -1 : std::stoi(said.output.substr(found + name.size()));
}

}  // namespace

TEST_CASE("a phone stops two bots through Firebase and sees who did it") {
  floor_process at;
  at.start_firebase();
  at.start();
  REQUIRE(at.put("m1", test::message("stop", {"AAPL", "META"})) == 200);
  const auto found = at.await_final("m1");
  INFO(found.dump(2));
  REQUIRE(found.is_object());
  CHECK(found["state"] == "done");
  CHECK(found["acknowledgementCount"] == 3);
  const auto& lines = found["acknowledgement"];
  CHECK(lines.size() == 3);
  CHECK(lines["counter-AAPL"]["status"] == "done");
  CHECK(lines["counter-AAPL"]["ticker"] == "AAPL");
  CHECK(lines["counter-META"]["status"] == "done");
  CHECK(lines["counter-GOOGL"]["status"] == "ignored");
  CHECK(found["type"] == "stop");
  CHECK(found["createdBy"] == "tester");
  CHECK(counts_of(at, "m1") == json{{"done", 2}, {"ignored", 1}});
  CHECK(becomes(at, "counter-AAPL", "stopped"));
  CHECK(becomes(at, "counter-META", "stopped"));
  CHECK(becomes(at, "counter-GOOGL", "running"));
  CHECK(at.read("tickers/AAPL/price").contains("price"));
}

TEST_CASE("the command line stops, starts, sets and asks, and its exit code tells") {
  floor_process at;
  at.start_firebase();
  at.start();

  auto said = at.outcry({"send", "stop", "--to", "AAPL,META", "--id", "cli-1"});
  INFO(said.output);
  CHECK(said.code == 0);
  CHECK_THAT(said.output, Contains("2 done, 1 ignored"));
  CHECK(bot_at_floor(at, "counter-AAPL")["state"] == "stopped");
  // What came over the socket stands in Firebase, too.
  const auto mirrored = at.await_final("cli-1");
  REQUIRE(mirrored.is_object());
  CHECK(mirrored["type"] == "stop");
  CHECK(mirrored["acknowledgement"]["counter-META"]["status"] == "done");

  said = at.outcry({"send", "set", "--to", "GOOGL", "--config", "step=7"});
  CHECK(said.code == 0);
  said = at.outcry({"send", "status", "--to", "GOOGL", "--json"});
  CHECK(said.code == 0);
  CHECK_THAT(said.output, Contains("\"step\":7"));
  said = at.outcry({"send", "set", "--to", "GOOGL", "--config", "step=0"});
  CHECK(said.code == 1);
  CHECK_THAT(said.output, Contains("invalid_config"));
  said = at.outcry({"send", "stop", "--to", "NOBODY"});
  CHECK(said.code == 1);
  CHECK_THAT(said.output, Contains("NOBODY"));
  CHECK(at.outcry({"send", "stop"}).code == 2);

  said = at.outcry({"send", "kill", "--to", "ALL"});
  CHECK(said.code == 0);
  CHECK(bot_at_floor(at, "counter-GOOGL")["state"] == "stopped");
  said = at.outcry({"send", "start", "--to", "ALL"});
  CHECK(said.code == 1);
  CHECK_THAT(said.output, Contains("killed"));
  CHECK(bot_at_floor(at, "counter-GOOGL")["state"] == "stopped");
  said = at.outcry({"send", "start", "--to", "ALL", "--config", "confirm=true"});
  INFO(said.output);
  CHECK(said.code == 0);
  CHECK(bot_at_floor(at, "counter-GOOGL")["state"] == "running");

  CHECK(at.stop() == 0);
  CHECK(at.outcry({"bots"}).code == 3);
}

TEST_CASE("tickers with characters that Firebase forbids work end to end") {
  floor_plan plan;
  plan.tickers = {"BRK.B", "BTC/USD"};
  floor_process at(plan);
  at.start_firebase();
  at.start();
  REQUIRE(at.put("m.1/x", test::message("stop", {"BRK.B", "counter-BTC/USD"})) == 200);
  const auto found = at.await_final("m.1/x");
  INFO(found.dump(2));
  REQUIRE(found.is_object());
  CHECK(found["state"] == "done");
  CHECK(found["acknowledgement"]["counter-BRK%2EB"]["ticker"] == "BRK.B");
  CHECK(found["acknowledgement"]["counter-BTC%2FUSD"]["status"] == "done");
  CHECK(becomes(at, "counter-BRK.B", "stopped"));
  CHECK(becomes(at, "counter-BTC/USD", "stopped"));
  for (const std::string ticker : {"BRK.B", "BTC/USD"}) {
    CHECK(test::eventually([&] {
      const auto price = at.read(paths::ticker_price(ticker));
      return price.is_object() && price.value("symbol", "") == ticker;
    }));
  }
  const auto said = at.outcry({"send", "start", "--to", "BRK.B,BTC/USD"});
  CHECK(said.code == 0);
  CHECK_THAT(said.output, Contains("2 done"));
}

TEST_CASE("SIGTERM ends the floor in good order and the next one finds its state") {
  floor_process at;
  at.start_firebase();
  at.start();
  CHECK(at.outcry({"send", "stop", "--to", "AAPL"}).code == 0);
  CHECK(at.outcry({"send", "set", "--to", "META", "--config", "step=9"}).code == 0);
  REQUIRE(test::eventually([&] { return prices_counted(at, "META") > 3; }));
  CHECK(at.stop() == 0);
  CHECK_THAT(at.floor().output(), Contains("the floor is closed"));
  CHECK_FALSE(std::filesystem::exists(at.data_dir() / "outcry.sock"));
  at.start();
  CHECK(bot_at_floor(at, "counter-AAPL")["state"] == "stopped");
  CHECK(bot_at_floor(at, "counter-GOOGL")["state"] == "running");
  CHECK(prices_counted(at, "META") > 3);
  CHECK_THAT(at.outcry({"send", "status", "--to", "META", "--json"}).output,
             Contains("\"step\":9"));
  CHECK(at.outcry({"log", "--json"}).code == 0);
}

TEST_CASE("a data directory belongs to one floor") {
  floor_process at;
  at.start_firebase();
  at.start();
  const auto second = at.outcryd({"--config", at.config_file()});
  INFO(second.output);
  CHECK(second.code == 1);
  CHECK_THAT(second.output, Contains(at.data_dir().string()));
  CHECK_THAT(second.output, Contains("in use by another floor"));
  CHECK(at.floor().running());
  CHECK(at.outcry({"bots"}).code == 0);
}

TEST_CASE("a configuration with a mistake is refused with its line") {
  const floor_process at;
  std::ofstream(at.config_file()) << "[floor]\nname = \"x\"\ncolour = \"red\"\n";
  auto said = at.outcryd({"--config", at.config_file()});
  CHECK(said.code == 2);
  CHECK_THAT(said.output, Contains(at.config_file() + ":3:") && Contains("floor.colour"));
  std::ofstream(at.config_file()) << "[feed]\nsource = \"simulate\"\n";
  said = at.outcryd({"--config", at.config_file()});
  CHECK(said.code == 2);
  CHECK_THAT(said.output, Contains(":2:") && Contains("\"simulate\""));
  said = at.outcryd({"--config", at.dir().file("missing.toml")});
  CHECK(said.code == 2);
  CHECK_THAT(said.output, Contains("missing.toml"));
}

TEST_CASE("the local Firebase lets in only who has the token, and no foreign page") {
  floor_process at;
  at.start_firebase();
  at.start();
  test::rest_client stranger(at.firebase_port(), "");
  CHECK(stranger.get("/floor.json").status == 401);
  CHECK(stranger.put("/pubsub-messages/x.json", test::message("stop", {}).dump()).status == 401);
  test::rest_client guesser(at.firebase_port(), "wrong");
  CHECK(guesser.get("/floor.json").status == 401);
  const auto owner = at.connect();
  CHECK(owner->get("/floor.json").status == 200);
  CHECK(owner->ask("GET", "/floor.json", {}, {"Origin: https://example.org"}).status == 403);
  CHECK(owner->ask("GET", "/floor.json", {}, {"Host: example.org"}).status == 403);
  CHECK(at.read("pubsub-messages").is_null());
}
