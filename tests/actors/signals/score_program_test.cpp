#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using nlohmann::json;
using test::process;

namespace {

struct score_run {
  int code = -1;
  std::string output;
};

score_run score(const std::string& lines, std::vector<std::string> arguments = {}) {
  test::temp_dir dir;
  std::ofstream{dir.file("words.jsonl")} << lines;
  arguments.insert(arguments.begin(), {OUTCRY_PROGRAM, "signals", "test", dir.file("words.jsonl")});
  process::options options;
  options.arguments = std::move(arguments);
  options.directory = dir.path().string();
  options.output_file = dir.file("output");
  process program{options};
  const auto code = program.wait();
  return {code, program.output()};
}

bool score_has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr const char* words =
    R"({"text": "WAG/USDT long entry 10 sl 9 tp 12", "class": "signal", "expect": )"
    R"({"symbol": "WAG", "side": "long", "entry": [10], "sl": 9, "tp": [12]}})"
    "\n"
    R"({"text": "WIG/USDT short entry 10 sl 11 tp 8", "class": "signal", "expect": )"
    R"({"symbol": "WIG", "side": "short", "entry": [10], "sl": 11, "tp": [8.5]}})"
    "\n"
    R"({"text": "good evening", "class": "noise", "expect": null})"
    "\n";

}  // namespace

TEST_CASE("signals test prints shares, a table of classes and each miss") {
  const auto x = score(words);
  CHECK(x.code == 0);
  CHECK(score_has(x.output, "signals  0.5000     1 of 2  0.5000  1 of 2"));
  CHECK(score_has(x.output, "updates  1.0000     0 of 0  1.0000  0 of 0"));
  CHECK(score_has(x.output, "noise     0       0       0           0        1"));
  CHECK(score_has(x.output, "line 2  WIG/USDT short"));
  CHECK(score_has(x.output, "targets  8.5       8"));
  CHECK_FALSE(score_has(x.output, "line 1"));
}

TEST_CASE("signals test speaks JSON") {
  const auto x = score(words, {"--json"});
  CHECK(x.code == 0);
  const auto said = json::parse(x.output);
  CHECK(said.size() == 3);
  CHECK(said["signals"] == json{{"precision", 0.5}, {"recall", 0.5}});
  CHECK(said["updates"] == json{{"precision", 1.0}, {"recall", 1.0}});
  REQUIRE(said["misses"].size() == 1);
  CHECK(said["misses"][0]["line"] == 2);
  CHECK(said["misses"][0]["wrong"][0] ==
        json{{"field", "targets"}, {"expected", "8.5"}, {"read", "8"}});
}

TEST_CASE("signals test names the bad line of a file") {
  const auto x = score(std::string{words} + "{\"text\": 5}\n");
  CHECK(x.code == 2);
  CHECK(score_has(x.output, "words.jsonl:4: \"text\": expected a text"));
  CHECK_FALSE(score_has(x.output, "precision"));
}

TEST_CASE("signals test tells of kinds of updates nobody knows, and goes on") {
  const auto x =
      score(std::string{words} +
            R"({"text": "x", "class": "update", "expect": {"update": {"kind": "sing"}}})");
  CHECK(x.code == 0);
  CHECK(
      score_has(x.output, "words.jsonl:4: nobody knows the update \"sing\"; it counts as missed"));
  CHECK(score_has(x.output, "updates  1.0000     0 of 0  0.0000  0 of 1"));
}

TEST_CASE("signals test wants a file it can read") {
  CHECK(score(words, {"more"}).code == 2);
  test::temp_dir dir;
  process::options options;
  options.arguments = {OUTCRY_PROGRAM, "signals", "test", dir.file("none.jsonl")};
  options.directory = dir.path().string();
  options.output_file = dir.file("output");
  process program{options};
  CHECK(program.wait() == 2);
  CHECK(score_has(program.output(), "none.jsonl: cannot be read"));
}
