#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include "actors/floor/seat.hpp"
#include "adapters/firebase/bridge.hpp"
#include "messages/mirror.hpp"
#include "tests/adapters/firebase/scripted_server.hpp"
#include "tests/support/manual_clock.hpp"

using namespace outcry;
using namespace outcry::firebase;

namespace {

constexpr std::chrono::seconds lane_patience{60};
constexpr mirror_lane every_lane[] = {mirror_lane::prompt, mirror_lane::history,
                                      mirror_lane::actors};

/// A bridge that writes to a scripted server.
struct lane_rig {
  struct config : floor_system_config {
    config() { set("scheduler.max-threads", 2); }
  };

  lane_rig() {
    auto home = std::make_shared<house>();
    home->time = std::make_shared<test::manual_clock>();
    bridge_options options{
        database_url::parse(server.origin() + "?ns=demo"), static_token("hush"), {}, {}, home};
    mirror = caf::actor_cast<mirror_actor>(system.spawn(bridge, std::move(options)));
  }
  ~lane_rig() {
    caf::anon_send_exit(mirror, caf::exit_reason::user_shutdown);
    self->wait_for(mirror);
    mirror = nullptr;
  }

  auto write(mirror_lane lane, const std::string& path) {
    return self->request(mirror, lane_patience, mirror_patch{lane, {{path, "1"}}});
  }
  std::set<std::string> down() {
    std::set<std::string> result;
    self->request(mirror, lane_patience, get_links{})
        .receive(
            [&](const link_list& all) {
              for (const auto& x : all.links)
                if (x.state == link_state::down) result.insert(x.name);
            },
            [](const caf::error&) { FAIL("no links"); });
    return result;
  }

  test::scripted_server server;
  config settings;
  caf::actor_system system{settings};
  caf::scoped_actor self{system};
  mirror_actor mirror;
};

void expect_stored(const mirror_reply& x) {
  INFO(x.reason);
  CHECK(x.outcome == mirror_outcome::stored);
}

void fail_on(const caf::error& x) {
  FAIL(caf::to_string(x));
}

}  // namespace

TEST_CASE("firebase bridge: no lane waits behind another") {
  test::gate all_here;
  std::atomic<std::size_t> here{0};
  std::atomic<int> alone{0};
  lane_rig rig;
  for ([[maybe_unused]] auto lane : every_lane)
    rig.server.then([&](auto& at, const auto&) {
      if (++here == mirror_lanes) all_here.open();
      if (!all_here.wait()) ++alone;
      at.answer(204);
    });
  auto prompt = rig.write(mirror_lane::prompt, "a");
  auto history = rig.write(mirror_lane::history, "b");
  auto actors = rig.write(mirror_lane::actors, "c");
  prompt.receive(expect_stored, fail_on);
  history.receive(expect_stored, fail_on);
  actors.receive(expect_stored, fail_on);
  CHECK(alone == 0);
}

TEST_CASE("firebase bridge: what Firebase says to one lane is nothing to the others") {
  lane_rig rig;
  const char* const names[] = {"firebase.prompt", "firebase.history", "firebase.actors"};
  for (auto busy : every_lane) {
    for (auto lane : every_lane) {
      const bool refused = lane == busy;
      rig.server.then([refused](auto& at, const auto&) {
        if (refused)
          at.answer(429, "{}", {"Retry-After: 7"});
        else
          at.answer(204);
      });
      rig.write(lane, "a").receive(
          [&](const mirror_reply& x) {
            CHECK((x.outcome == mirror_outcome::retry_later) == refused);
            CHECK(x.retry_after_ms == (refused ? 7000 : 0));
          },
          fail_on);
    }
    CHECK(rig.down() == std::set<std::string>{names[static_cast<std::size_t>(busy)]});
  }
}

TEST_CASE("firebase bridge: a second write of a lane is told that it comes too early") {
  test::gate seen;
  test::gate go_on;
  lane_rig rig;
  rig.server.then([&](auto& at, const auto&) {
    seen.open();
    go_on.wait();
    at.answer(204);
  });
  auto first = rig.write(mirror_lane::history, "a");
  REQUIRE(seen.wait());
  rig.write(mirror_lane::history, "b")
      .receive([](const mirror_reply& x) { CHECK(x.outcome == mirror_outcome::retry_later); },
               fail_on);
  go_on.open();
  first.receive(expect_stored, fail_on);
}
