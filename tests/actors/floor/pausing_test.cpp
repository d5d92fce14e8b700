#include "actors/floor/pausing.hpp"

#include <memory>
#include <string>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "actors/floor/observed.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/inspection.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using test::actor_fixture;

namespace {

using heard = std::shared_ptr<std::vector<std::string>>;

struct sleeper_state {
  static inline const char* name = "sleeper";
};
using sleeper_self = caf::stateful_actor<sleeper_state, observed<caf::event_based_actor>>;

caf::behavior sleeper(sleeper_self* self, const heard& log, std::uint64_t bound) {
  self->observe({"sleeper", "test", bound});
  self->tell_state([log] { return "{\"heard\":" + std::to_string(log->size()) + "}"; });
  return {
      [log](const price_batch& x) { log->push_back(x.ticker); },
      [log](const bot_command& x) {
        log->push_back(x.message.type);
        return command_outcome{};
      },
      [](const get_bot&) { return bot_status{}; },
  };
}

struct bedroom : actor_fixture {
  heard log = std::make_shared<std::vector<std::string>>();
  caf::actor someone;

  void open(std::uint64_t bound = 0) {
    someone = spawn(sleeper, log, bound);
    run();
  }

  seat& place() { return *board().known("sleeper"); }

  void price(const std::string& ticker) { send(someone, price_batch{ticker, {}, 0}); }

  void command(const std::string& type, bool addressed) {
    bot_command x;
    x.message.type = type;
    x.addressed = addressed;
    send(someone, x);
  }
};

}  // namespace

TEST_CASE_METHOD(bedroom, "a paused actor handles nothing, and then everything in its order") {
  open();
  price("A");
  run();
  REQUIRE(pause(place(), 5));
  CHECK_FALSE(pause(place(), 6));
  price("B");
  price("C");
  caf::anon_send<caf::message_priority::high>(someone, price_batch{"URGENT", {}, 0});
  run();
  price("D");
  run();
  CHECK(*log == std::vector<std::string>{"A"});
  CHECK(place().status().state == actor_state::paused);
  CHECK(place().status().since_ms == 5);
  CHECK(place().status().mailbox == 4);
  REQUIRE(resume(place(), 7));
  price("E");
  run();
  CHECK_FALSE(resume(place(), 8));
  // Urgent messages have a way of their own.
  CHECK(std::erase(*log, "URGENT") == 1);
  CHECK(*log == std::vector<std::string>{"A", "B", "C", "D", "E"});
  CHECK(place().status().state == actor_state::running);
  CHECK(place().status().mailbox == 0);
}

TEST_CASE_METHOD(bedroom, "what waits for a paused actor is bounded, and requests hear of it") {
  open(0);
  pause(place(), 1);
  for (std::uint64_t i = 0; i < pause_bound + 7; ++i) price("A");
  auto refused = ask<bot_status>(someone, get_bot{});
  run();
  REQUIRE(refused.ready());
  CHECK(refused.get().error() == ec::mailbox_full);
  CHECK(place().status().mailbox == pause_bound);
  CHECK(place().status().refused == 8);
  resume(place(), 2);
  run();
  CHECK(log->size() == pause_bound);
  // Unbounded as before.
  CHECK(place().status().mailbox_bound == 0);
}

TEST_CASE_METHOD(bedroom, "a smaller bound of its own stays in force during a pause") {
  open(3);
  pause(place(), 1);
  for (int i = 0; i < 5; ++i) price("A");
  run();
  CHECK(place().status().mailbox == 3);
  resume(place(), 2);
  run();
  CHECK(log->size() == 3);
  CHECK(place().status().mailbox_bound == 3);
}

TEST_CASE_METHOD(bedroom, "a paused actor can be ended") {
  open();
  pause(place(), 1);
  price("A");
  run();
  caf::anon_send_exit(someone, caf::exit_reason::user_shutdown);
  run();
  CHECK(ended(someone));
  CHECK(log->empty());
}

TEST_CASE_METHOD(bedroom, "a stop that is meant for it ends the pause, in its order") {
  open();
  pause(place(), 1);
  price("A");
  run();
  SECTION("a stop") {
    command("stop", true);
    price("B");
    run();
    CHECK(*log == std::vector<std::string>{"A", "stop", "B"});
    CHECK(place().status().state == actor_state::running);
  }
  SECTION("a kill") {
    command("kill", true);
    run();
    CHECK(*log == std::vector<std::string>{"A", "kill"});
  }
  SECTION("a stop for others does not") {
    command("stop", false);
    run();
    CHECK(log->empty());
  }
  SECTION("another verb does not") {
    command("start", true);
    run();
    CHECK(log->empty());
  }
}

TEST_CASE_METHOD(bedroom, "an actor tells of itself, paused or not, before what waits") {
  open();
  price("A");
  run();
  SECTION("paused") {
    pause(place(), 1);
  }
  price("B");
  expect_question(place());
  inside_view seen;
  auto asker = spawn([&seen, to = someone](caf::event_based_actor* self) {
    self->request<caf::message_priority::high>(to, caf::infinite, look_inside{true, true})
        .then([&seen](const inside_view& x) { seen = x; }, [](caf::error&) {});
  });
  run_without(someone);
  run();
  CHECK(seen.state == "{\"heard\":1}");
  REQUIRE(seen.mailbox.size() == 1);
  CHECK(seen.mailbox[0].message == "price_batch");
  CHECK(seen.mailbox[0].text.find("\"B\"") != std::string::npos);
}
