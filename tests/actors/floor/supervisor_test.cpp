#include "actors/floor/supervisor.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "messages/error.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/wake.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;
using test::actor_fixture;

namespace {

// What a child and its successors heard.
struct child_log {
  int started = 0;
  std::vector<std::string> heard;
  std::vector<caf::actor> children;
  caf::actor_addr sender;
  std::vector<std::pair<actor_state, std::string>> changes;
};
using child_log_ptr = std::shared_ptr<child_log>;

// Answers `get_bot` with its number; an order makes it crash, a demand makes it end in good order.
caf::behavior child(caf::event_based_actor* self, const child_log_ptr& log) {
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr&) {
    return caf::make_error(caf::sec::runtime_error, "an order too many");
  });
  return {
      [log](const get_bot&) {
        log->heard.emplace_back("get_bot");
        bot_status status;
        status.details = std::to_string(log->started);
        return status;
      },
      [self, log](const price_batch& batch) {
        log->heard.push_back("price " + batch.ticker);
        log->sender = caf::actor_cast<caf::actor_addr>(self->current_sender());
      },
      [](const order_update&) { throw std::runtime_error("crash"); },
      [self](const demand&) { self->quit(); },
  };
}

struct supervised_child : actor_fixture {
  child_log_ptr log = std::make_shared<child_log>();
  caf::actor supervisor;

  child_spec spec() {
    child_spec result;
    result.name = "child";
    result.kind = "test";
    result.start = [log = log](caf::actor_system& system) {
      ++log->started;
      log->children.push_back(system.spawn(child, log));
      return log->children.back();
    };
    result.on_change = [log = log](actor_state state, const std::string& reason) {
      log->changes.emplace_back(state, reason);
    };
    return result;
  }

  void open(child_spec with) {
    supervisor = spawn_supervised(system(), std::move(with), the_house());
    own(supervisor);
    run();
  }

  void crash() {
    send(supervisor, order_update{});
    run();
  }

  // The number of the child that answers; 0 and the error when none does.
  int child_number(ec* why = nullptr) {
    auto answer = request_sync<bot_status>(supervisor, get_bot{});
    if (answer) return std::stoi(answer->details);
    REQUIRE(answer.error().category() == caf::atom("outcry"));
    if (why) *why = static_cast<ec>(answer.error().code());
    return 0;
  }

  actor_status status() {
    for (const auto& one : board().list())
      if (one.name == "child") return one;
    FAIL("the child has no seat");
    return {};
  }

  ~supervised_child() { log->children.clear(); }
};

}  // namespace

TEST_CASE_METHOD(supervised_child, "a supervisor hands requests on and their answers back") {
  open(spec());
  CHECK(child_number() == 1);
  CHECK(status().state == actor_state::running);
  CHECK(log->changes ==
        std::vector<std::pair<actor_state, std::string>>{{actor_state::running, ""}});
}

TEST_CASE_METHOD(supervised_child, "a supervisor hands sends on, with their sender") {
  open(spec());
  auto sender = spawn([to = supervisor](caf::event_based_actor* self) -> caf::behavior {
    self->send(to, price_batch{"AAPL", {}, 0});
    return {[](const wake&) {}};
  });
  run();
  CHECK(log->heard == std::vector<std::string>{"price AAPL"});
  CHECK(log->sender == sender.address());
}

TEST_CASE_METHOD(supervised_child, "a supervisor keeps the order and the priority") {
  open(spec());
  for (const char* ticker : {"A", "B", "C"}) send(supervisor, price_batch{ticker, {}, 0});
  run_without(log->children[0]);
  caf::anon_send<caf::message_priority::high>(supervisor, price_batch{"URGENT", {}, 0});
  run_without(log->children[0]);
  run();
  CHECK(log->heard == std::vector<std::string>{"price URGENT", "price A", "price B", "price C"});
}

TEST_CASE_METHOD(supervised_child, "a crashed child is started again after its backoff") {
  open(spec());
  crash();
  CHECK(status().state == actor_state::restarting);
  CHECK(log->changes.back().first == actor_state::restarting);
  CHECK_THAT(log->changes.back().second, Catch::Contains("an order too many"));
  // 100 ms, stretched by half of a fifth.
  advance(109ms);
  CHECK(log->started == 1);
  advance(1ms);
  CHECK(log->started == 2);
  CHECK(child_number() == 2);
  CHECK(status().state == actor_state::running);
  CHECK(status().restarts == 1);
  CHECK_THAT(status().last_exit, Catch::Contains("an order too many"));
  // The next one waits twice as long.
  crash();
  advance(219ms);
  CHECK(log->started == 2);
  advance(1ms);
  CHECK(log->started == 3);
}

TEST_CASE_METHOD(supervised_child, "while the child is down callers hear unavailable at once") {
  open(spec());
  crash();
  ec why{};
  CHECK(child_number(&why) == 0);
  CHECK(why == ec::unavailable);
  // A send to nobody is lost, it does not wait for the next child; both are counted.
  send(supervisor, price_batch{"AAPL", {}, 0});
  run();
  CHECK(status().refused == 2);
  advance(1s);
  CHECK(child_number() == 2);
  CHECK(log->heard == std::vector<std::string>{"get_bot"});
}

TEST_CASE_METHOD(supervised_child, "what was in a crashed child's mailbox is answered") {
  open(spec());
  send(supervisor, order_update{});
  auto late = ask<bot_status>(supervisor, get_bot{});
  run();
  CHECK(late.ready());
  CHECK_FALSE(late.get());
}

TEST_CASE_METHOD(supervised_child, "past its limit a child has failed for good") {
  auto with = spec();
  with.policy.max_restarts = 2;
  open(std::move(with));
  for (int i = 0; i < 3; ++i) {
    crash();
    advance(5s);
  }
  CHECK(log->started == 3);
  CHECK(status().state == actor_state::failed);
  CHECK(log->changes.back().first == actor_state::failed);
  ec why{};
  CHECK(child_number(&why) == 0);
  CHECK(why == ec::failed);
  advance(3600s);
  CHECK(log->started == 3);
  CHECK_FALSE(ended(supervisor));
}

TEST_CASE_METHOD(supervised_child, "a child that crashes seldom is started again for ever") {
  auto with = spec();
  with.policy.max_restarts = 2;
  open(std::move(with));
  for (int i = 0; i < 20; ++i) {
    crash();
    advance(60s);
  }
  CHECK(log->started == 21);
  CHECK(child_number() == 21);
}

TEST_CASE_METHOD(supervised_child, "a child that cannot even start has crashed") {
  auto with = spec();
  auto start = with.start;
  int attempts = 0;
  with.start = [&attempts, start](caf::actor_system& all) {
    if (++attempts < 3) throw std::runtime_error("no disk");
    return start(all);
  };
  open(std::move(with));
  CHECK(status().state == actor_state::restarting);
  CHECK_THAT(status().last_exit, Catch::Contains("no disk"));
  advance(1s);
  CHECK(attempts == 3);
  CHECK(child_number() == 1);
}

TEST_CASE_METHOD(supervised_child, "a killed child is started again") {
  open(spec());
  caf::anon_send_exit(log->children[0], caf::exit_reason::kill);
  advance(1s);
  CHECK(child_number() == 2);
}

TEST_CASE_METHOD(supervised_child, "a child that ends in good order is not started again") {
  open(spec());
  SECTION("by itself") {
    send(supervisor, demand{});
  }
  SECTION("because it was told to") {
    caf::anon_send_exit(log->children[0], caf::exit_reason::user_shutdown);
  }
  advance(60s);
  CHECK(log->started == 1);
  CHECK(ended(supervisor));
  CHECK(status().state == actor_state::stopped);
  CHECK(log->changes.back().first == actor_state::stopped);
}

TEST_CASE_METHOD(supervised_child, "a supervisor that is ended ends its child first") {
  open(spec());
  SECTION("in good order") {
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
    run();
    CHECK(status().state == actor_state::stopped);
  }
  SECTION("or killed") {
    caf::anon_send_exit(supervisor, caf::exit_reason::kill);
  }
  advance(60s);
  CHECK(ended(supervisor));
  CHECK(ended(log->children[0]));
  CHECK(log->started == 1);
}

TEST_CASE_METHOD(supervised_child, "a supervisor that is ended while it waits starts nobody") {
  open(spec());
  crash();
  caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
  advance(60s);
  CHECK(ended(supervisor));
  CHECK(log->started == 1);
}

TEST_CASE_METHOD(supervised_child, "a supervisor that is killed ends with its child, not before") {
  open(spec());
  caf::anon_send_exit(supervisor, caf::exit_reason::kill);
  run_without(log->children[0]);
  CHECK_FALSE(ended(supervisor));
  run();
  CHECK(ended(supervisor));
}

TEST_CASE_METHOD(supervised_child, "a supervisor that nobody knows any more kills its child") {
  auto forgotten = spawn_supervised(system(), spec(), the_house());
  run();
  CHECK_FALSE(ended(log->children[0]));
  forgotten = nullptr;
  run();
  CHECK(ended(log->children[0]));
}
