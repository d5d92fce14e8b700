#include "actors/phone/actor_mirror.hpp"

#include <memory>

#include <caf/event_based_actor.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct little_mirror {
  std::vector<mirror_patch> patches;
  mirror_reply reply;
};

caf::behavior mirror_of(caf::event_based_actor*, const std::shared_ptr<little_mirror>& mirror) {
  return {
      [=](const mirror_patch& patch) {
        mirror->patches.push_back(patch);
        return mirror->reply;
      },
  };
}

struct mirrored_floor : test::actor_fixture {
  mirrored_floor() {
    options.ask = [this](caf::event_based_actor&, const floor_view_sink& to) {
      ++questions;
      if (lost) return;
      json seen = {{"at_ms", 1000 * questions},
                   {"actors", {{{"name", "desk"}, {"kind", "desk"}, {"state", "running"}}}}};
      to({std::make_shared<floor_view>(floor_view{seen.dump(), ""}), {}});
    };
    options.mirror = caf::actor_cast<mirror_actor>(spawn(mirror_of, mirror));
  }

  void open() {
    actor = spawn(actor_mirror, options);
    run();
  }
  std::vector<std::string> paths(std::size_t patch) const {
    std::vector<std::string> found;
    for (const auto& x : mirror->patches.at(patch).values) found.push_back(x.path);
    return found;
  }

  std::shared_ptr<little_mirror> mirror = std::make_shared<little_mirror>();
  actor_mirror_options options;
  caf::actor actor;
  int questions = 0;
  bool lost = false;
};

const std::vector<std::string> everything = {"floor/actors", "floor/verdict"};

}  // namespace

TEST_CASE_METHOD(mirrored_floor, "phones are told of the actors every ten seconds") {
  open();
  CHECK(questions == 0);
  advance(1s);
  REQUIRE(mirror->patches.size() == 1);
  CHECK(mirror->patches[0].lane == mirror_lane::actors);
  CHECK(paths(0) == everything);
  advance(9s);
  CHECK(mirror->patches.size() == 1);
  advance(1s);
  REQUIRE(mirror->patches.size() == 2);
  CHECK(paths(1) == std::vector<std::string>{"floor/actors/at", "floor/actors/total"});
}

TEST_CASE_METHOD(mirrored_floor, "what was not stored is told again whole, soon") {
  mirror->reply.outcome = mirror_outcome::retry_later;
  open();
  advance(1s);
  REQUIRE(mirror->patches.size() == 1);
  advance(1s);
  REQUIRE(mirror->patches.size() == 2);
  CHECK(paths(1) == everything);
  // Firebase may ask for patience.
  mirror->reply.retry_after_ms = 30'000;
  advance(1s);
  CHECK(mirror->patches.size() == 3);
  advance(29s);
  CHECK(mirror->patches.size() == 3);
  advance(1s);
  CHECK(mirror->patches.size() == 4);
}

TEST_CASE_METHOD(mirrored_floor, "what Firebase refuses is not sent to it every second") {
  mirror->reply.outcome = mirror_outcome::refused;
  open();
  advance(1s);
  REQUIRE(mirror->patches.size() == 1);
  advance(9s);
  CHECK(mirror->patches.size() == 1);
  advance(1s);
  REQUIRE(mirror->patches.size() == 2);
  CHECK(paths(1) == everything);
}

TEST_CASE_METHOD(mirrored_floor, "a view that never comes is asked for again") {
  lost = true;
  open();
  advance(1s);
  CHECK(questions == 1);
  advance(10s);
  CHECK(questions == 2);
  lost = false;
  advance(10s);
  CHECK(mirror->patches.size() == 1);
}

TEST_CASE_METHOD(mirrored_floor, "an actor that ends leaves nobody waiting for its state") {
  floor_view_sink kept;
  options.ask = [&](caf::event_based_actor&, floor_view_sink to) { kept = std::move(to); };
  open();
  advance(1s);
  REQUIRE(kept);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  run();
  kept({std::make_shared<floor_view>(floor_view{"{}", ""}), {}});
  kept = nullptr;
  CHECK(mirror->patches.empty());
}
