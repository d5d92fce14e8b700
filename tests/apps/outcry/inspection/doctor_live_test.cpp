#include <catch2/catch.hpp>

#include "apps/outcry/inspection/verbs.hpp"
#include "tests/apps/outcry/inspection/program_fixture.hpp"

using namespace outcry::test;
using nlohmann::json;

namespace {

/// A snapshot taken at 10 s past the floor's start, `rows` being its lists.
std::string snapshot(const std::string& rows) {
  return R"({"item":{"snapshot":{"seq":1,"at_ms":110000,"floor":{"name":"home","started_ms":100000,
    "pid":1,"halt":"none","bots":{"running":1},"dead_letters":0},)" +
         rows + "}}}";
}

const std::string well =
    R"("actors":[{"name":"bot:A","kind":"bot","state":"running","since_ms":100000}])";

const std::string stuck =
    R"("actors":[{"name":"bot:A","kind":"bot","state":"running","since_ms":100000,"mailbox":1241,
    "oldest_wait_ms":9000,"serving":{"message":"price_batch","since_ms":98000}}])";

}  // namespace

TEST_CASE("doctor --live: a well floor is said to be well") {
  scripted_floor floor{{{"inspect", {{snapshot(well)}}}}};
  command_line at{floor};
  auto x = at.run({"doctor", "--live"});
  INFO(x.output);
  CHECK(x.code == 0);
  CHECK(x.output == "ok    Nothing is wrong: 1 actor, 1 of 1 bot running\n");
  CHECK(floor.requests().at(0) ==
        json{{"op", "inspect"}, {"interval_ms", 1000}, {"parts", json::array()}});
}

TEST_CASE("doctor --live: what is wrong, since when, what it costs and what to do") {
  scripted_floor floor{{{"inspect", {{snapshot(stuck)}}}}};
  command_line at{floor};
  auto x = at.run({"doctor", "--live"});
  INFO(x.output);
  CHECK(x.code == 1);
  CHECK(x.output.starts_with("bad   bot:A is stuck in one price_batch\n      since   "));
  CHECK(contains(x.output, "12 s ago"));
  CHECK(contains(x.output, "      costs   its ticker is not traded"));
  CHECK(contains(x.output, "      do      `outcry actor bot:A`"));
  auto as_json = json::parse(at.run({"doctor", "--live", "--json"}).output);
  CHECK(as_json["level"] == "bad");
  CHECK(as_json["lines"].at(0)["rule"] == "stuck_handler");
  CHECK(as_json["lines"].at(0)["since_ms"] == 98'000);
}

TEST_CASE("doctor --live: the last look counts") {
  const std::string over =
      R"({"item":{"delta":{"seq":2,"at_ms":111000,"actors":[{"name":"bot:A","kind":"bot",
      "state":"running","since_ms":100000,"serving":null}],"links":[{"name":"redis",
      "state":"down","since_ms":101000,"last_error":"connection refused"}]}}})";
  scripted_floor floor{{{"inspect", {{snapshot(stuck), over}}}}};
  command_line at{floor};
  auto x = at.run({"doctor", "--live"});
  INFO(x.output);
  // A warning is no failure.
  CHECK(x.code == 0);
  CHECK(x.output.starts_with("warn  redis is down: connection refused"));
  CHECK_FALSE(contains(x.output, "bot:A"));
}

TEST_CASE("doctor --live: a floor that goes on telling is left after the time that was given") {
  scripted_floor floor{{{"inspect", {{snapshot(well)}, std::nullopt}}}};
  command_line at{floor};
  auto x = at.run({"doctor", "--live", "--for", "1"});
  INFO(x.output);
  CHECK(x.code == 0);
  CHECK(contains(x.output, "Nothing is wrong"));
}

TEST_CASE("doctor --live: nonsense from the floor and wrong usage have their exit codes") {
  scripted_floor nonsense{{{"inspect", {{R"({"item":{"snapshot":{"at_ms":"now"}}})"}}}}};
  command_line at{nonsense};
  auto x = at.run({"doctor", "--live"});
  CHECK(x.code == 3);
  CHECK(contains(x.output, "makes no sense"));
  scripted_floor mute{{{"inspect", {}}}};
  command_line beside{mute};
  CHECK(beside.run({"doctor", "--live"}).code == 1);
  CHECK(at.run({"doctor", "--for", "3"}).code == 2);
  CHECK(at.run({"doctor", "--live", "--for", "0"}).code == 2);
  CHECK(at.run({"doctor", "--live", "--firebase"}).code == 2);
}

TEST_CASE("doctor --live: text from the floor cannot steer the terminal") {
  scripted_floor floor{
      {{"inspect",
        {{snapshot(
            R"("actors":[{"name":"bot:\u001b[2J","kind":"bot","state":"failed","since_ms":100000}])")}}}}};
  command_line at{floor};
  auto x = at.run({"doctor", "--live"});
  CHECK(contains(x.output, "bot:?[2J"));
  CHECK_FALSE(contains(x.output, "\x1b"));
}

TEST_CASE("paragraphs break at blanks, spans have a fitting unit") {
  using outcry::cli::short_span;
  using outcry::cli::wrapped;
  CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("incomprehensible", 7) == std::vector<std::string>{"incomprehensible"});
  CHECK(wrapped("", 7).empty());
  CHECK(wrapped("a  b", 7) == std::vector<std::string>{"a b"});
  CHECK(short_span(0) == "-");
  CHECK(short_span(999) == "999 ns");
  CHECK(short_span(12'345) == "12 us");
  CHECK(short_span(3'456'789) == "3.5 ms");
  CHECK(short_span(345'678'900) == "345 ms");
  CHECK(short_span(1'234'567'890) == "1.2 s");
}
