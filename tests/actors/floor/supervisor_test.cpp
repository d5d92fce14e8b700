#include "actors/floor/supervisor.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/floor.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;
using test::actor_fixture;

namespace {

// A child that answers `get_bot`, ends or throws as it is told, and writes down what it got.
struct child_log {
  int started = 0;
  std::vector<std::string> heard;
  std::vector<caf::actor> children;
};
using child_log_ptr = std::shared_ptr<child_log>;

caf::behavior child(caf::event_based_actor* self, const child_log_ptr& log) {
  // An order makes it crash, a demand makes it end in good order.
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr&) {
    return caf::make_error(caf::sec::runtime_error, "child crashed");
  });
  return {
      [log](const get_bot&) {
        log->heard.push_back("get_bot");
        bot_status status;
        status.details = std::to_string(log->started);
        return status;
      },
      [log](const price_batch& batch) { log->heard.push_back("price " + batch.ticker); },
      [](const order_update&) { throw std::runtime_error("crash"); },
      [self](const demand&) { self->quit(); },
  };
}

struct supervised_child : actor_fixture {
  child_log_ptr log = std::make_shared<child_log>();
  std::vector<std::pair<actor_state, std::string>> changes;
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
    result.on_change = [this](actor_state state, const std::string& reason) {
      changes.emplace_back(state, reason);
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
  auto answer = request_sync<bot_status>(supervisor, get_bot{});
  REQUIRE(answer);
  CHECK(answer->details == "1");
}
