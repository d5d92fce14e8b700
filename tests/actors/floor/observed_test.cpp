#include "actors/floor/observed.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/wake.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;
using test::actor_fixture;

namespace {

struct clerk_state {
  static inline const char* name = "clerk";
};
using clerk_self = caf::stateful_actor<clerk_state, observed<caf::event_based_actor>>;

struct clerk_log {
  int prices = 0;
  int timers = 0;
  int answers = 0;
  bool urgent_first = false;
};
using clerk_log_ptr = std::shared_ptr<clerk_log>;

// Answers `get_bot`, counts prices and timers, throws at orders, sets a timer at a feed status and
// asks the pit of a demand how it is.
caf::behavior clerk(clerk_self* self, std::uint64_t bound, const clerk_log_ptr& log) {
  self->observe({"clerk", "test", bound});
  return {
      [](const get_bot&) { return bot_status{}; },
      [log](const price_batch&) { ++log->prices; },
      [](const order_update&) { throw std::runtime_error("cannot read this"); },
      [self](const feed_status&) { self->delayed_send(self, 1s, wake{}); },
      [log](const wake&) { ++log->timers; },
      [self, log](const demand& request) {
        self->request(request.pit, caf::infinite, get_bot{})
            .then([log](const bot_status&) { ++log->answers; }, [](caf::error&) {});
      },
  };
}

struct office : actor_fixture {
  clerk_log_ptr log = std::make_shared<clerk_log>();
  caf::actor someone;

  caf::actor open(std::uint64_t bound) {
    someone = spawn(clerk, bound, log);
    run();
    return someone;
  }

  const gauge& counters() { return *counters_of(someone); }

  actor_status status() { return board().list().at(0); }
};

}  // namespace

TEST_CASE_METHOD(office, "what comes in and what is handled is counted exactly") {
  open(100);
  for (int i = 0; i < 7; ++i) send(someone, price_batch{});
  run_without(someone);
  CHECK(counters().enqueued == 7);
  CHECK(counters().handled == 0);
  CHECK(counters().depth() == 7);
  CHECK(status().mailbox == 7);
  CHECK(status().mailbox_bound == 100);
  run();
  CHECK(counters().handled == 7);
  CHECK(counters().depth() == 0);
  CHECK(counters().errors == 0);
  CHECK(counters().refused == 0);
  CHECK(log->prices == 7);
}

TEST_CASE_METHOD(office, "over the bound requests are refused at once, sends counted") {
  open(3);
  for (int i = 0; i < 3; ++i) send(someone, price_batch{});
  auto refused = ask<bot_status>(someone, get_bot{});
  send(someone, price_batch{});
  run_without(someone);
  // Nobody has handled anything yet, and the answer is there.
  REQUIRE(refused.ready());
  CHECK(refused.get().error() == ec::mailbox_full);
  CHECK(counters().refused == 2);
  CHECK(counters().depth() == 3);
  CHECK(status().refused == 2);
  run();
  CHECK(log->prices == 3);
  // There is room again.
  CHECK(request_sync<bot_status>(someone, get_bot{}));
  CHECK(counters().refused == 2);
}

TEST_CASE_METHOD(office, "without a bound nothing is refused") {
  open(0);
  for (int i = 0; i < 5'000; ++i) send(someone, price_batch{});
  run();
  CHECK(log->prices == 5'000);
  CHECK(counters().refused == 0);
}

TEST_CASE_METHOD(office, "a full mailbox takes timers, answers, urgent messages and exits") {
  open(2);
  auto other = spawn(clerk, 0, std::make_shared<clerk_log>());
  send(someone, feed_status{});
  send(someone, demand{"", 0, other});
  run_without(other);
  for (int i = 0; i < 5; ++i) send(someone, price_batch{});
  run_without(someone);
  CHECK(counters().refused == 3);
  // The answer and the timer come while it is full.
  SECTION("timers and answers") {
    CHECK(counters().depth() == 3);
    run();
    CHECK(log->answers == 1);
    CHECK(log->prices == 2);
  }
  SECTION("urgent messages") {
    caf::anon_send<caf::message_priority::high>(someone, price_batch{});
    run();
    CHECK(log->prices == 3);
  }
  SECTION("exits") {
    caf::anon_send_exit(someone, caf::exit_reason::user_shutdown);
    run();
    CHECK(ended(someone));
  }
}

TEST_CASE_METHOD(office, "a timer that fires at a full mailbox is not lost") {
  open(2);
  send(someone, feed_status{});
  run();
  for (int i = 0; i < 5; ++i) send(someone, price_batch{});
  // Its mailbox stands full when the second has passed.
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system().scheduler());
  scheduler.advance_time(1s);
  run_without(someone);
  CHECK(counters().depth() == 3);
  run();
  CHECK(log->timers == 1);
}

TEST_CASE_METHOD(office, "a message that nobody expects is counted and survived") {
  open(10);
  auto answer = request_sync<bot_status>(someone, std::string("what is this?"));
  REQUIRE_FALSE(answer);
  CHECK(answer.error() == caf::sec::unexpected_message);
  CHECK(counters().errors == 1);
  send(someone, std::string("and this?"));
  run();
  CHECK(counters().errors == 2);
  CHECK(request_sync<bot_status>(someone, get_bot{}));
  CHECK_FALSE(ended(someone));
}

TEST_CASE_METHOD(office, "an error that nobody expects is counted and survived") {
  open(10);
  send(someone, caf::make_error(caf::sec::runtime_error));
  run();
  CHECK(counters().errors == 1);
  CHECK_FALSE(ended(someone));
}

TEST_CASE_METHOD(office, "a handler that throws answers its caller and ends the actor") {
  open(10);
  auto answer = request_sync<bot_status>(someone, order_update{});
  REQUIRE_FALSE(answer);
  CHECK(answer.error() == caf::sec::runtime_error);
  CHECK(ended(someone));
  CHECK(counters().errors == 1);
  CHECK(counters().depth() == 0);
}

TEST_CASE_METHOD(office, "a seat sums up over everybody who sat there") {
  open(10);
  send(someone, price_batch{});
  send(someone, price_batch{});
  send(someone, order_update{});
  run();
  REQUIRE(ended(someone));
  open(10);
  send(someone, price_batch{});
  run();
  CHECK(status().handled == 4);
  CHECK(status().errors == 1);
  CHECK(board().list().size() == 1);
}
