#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using nlohmann::json;
using test::process;

namespace {

struct result {
  int code = -1;
  std::string output;
};

result explain(std::vector<std::string> arguments) {
  test::temp_dir dir;
  arguments.insert(arguments.begin(), {OUTCRY_PROGRAM, "signals", "explain"});
  process::options options;
  options.arguments = std::move(arguments);
  options.directory = dir.path().string();
  options.output_file = dir.file("output");
  process program{options};
  const auto code = program.wait();
  return {code, program.output()};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("signals explain needs no floor and shows tokens, rules and verdict") {
  const auto x = explain({"WAG/USDT long entry 10 sl 9 tp 12"});
  CHECK(x.code == 0);
  CHECK(has(x.output, "label: entry"));
  CHECK(has(x.output, "WAG by a pair"));
  CHECK(has(x.output, "signal   (confidence 98 of 100): open long WAG"));
}

TEST_CASE("signals explain speaks JSON") {
  const auto x = explain({"--json", "TP1 hit, SL to BE"});
  CHECK(x.code == 0);
  const auto said = json::parse(x.output);
  CHECK(said["verdict"] == "update");
  CHECK(said["tokens"].size() == 6);
}

TEST_CASE("signals explain knows the last price it is told") {
  const auto x = explain({"--json", "--price", "WAG=100", "WAG/USDT long entry 10 sl 9 tp 12"});
  CHECK(json::parse(x.output)["verdict"] == "refused");
  CHECK(explain({"--price", "WAG", "hello"}).code == 2);
  CHECK(explain({"--price", "WAG=-1", "hello"}).code == 2);
}

TEST_CASE("signals explain wants a text") {
  CHECK(explain({}).code == 2);
  CHECK(explain({"--asset", "house", "hello"}).code == 2);
  CHECK(explain({""}).code == 0);
}

TEST_CASE("a message cannot steer the terminal") {
  const auto x = explain({"\x1b[2J SOL \x9b"});
  CHECK_FALSE(has(x.output, "\x1b[2J"));
}
