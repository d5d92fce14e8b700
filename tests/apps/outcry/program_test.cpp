#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <signal.h>

#include "apps/config/load.hpp"
#include "tests/adapters/control/fake_floor.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

using namespace outcry;
using nlohmann::json;
using test::fake_floor;
using test::process;

namespace {

struct result {
  int code = -1;
  std::string output;
};

/// The program in a directory of its own, which holds the floor's configuration.
class desk {
public:
  explicit desk(const fake_floor* floor = nullptr) {
    auto data = floor ? floor->dir().path() : dir_.path() / "nobody";
    std::ofstream{dir_.file("outcry.toml")} << "floor.data_dir = \"" << data.string()
                                            << "\"\nfirebase.url = \"\"\n";
  }

  process start(std::vector<std::string> arguments,
                std::map<std::string, std::string> environment = {}) {
    process::options options;
    options.arguments = std::move(arguments);
    options.arguments.insert(options.arguments.begin(), OUTCRY_PROGRAM);
    options.environment = std::move(environment);
    options.directory = dir_.path().string();
    options.output_file = dir_.file("output" + std::to_string(++runs_));
    return process{options};
  }

  result run(std::vector<std::string> arguments,
             std::map<std::string, std::string> environment = {}) {
    auto program = start(std::move(arguments), std::move(environment));
    auto code = program.wait();
    return {code, program.output()};
  }

  const test::temp_dir& dir() const { return dir_; }

private:
  test::temp_dir dir_;
  int runs_ = 0;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("send prints the ledger line by line and sums it up") {
  fake_floor floor;
  desk at{&floor};
  auto x = at.run({"send", "stop", "--to", "AAPL,META", "--description", "lunch"});
  INFO(x.output);
  CHECK(x.code == 0);
  CHECK(has(x.output, "counter-AAPL   AAPL   done"));
  CHECK(has(x.output, "counter-META   META   done"));
  CHECK(has(x.output, "counter-GOOGL  GOOGL  ignored"));
  CHECK(x.output.ends_with("2 done, 1 ignored\n"));
  CHECK_FALSE(has(x.output, "\x1b"));
  auto sent = floor.script().messages().at(0);
  CHECK(sent.type == "stop");
  CHECK(sent.selected == std::vector<std::string>{"AAPL", "META"});
  CHECK(sent.description == "lunch");
}

TEST_CASE("the exit code of send says whether everybody did it") {
  fake_floor floor;
  desk at{&floor};
  CHECK(at.run({"send", "stop", "--to", "ALL"}).code == 0);
  auto failed = at.run({"send", "set", "--to", "ALL", "--config", "x=1"});
  CHECK(failed.code == 1);
  CHECK(has(failed.output, "invalid_config: no such parameter"));
  CHECK(has(failed.output, "3 error"));
  auto waiting = at.run({"send", "start", "--to", "ALL", "--wait", "0"});
  CHECK(waiting.code == 1);
  CHECK(has(waiting.output, "3 waiting"));
  auto refused = at.run({"send", "exit", "--to", "ALL"});
  CHECK(refused.code == 1);
  CHECK(has(refused.output, "the disk is full"));
  auto halted = at.run({"send", "enter", "--to", "ALL"});
  CHECK(halted.code == 1);
  CHECK(has(halted.output, "\nrefused: the floor is halted (3 ignored)\n"));
}

TEST_CASE("send as JSON is one object a line, a summary last") {
  fake_floor floor;
  desk at{&floor};
  auto x = at.run({"--json", "send", "stop", "--to", "AAPL", "--id", "mine"});
  CHECK(x.code == 0);
  std::vector<json> lines;
  std::istringstream in{x.output};
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  REQUIRE(lines.size() >= 3);
  CHECK(lines.front()["ledger"]["id"] == "mine");
  CHECK(lines.back()["summary"] ==
        json{{"state", "done"}, {"counts", {{"done", 1}, {"ignored", 2}}}});
}

TEST_CASE(
    "the option --config is the floor's file before the verb and the message's argument after "
    "send") {
  fake_floor floor;
  desk at;
  std::ofstream{at.dir().file("real.toml")} << "floor.data_dir = \"" << floor.dir().path().string()
                                            << "\"\n";
  CHECK(at.run({"--config", "real.toml", "bots"}).code == 0);
  CHECK(at.run({"bots", "--config", "real.toml"}).code == 0);
  CHECK(at.run({"bots"}, {{"OUTCRY_CONFIG", "real.toml"}}).code == 0);
  CHECK(at.run({"--config", "real.toml", "send", "stop", "--to", "AAPL", "--config", "every=2",
                "--config", "name=x"})
            .code == 0);
  CHECK(json::parse(floor.script().messages().back().config) == json{{"every", 2}, {"name", "x"}});
  CHECK(at.run({"send", "stop", "--to", "AAPL", "--config", "real.toml"}).code == 0);
  CHECK(json::parse(floor.script().messages().back().config) == json::object());
  CHECK(at.run({"bots"}).code == 3);
}

TEST_CASE("signals accept and reject say yes and no to the signal desk") {
  fake_floor floor;
  desk at{&floor};
  auto yes = at.run({"signals", "accept", "17", "--id", "mine", "--description", "looks good"});
  INFO(yes.output);
  CHECK(yes.code == 0);
  auto sent = floor.script().messages().back();
  CHECK(sent.type == "confirm");
  CHECK(sent.id == "mine");
  CHECK(sent.description == "looks good");
  CHECK_FALSE(sent.to_all);
  CHECK(sent.selected == std::vector<std::string>{"signals"});
  CHECK(json::parse(sent.config) == json{{"signal", "17"}, {"answer", "yes"}});
  auto no = at.run({"signals", "reject", "discord:123456789012345678/42", "--wait", "3", "--json"});
  CHECK(no.code == 0);
  sent = floor.script().messages().back();
  CHECK(sent.type == "confirm");
  CHECK(json::parse(sent.config) ==
        json{{"signal", "discord:123456789012345678/42"}, {"answer", "no"}});
  std::vector<json> lines;
  std::istringstream in{no.output};
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  REQUIRE_FALSE(lines.empty());
  CHECK(lines.back()["summary"]["state"] == "done");
}

TEST_CASE("what names no signal is not sent") {
  fake_floor floor;
  desk at{&floor};
  for (auto id :
       {"", "x", "0", "017", "-1", "1.5", "/1", "http:a/", "a b/1", "12345678901234567890"})
    for (auto verb : {"accept", "reject"}) {
      INFO(verb << " " << id);
      auto x = at.run({"signals", verb, "--", id});
      CHECK(x.code == 2);
    }
  CHECK(has(at.run({"signals", "accept", "x"}).output, "signal: expected a number or SOURCE/ID"));
  CHECK(at.run({"signals", "accept"}).code == 2);
  CHECK(at.run({"signals", "accept", "1", "--wait", "601"}).code == 2);
  CHECK(floor.script().messages().empty());
  desk alone;
  CHECK(alone.run({"signals", "accept", "1"}).code == 3);
}

TEST_CASE("wrong usage and wrong configurations are exit code 2") {
  desk at;
  CHECK(at.run({}).code == 2);
  CHECK(at.run({"fly"}).code == 2);
  CHECK(at.run({"send", "stop"}).code == 2);
  CHECK(at.run({"send", "stop", "--to", "ALL", "--config", "novalue"}).code == 2);
  CHECK(at.run({"send", "stop", "--to", "ALL", "--wait", "601"}).code == 2);
  CHECK(at.run({"actors", "--sort", "age"}).code == 2);
  auto missing = at.run({"--config", "none.toml", "bots"});
  CHECK(missing.code == 2);
  CHECK(has(missing.output, "no such file"));
  std::ofstream{at.dir().file("bad.toml")} << "\n[flor]\nx = 1\nfloor.name = 3\n";
  auto bad = at.run({"--config", "bad.toml", "bots"});
  CHECK(bad.code == 2);
  CHECK(has(bad.output, "bad.toml:2: flor"));
  CHECK(at.run({"bots"}, {{"OUTCRY_FLOOR_STALE_AFTER_S", "x"}}).code == 2);
  CHECK(at.run({"--help"}).code == 0);
  CHECK(at.run({"--version"}).code == 0);
}

TEST_CASE("a message the floor finds wrong is usage") {
  fake_floor floor;
  desk at{&floor};
  auto x = at.run({"send", std::string(40, 'x'), "--to", "ALL"});
  CHECK(x.code == 2);
  CHECK(has(x.output, "type"));
}

TEST_CASE("a floor that is not there is exit code 3, with what to do") {
  desk at;
  for (auto verb : {"bots", "actors", "pits", "status", "log", "tail"}) {
    INFO(verb);
    auto x = at.run({verb});
    CHECK(x.code == 3);
    CHECK(has(x.output, "outcryd"));
  }
  CHECK(at.run({"send", "stop", "--to", "ALL"}).code == 3);
}

TEST_CASE("lists are tables, or one JSON array") {
  // Without an inspector, so that the actors are the fake roster's.
  fake_floor floor{[](control::bridge_options& x) { x.inspector = inspector_actor{}; }};
  desk at{&floor};
  auto bots = at.run({"bots"});
  CHECK(has(bots.output, "counter-AAPL  AAPL    floor      hosted  running"));
  CHECK_FALSE(has(bots.output, "\x1b"));
  CHECK(json::parse(at.run({"bots", "--json"}).output).size() == 1);
  auto actors = at.run({"actors"});
  CHECK(actors.output.find("bot:META") < actors.output.find("pit:AAPL"));
  CHECK(has(actors.output, "9/10"));
  auto handled = at.run({"actors", "--sort", "handled", "--top", "1", "--json"});
  CHECK(json::parse(handled.output).at(0)["name"] == "pit:AAPL");
  CHECK(json::parse(handled.output).size() == 1);
  auto named = at.run({"actors", "--sort", "name", "--json"});
  CHECK(json::parse(named.output).at(0)["name"] == "bot:META");
  CHECK(json::parse(at.run({"pits", "--json"}).output).size() == 1);
  CHECK(has(at.run({"pits"}).output, "AAPL"));
  auto status = at.run({"status"});
  CHECK(has(status.output, "test floor 1.2.3"));
  CHECK(has(status.output, "stopped since"));
}

TEST_CASE("log lists messages, and shows one with its lines") {
  fake_floor floor;
  desk at{&floor};
  CHECK(at.run({"log", "--json"}).output == "[]\n");
  CHECK(has(at.run({"log"}).output, "no operator message yet"));
  at.run({"send", "stop", "--to", "AAPL", "--id", "first"});
  at.run({"send", "set", "--to", "ALL", "--id", "second"});
  auto list = at.run({"log"});
  CHECK(list.code == 0);
  CHECK(has(list.output, "first   stop  AAPL  done"));
  CHECK(has(list.output, "3 error"));
  auto one = at.run({"log", "second"});
  CHECK(has(one.output, "counter-META   META   error"));
  CHECK(json::parse(at.run({"log", "first", "--json"}).output).at(0)["id"] == "first");
  auto none = at.run({"log", "third"});
  CHECK(none.code == 1);
  CHECK(has(none.output, "no message third"));
}

TEST_CASE("tail shows what passes, line by line, and Ctrl-C ends it well") {
  fake_floor floor;
  desk at{&floor};
  auto text = at.start({"tail", "AAPL"});
  REQUIRE(floor.script().wait_for("subscribe"));
  floor.from_pit(price_batch{"AAPL", {{*Price::parse("107.5"), {}, 1, 2}}, 0});
  CHECK(test::eventually([&] { return has(text.output(), "107.5"); }));
  text.signal(SIGINT);
  CHECK(text.wait() == 0);
}

TEST_CASE("tail as JSON, ended by SIGTERM") {
  fake_floor floor;
  desk at{&floor};
  auto text = at.start({"tail", "AAPL", "--json"});
  REQUIRE(floor.script().wait_for("subscribe"));
  floor.from_pit(feed_status{"AAPL", feed_state::stale, 5 * ns_per_ms, "mute"});
  CHECK(test::eventually([&] { return has(text.output(), "\n"); }));
  CHECK(json::parse(text.output())["feed"]["state"] == "stale");
  text.signal(SIGTERM);
  CHECK(text.wait() == 0);
}

TEST_CASE("a reader that leaves ends the program quietly") {
  fake_floor floor;
  desk at{&floor};
  process::options options;
  options.arguments = {"/bin/sh", "-c", std::string{OUTCRY_PROGRAM} + " bots | true; echo left"};
  options.directory = at.dir().path().string();
  options.output_file = at.dir().file("pipe");
  process shell{options};
  CHECK(shell.wait() == 0);
  CHECK(shell.output() == "left\n");
}

TEST_CASE("a floor that ends while tail listens is no success") {
  fake_floor floor;
  desk at{&floor};
  auto text = at.start({"tail", "AAPL"});
  REQUIRE(floor.script().wait_for("subscribe"));
  floor.stop_bridge();
  CHECK(text.wait() != 0);
}

TEST_CASE("init prints a configuration that is the default, and overwrites nothing") {
  desk at;
  auto printed = at.run({"init"});
  CHECK(printed.code == 0);
  CHECK(printed.output == config::default_config_text());
  auto refused = at.run({"init", "--write"});
  CHECK(refused.code == 2);
  CHECK(has(refused.output, "there already"));
  std::filesystem::remove(at.dir().file("outcry.toml"));
  CHECK(at.run({"init", "--write"}).code == 0);
  auto read = config::load_config(at.dir().file("outcry.toml"), {});
  REQUIRE(read);
  CHECK(read->floor.data_dir == at.dir().path() / ".outcry");
}

TEST_CASE("doctor says what is wrong and what to do, and fails only then") {
  fake_floor floor;
  floor.script().meta = actor_state::running;
  desk at{&floor};
  auto well = at.run({"doctor"});
  INFO(well.output);
  CHECK(well.code == 0);
  CHECK(has(well.output, "ok    floor"));
  CHECK(has(well.output, "ok    actors"));
  CHECK(has(well.output, "ok    refused"));
  CHECK(has(well.output, "warn  halt"));
  CHECK(has(well.output, "-> outcry send start --to ALL"));
  desk alone;
  auto ill = alone.run({"doctor", "--json"});
  CHECK(ill.code == 1);
  CHECK(has(ill.output, R"("check":"floor")"));
  std::ofstream{alone.dir().file("outcry.toml")} << "x = 1\n";
  auto wrong = alone.run({"doctor"});
  CHECK(wrong.code == 1);
  CHECK(has(wrong.output, "outcry.toml:1: x"));
}

TEST_CASE("doctor fails on an actor that is down, and says which and why") {
  fake_floor floor;
  desk at{&floor};
  floor.script().meta = actor_state::failed;
  auto failed = at.run({"doctor"});
  INFO(failed.output);
  CHECK(failed.code == 1);
  CHECK(has(failed.output, "fail  actors"));
  CHECK(has(failed.output, "bot:META has failed"));
  CHECK(has(failed.output, ": threw\n"));
  CHECK(has(failed.output, "restart the floor"));
  CHECK_FALSE(has(failed.output, "pit:AAPL"));
  floor.script().meta = actor_state::restarting;
  auto restarting = at.run({"doctor"});
  CHECK(restarting.code == 1);
  CHECK(has(restarting.output, "bot:META is restarting"));
  for (auto up : {actor_state::starting, actor_state::running, actor_state::stopped}) {
    floor.script().meta = up;
    CHECK(at.run({"doctor"}).code == 0);
  }
}

TEST_CASE("doctor fails on values that Firebase refused") {
  fake_floor floor;
  floor.script().meta = actor_state::running;
  floor.script().refused_values = 3;
  desk at{&floor};
  auto x = at.run({"doctor"});
  INFO(x.output);
  CHECK(x.code == 1);
  CHECK(has(x.output, "fail  refused"));
  CHECK(has(x.output, "Firebase refused 3 values"));
  CHECK(has(x.output, "the floor's log"));
  CHECK(has(x.output, "journal.db"));
}

TEST_CASE("doctor tells what a cloud's history costs, as no failure") {
  desk at;
  // Nobody listens there: what it costs is told all the same.
  auto url = "https://127.0.0.1:" + std::to_string(test::free_port());
  auto history = [&](const std::string& kind) {
    auto x = at.run({"doctor"}, {{"OUTCRY_FIREBASE_URL", url}, {"OUTCRY_FIREBASE_HISTORY", kind}});
    INFO(x.output);
    CHECK(has(x.output, "fail  firebase"));
    CHECK_FALSE(has(x.output, "fail  history"));
    return has(x.output, "ok    history") && has(x.output, "100,000 prices a day");
  };
  CHECK(history("all"));
  CHECK_FALSE(history("none"));
  CHECK_FALSE(history("auto"));
}

TEST_CASE("a Redis that is not there is exit code 3") {
  desk at;
  const std::map<std::string, std::string> where = {
      {"OUTCRY_REDIS_URL", "redis://127.0.0.1:" + std::to_string(test::free_port())}};
  auto publish = at.run({"publish", "X", "{}"}, where);
  CHECK(publish.code == 3);
  CHECK(has(publish.output, "Redis: unreachable"));
  CHECK(at.run({"subscribe", "X"}, where).code == 3);
}

TEST_CASE("publish and subscribe meet over Redis") {
  if (!std::filesystem::exists("/usr/bin/redis-server")) OUTCRY_SKIP("no redis-server");
  desk at;
  auto port = test::free_port();
  process::options options;
  options.arguments = {"/usr/bin/redis-server",
                       "--port",
                       std::to_string(port),
                       "--bind",
                       "127.0.0.1",
                       "--save",
                       "",
                       "--appendonly",
                       "no",
                       "--dir",
                       at.dir().path().string()};
  options.output_file = at.dir().file("redis");
  process redis{options};
  REQUIRE(test::eventually([&] { return test::accepts(port); }));
  const std::map<std::string, std::string> where = {
      {"OUTCRY_REDIS_URL", "redis://127.0.0.1:" + std::to_string(port)}};
  auto listener = at.start({"subscribe", "TICKER_UPDATES_AAPL", "OTHER_*", "--json"}, where);
  auto heard = [&] {
    auto x = at.run({"publish", "TICKER_UPDATES_AAPL", R"({"type":"price"})"}, where);
    return has(x.output, "heard by 1");
  };
  REQUIRE(test::eventually(heard));
  CHECK(test::eventually([&] { return has(listener.output(), R"("sender":"outcry")"); }));
  CHECK(at.run({"publish", "OTHER_X", R"({"data":{"a":1}})"}, where).code == 0);
  CHECK(test::eventually([&] { return has(listener.output(), R"("payload":{"data":{"a":1}})"); }));
  CHECK(at.run({"publish", "OTHER_X", "no json"}, where).code == 2);
  CHECK(at.run({"publish", "OTHER_X", "{}"}).code == 2);
  // It is there, but does not let us in.
  auto stranger =
      at.run({"publish", "OTHER_X", "{}"},
             {{"OUTCRY_REDIS_URL", "redis://nobody:wrong@127.0.0.1:" + std::to_string(port)}});
  CHECK(stranger.code == 1);
  CHECK(has(stranger.output, "auth_failed"));
  // It says on the same connection that it is no bot.
  CHECK(has(at.run({"publish", "OUTCRY_LISTENERS_AAPL", "{}"}, where).output, "heard by 1"));
  listener.signal(SIGINT);
  CHECK(listener.wait() == 0);
}
