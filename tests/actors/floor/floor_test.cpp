#include "actors/floor/floor.hpp"

#include <memory>
#include <string>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "messages/interfaces/wake.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;
using test::actor_fixture;

namespace {

using name_list = std::vector<std::string>;

enum class manners {
  ends_at_once,
  ends_when_woken,  // takes its time: ends at the next `wake`
  stays,            // does not end but when it is killed
};

struct diary {
  name_list told;  // in the order in which they were told to end
  name_list ended;
};
using diary_ptr = std::shared_ptr<diary>;

caf::behavior member(caf::event_based_actor* self, const std::string& label, manners how,
                     const diary_ptr& log) {
  self->attach_functor([label, log] { log->ended.push_back(label); });
  self->set_exit_handler([self, label, how, log](const caf::exit_msg& message) {
    log->told.push_back(label);
    if (how == manners::ends_at_once) self->quit(message.reason);
  });
  return {
      [self, how](const wake&) {
        if (how == manners::ends_when_woken) self->quit();
      },
  };
}

struct root : actor_fixture {
  diary_ptr log = std::make_shared<diary>();
  caf::actor the_floor = caf::actor_cast<caf::actor>(spawn(outcry::floor, stop_limits{2000, 500}));

  caf::actor add(const std::string& label, floor_tier tier, manners how = manners::ends_at_once) {
    auto handle = spawn(member, label, how, log);
    run();
    take(label, tier, handle);
    return handle;
  }

  void take(const std::string& label, floor_tier tier, const caf::actor& handle) {
    auto answer = request_sync<supervised>(
        the_floor, supervise{label, static_cast<std::uint32_t>(tier), handle});
    REQUIRE(answer);
  }

  test::answer<stop_report> stop() {
    auto report = ask<stop_report>(the_floor, stop_floor{"test"});
    run();
    return report;
  }
};

}  // namespace

TEST_CASE_METHOD(root, "a floor ends its people in reverse order, tier by tier") {
  add("journal", floor_tier::store);
  add("bot", floor_tier::bots);
  add("relay", floor_tier::relay);
  add("bridge", floor_tier::bridges);
  add("desk", floor_tier::desk);
  add("pit", floor_tier::market);
  auto report = stop();
  REQUIRE(report.get());
  CHECK(log->ended == name_list{"bridge", "bot", "pit", "desk", "relay", "journal"});
  CHECK(report.get()->killed.empty());
  CHECK(report.get()->left.empty());
}

TEST_CASE_METHOD(root, "the next tier is told only when the whole tier has ended") {
  auto slow = add("slow bot", floor_tier::bots, manners::ends_when_woken);
  auto slower = add("slower bot", floor_tier::bots, manners::ends_when_woken);
  add("quick bot", floor_tier::bots);
  add("relay", floor_tier::relay);
  auto report = stop();
  // All of one tier are told together.
  CHECK(log->told.size() == 3);
  CHECK(log->ended == name_list{"quick bot"});
  send(slow, wake{});
  advance(1s);
  CHECK(log->ended == name_list{"quick bot", "slow bot"});
  CHECK_FALSE(report.ready());
  send(slower, wake{});
  run();
  CHECK(log->ended == name_list{"quick bot", "slow bot", "slower bot", "relay"});
  REQUIRE(report.get());
  CHECK(report.get()->killed.empty());
  // The grace timer of a tier that is gone harms nobody.
  advance(10s);
}

TEST_CASE_METHOD(root, "who does not end within the grace is killed and reported") {
  add("stubborn", floor_tier::bots, manners::stays);
  add("polite", floor_tier::bots);
  add("relay", floor_tier::relay);
  auto report = stop();
  advance(1'999ms);
  CHECK(log->ended == name_list{"polite"});
  advance(1ms);
  CHECK(log->ended == name_list{"polite", "stubborn", "relay"});
  REQUIRE(report.get());
  CHECK(report.get()->killed == name_list{"stubborn"});
  CHECK(report.get()->left.empty());
}

TEST_CASE_METHOD(root, "each tier has a grace of its own") {
  add("first", floor_tier::bots, manners::stays);
  add("second", floor_tier::relay, manners::stays);
  auto report = stop();
  advance(2s);
  CHECK(log->ended == name_list{"first"});
  advance(1'999ms);
  CHECK(log->ended == name_list{"first"});
  advance(1ms);
  CHECK(report.ready());
  CHECK(report.get()->killed == name_list{"first", "second"});
}

TEST_CASE_METHOD(root, "who does not even end when killed is reported as left") {
  // A blocking actor that does not read its mailbox.
  take("deaf", floor_tier::bots, caf::actor_cast<caf::actor>(tester->address()));
  add("relay", floor_tier::relay);
  auto report = stop();
  advance(2s);
  CHECK(log->ended.empty());
  advance(499ms);
  CHECK_FALSE(report.ready());
  advance(1ms);
  CHECK(log->ended == name_list{"relay"});
  REQUIRE(report.get());
  CHECK(report.get()->killed == name_list{"deaf"});
  CHECK(report.get()->left == name_list{"deaf"});
}

TEST_CASE_METHOD(root, "who has ended before is not waited for") {
  auto handle = add("gone", floor_tier::bots);
  caf::anon_send_exit(handle, caf::exit_reason::kill);
  run();
  CHECK(stop().get());
}

TEST_CASE_METHOD(root, "an empty floor has ended at once") {
  CHECK(stop().get());
}

TEST_CASE_METHOD(root, "everybody who asks for the stop is answered") {
  auto slow = add("slow", floor_tier::bots, manners::ends_when_woken);
  auto one = stop();
  auto two = stop();
  CHECK(log->told.size() == 1);
  send(slow, wake{});
  run();
  CHECK(one.get());
  CHECK(two.get());
  // Also when it is over.
  CHECK(stop().get());
}

TEST_CASE_METHOD(root, "who comes while the floor ends is ended too") {
  auto slow = add("slow", floor_tier::relay, manners::ends_when_woken);
  auto report = stop();
  add("newcomer", floor_tier::market);
  CHECK(log->ended == name_list{"newcomer"});
  CHECK_FALSE(report.ready());
  send(slow, wake{});
  run();
  CHECK(report.get());
}

TEST_CASE_METHOD(root, "the whole stop ends within its time, whoever stays") {
  the_floor = caf::actor_cast<caf::actor>(spawn(outcry::floor, stop_limits{}));
  const std::vector<std::pair<std::string, floor_tier>> everybody = {
      {"bridge", floor_tier::bridges}, {"bot", floor_tier::bots},
      {"pit", floor_tier::market},     {"desk", floor_tier::desk},
      {"relay", floor_tier::relay},    {"journal", floor_tier::store}};
  SECTION("killed") {
    for (const auto& [label, tier] : everybody) add(label, tier, manners::stays);
    auto report = stop();
    advance(1s);
    // The first tiers take of the time, but not all of it.
    CHECK(log->ended.empty());
    advance(3'500ms);
    REQUIRE(report.get());
    CHECK(report.get()->killed.size() == 6);
    CHECK(report.get()->left.empty());
    CHECK(log->ended == name_list{"bridge", "bot", "pit", "desk", "relay", "journal"});
  }
  SECTION("left") {
    std::vector<std::unique_ptr<caf::scoped_actor>> deaf;
    for (const auto& [label, tier] : everybody) {
      deaf.push_back(std::make_unique<caf::scoped_actor>(system(), true));
      take(label, tier, caf::actor_cast<caf::actor>((*deaf.back())->address()));
    }
    auto report = stop();
    advance(4'499ms);
    CHECK_FALSE(report.ready());
    advance(1ms);
    REQUIRE(report.get());
    CHECK(report.get()->left.size() == 6);
  }
}

TEST_CASE_METHOD(root, "who is slow but ends keeps the tiers after it their time") {
  the_floor = caf::actor_cast<caf::actor>(spawn(outcry::floor, stop_limits{}));
  for (auto tier : {floor_tier::bridges, floor_tier::bots, floor_tier::market, floor_tier::desk})
    add("stubborn", tier, manners::stays);
  auto journal = add("journal", floor_tier::store, manners::ends_when_woken);
  auto report = stop();
  // Whoever holds on in the last tier still has a while to end by itself.
  for (int i = 0; i < 450 && log->told.size() < 5; ++i) advance(10ms);
  REQUIRE(log->told.size() == 5);
  advance(200ms);
  send(journal, wake{});
  run();
  REQUIRE(report.get());
  CHECK(report.get()->killed.size() == 4);
}

TEST_CASE_METHOD(root, "who comes after the end is ended too, within the same time") {
  CHECK(stop().get());
  take("late", floor_tier::bots, caf::actor_cast<caf::actor>(tester->address()));
  auto report = stop();
  CHECK_FALSE(report.ready());
  advance(4'500ms);
  REQUIRE(report.get());
  CHECK(report.get()->left == name_list{"late"});
}
