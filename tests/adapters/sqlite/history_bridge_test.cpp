#include "adapters/sqlite/history_bridge.hpp"

#include <fstream>

#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

#include "tests/adapters/sqlite/floor_config.hpp"
#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

history_options options_in(const std::string& data_dir, journal_mode mode) {
  history_options x;
  x.settings.data_dir = data_dir;
  x.mode = mode;
  return x;
}

template <class Reply, class Request>
std::variant<Reply, caf::error> ask(caf::scoped_actor& self, const history_actor& history,
                                    const Request& request, const std::function<void()>& run) {
  std::variant<Reply, caf::error> result;
  auto handle = self->request(history, patience, request);
  run();
  handle.receive([&](Reply& x) { result = std::move(x); },
                 [&](caf::error& x) { result = std::move(x); });
  return result;
}

void check_the_port(caf::scoped_actor& self, const history_actor& history,
                    const std::function<void()>& run) {
  const auto first = ask<history_receipt>(self, history, sample_batch("AAPL", 3), run);
  CHECK(std::holds_alternative<history_receipt>(first));
  const auto page = std::get<history_page>(ask<history_page>(self, history, read_history{}, run));
  REQUIRE(page.rows.size() == 3);
  CHECK(page.rows[1].update == price_update{"AAPL", sample_tick(1)});
  const auto done = ask<history_receipt>(self, history, history_delivered{2}, run);
  CHECK(std::get<history_receipt>(done).queued == 0);
  const auto rest = std::get<history_page>(ask<history_page>(self, history, read_history{}, run));
  CHECK(rest.rows.size() == 1);
  CHECK(rest.delivered_seq == 2);
  const auto wrong = ask<history_receipt>(self, history, history_delivered{9}, run);
  CHECK(std::get<caf::error>(wrong) == ec::invalid_input);
}

}  // namespace

TEST_CASE("history, immediate: every request is answered in its handler") {
  outcry::test::temp_dir dir;
  floor_config config("testing");
  caf::actor_system system(config);
  caf::scoped_actor self(system, true);
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  const history_actor history =
      system.spawn(history_bridge, options_in(dir.path().string(), journal_mode::immediate));
  check_the_port(self, history, [&] { scheduler.run(); });
  self->send_exit(history, caf::exit_reason::user_shutdown);
  scheduler.run();
}

TEST_CASE("history, threaded: every request is answered") {
  outcry::test::temp_dir dir;
  floor_config config("sharing");
  caf::actor_system system(config);
  caf::scoped_actor self(system);
  const history_actor history =
      system.spawn(history_bridge, options_in(dir.path().string(), journal_mode::threaded));
  check_the_port(self, history, [] {});
  self->send_exit(history, caf::exit_reason::user_shutdown);
}

TEST_CASE("history, threaded: what was taken is stored when the actor has ended") {
  outcry::test::temp_dir dir;
  floor_config config("sharing");
  caf::actor_system system(config);
  caf::scoped_actor self(system);
  auto options = options_in(dir.path().string(), journal_mode::threaded);
  options.settings.longest_wait = std::chrono::hours(1);
  const history_actor history = system.spawn(history_bridge, options);
  const auto taken = ask<history_receipt>(self, history, sample_batch("AAPL", 7), [] {});
  CHECK(std::get<history_receipt>(taken).queued == 7);
  self->send_exit(history, caf::exit_reason::user_shutdown);
  self->wait_for(history);
  CHECK(history_store(history_path(dir.path().string())).last_seq() == 7);
}

TEST_CASE("history, threaded: ticks that do not fit are refused, and an error of its seat") {
  outcry::test::temp_dir dir;
  floor_system_config config;
  config.set("scheduler.policy", caf::atom("sharing"));
  caf::actor_system system(config);
  caf::scoped_actor self(system);
  auto options = options_in(dir.path().string(), journal_mode::threaded);
  options.settings.queue_bound = 2;
  const history_actor history = system.spawn(history_bridge, options);
  const auto refused = ask<history_receipt>(self, history, sample_batch("AAPL", 3), [] {});
  CHECK(std::get<caf::error>(refused) == ec::mailbox_full);
  CHECK(config.board->find("history", "history")->status().errors == 1);
  self->send_exit(history, caf::exit_reason::user_shutdown);
}

TEST_CASE("a history that cannot be opened ends its actor, saying why") {
  outcry::test::temp_dir dir;
  { std::ofstream(history_path(dir.path().string())) << "this is not a database, not at all"; }
  floor_config config("sharing");
  caf::actor_system system(config);
  caf::scoped_actor self(system);
  const history_actor history =
      system.spawn(history_bridge, options_in(dir.path().string(), journal_mode::threaded));
  self->monitor(history);
  caf::error reason;
  self->receive([&](caf::down_msg& x) { reason = std::move(x.reason); });
  CHECK(reason == ec::journal_unavailable);
  CHECK(to_string(reason.context()).find("history.db") != std::string::npos);
}
