#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <signal.h>

#include "tests/chaos/floor_process.hpp"
#include "tests/contract/node_program.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

namespace outcry::test {

namespace {

using nlohmann::json;

const std::string source_root = SOURCE_ROOT;
const std::string node_folder = NODE_FOLDER;
const std::string phone_folder = PHONE_FOLDER;
const std::string passcode = "correct horse";

/// What the tests need of npm: a node, and the page as ./run builds it. False: `why` says what is
/// missing.
bool prepare(std::string& node, std::string& why) {
  node = find_node(node_folder, why);
  if (node.empty()) return false;
  const auto built = run_command("'" + source_root + "/scripts/phone_build.sh' '" + phone_folder +
                                 "/dist' '" + phone_folder + "' 2>&1");
  why = built.output;
  if (built.code != 77) REQUIRE(built.output + std::to_string(built.code) == "0");
  return built.code == 0;
}

floor_plan plan_with_page() {
  floor_plan plan;
  plan.local_firebase_lines = "page = \"" + phone_folder + "/dist\"\nrules = \"" + source_root +
                              "/apps/phone/firebase/database.rules.json\"\n";
  return plan;
}

/// The floor that ./run starts, with a passcode, and one of node's programs with a browser on it.
class phone_floor {
public:
  explicit phone_floor(std::string node) : node_(std::move(node)), at(plan_with_page()) {
    const auto set = run_command("echo '" + passcode + "' | '" OUTCRY_PROGRAM "' --config '" +
                                 at.config_file() + "' passcode set");
    REQUIRE(set.code == 0);
    at.start_firebase();
    at.start();
  }

  /// Runs the program to its end and does what it asks for meanwhile. False: it was skipped.
  bool run(std::vector<std::string> program) {
    program.front() = node_folder + "/" + program.front();
    program.insert(program.begin(), node_);
    const auto page = "http://127.0.0.1:" + std::to_string(at.firebase_port()) + "/";
    process running({std::move(program),
                     {{"PAGE", page},
                      {"PASSCODE", passcode},
                      {"AXE", phone_folder + "/node_modules/axe-core/axe.min.js"}},
                     node_folder,
                     at.dir().file("program")});
    std::size_t done = 0;
    eventually(
        [&] {
          const bool ends = !running.running();
          const auto asked = asked_for(running.output());
          for (; done < asked.size(); ++done) act(asked[done]);
          return ends;
        },
        std::chrono::minutes(9));
    INFO("at " << now_ms() << " the database says of the floor " << at.read("floor").dump());
    return check_lines(running);
  }

private:
  static std::vector<std::string> asked_for(const std::string& output) {
    std::vector<std::string> asked;
    std::istringstream lines(output.substr(0, output.rfind('\n') + 1));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("ask ")) asked.push_back(line.substr(4));
    return asked;
  }

  void act(const std::string& what) {
    INFO(what);
    if (what == "kill floor") {
      at.kill();
    } else if (what == "start floor") {
      at.start();
    } else if (what == "kill firebase") {
      at.firebase().signal(SIGKILL);
      REQUIRE(at.firebase().wait() == 128 + SIGKILL);
    } else if (what == "start firebase") {
      at.start_firebase();
    } else {
      FAIL("nobody can do that");
    }
  }

  std::string node_;

public:
  floor_process at;
};

/// The messages of a type that stand in the database.
std::vector<json> messages_of(const floor_process& at, const std::string& type) {
  std::vector<json> found;
  const json all = at.read("pubsub-messages");
  REQUIRE(all.is_object());
  for (const auto& message : all)
    if (message.value("type", "") == type) found.push_back(message);
  return found;
}

}  // namespace

TEST_CASE("the phone stops two of three bots and finds it in its logs") {
  std::string node, why;
  if (!prepare(node, why)) OUTCRY_SKIP(why.c_str());
  phone_floor floor(node);
  floor.run({"phone_story.mjs", "commands"});
}

TEST_CASE("what the phone queues without a connection arrives exactly once") {
  std::string node, why;
  if (!prepare(node, why)) OUTCRY_SKIP(why.c_str());
  phone_floor floor(node);
  if (!floor.run({"phone_story.mjs", "offline"})) return;
  for (const std::string type : {"stop", "start"}) {
    const auto found = messages_of(floor.at, type);
    REQUIRE(found.size() == 1);
    CHECK(found[0]["state"] == "done");
    CHECK(found[0]["acknowledgementCount"] == 3);
  }
}

TEST_CASE("the phone finds its floor again after kill -9") {
  std::string node, why;
  if (!prepare(node, why)) OUTCRY_SKIP(why.c_str());
  phone_floor floor(node);
  floor.run({"phone_story.mjs", "floor"});
}

TEST_CASE("the phone finds its database again after kill -9 and is still signed in") {
  std::string node, why;
  if (!prepare(node, why)) OUTCRY_SKIP(why.c_str());
  phone_floor floor(node);
  floor.run({"phone_story.mjs", "firebase"});
}

TEST_CASE("the phone's page is light, stands still and can be read and installed by everybody") {
  std::string node, why;
  if (!prepare(node, why)) OUTCRY_SKIP(why.c_str());
  phone_floor floor(node);
  floor.run({"phone_checks.mjs"});
}

}  // namespace outcry::test
