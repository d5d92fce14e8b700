#include "adapters/sqlite/signal_bridge.hpp"

#include <fstream>
#include <future>
#include <set>

#include <caf/actor_system.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include "adapters/sqlite/signal_schema.hpp"
#include "tests/adapters/sqlite/floor_config.hpp"
#include "tests/adapters/sqlite/signal_samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

struct signal_fixture {
  outcry::test::temp_dir dir;
  floor_config config{"sharing"};
  caf::actor_system system{config};
  caf::scoped_actor self{system, true};

  signal_store_actor open() {
    return system.spawn(signal_bridge, signal_options{dir.path().string(), signal_mode::threaded});
  }

  template <class Reply, class Request>
  std::variant<Reply, caf::error> ask(const signal_store_actor& store, const Request& request) {
    std::variant<Reply, caf::error> result;
    self->request(store, patience, request)
        .receive([&](Reply& x) { result = std::move(x); },
                 [&](caf::error& x) { result = std::move(x); });
    return result;
  }
};

}  // namespace

TEST_CASE_METHOD(signal_fixture, "signals, threaded: every request is answered") {
  auto store = open();
  auto x = storing("1");
  x.signals = {sample_signal("1")};
  const auto get = [&]<class Reply>(const auto& request, Reply) {
    return std::get<Reply>(ask<Reply>(store, request));
  };
  CHECK_FALSE(get(x, store_receipt{}).duplicate);
  CHECK(get(x, store_receipt{}).duplicate);
  CHECK(get(store_signals{{}, {sample_update("2")}}, store_receipt{}).updates.size() == 1);
  CHECK(get(load_signals{}, signal_list{}).signals.size() == 1);
  CHECK(get(find_signals{}, signal_list{}).signals.size() == 1);
  CHECK(get(find_messages{}, message_list{}).messages.size() == 1);
  CHECK(get(find_updates{}, update_list{}).updates.size() == 1);
  CHECK(get(get_source_results{}, source_result_list{}).sources.size() == 1);
  CHECK(get(get_last_source_id{"discord:77"}, last_source_id{}).source_id == "1");
  CHECK(get(read_unshared{}, unshared_page{}).messages.size() == 1);
  CHECK(get(mark_shared{{{1, 1, ""}}, {}, {}}, unshared_count{}).rows == 2);
  CHECK(get(save_cursor{"a", "b"}, cursor_value{}).value == "b");
  CHECK(get(get_cursor{"a"}, cursor_value{}).value == "b");
  CHECK(std::get<caf::error>(ask<signal_list>(store, find_signals{0, 0, "", "", "", {}, 0})) ==
        ec::invalid_input);
  self->send_exit(store, caf::exit_reason::user_shutdown);
}

TEST_CASE("signals, immediate: every request is answered in its handler") {
  outcry::test::temp_dir dir;
  floor_config config("testing");
  caf::actor_system system(config);
  caf::scoped_actor self(system, true);
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  signal_store_actor store =
      system.spawn(signal_bridge, signal_options{dir.path().string(), signal_mode::immediate});
  scheduler.run();
  auto handle = self->request(store, patience, storing("1"));
  scheduler.run();
  bool stored = false;
  handle.receive([&](store_receipt&) { stored = true; }, [](caf::error&) {});
  CHECK(stored);
  self->send_exit(store, caf::exit_reason::user_shutdown);
  scheduler.run();
}

TEST_CASE_METHOD(signal_fixture, "signals, threaded: a thousand writers, each message once") {
  auto store = open();
  constexpr std::int64_t writers = 1000;
  const auto collector = caf::actor_cast<caf::actor>(self);
  for (std::int64_t i = 0; i < writers; ++i) {
    system.spawn([=](caf::event_based_actor* writer) {
      auto x = storing(std::to_string(i % 500));
      x.signals = {sample_signal(std::to_string(i % 500))};
      writer->request(store, patience, x)
          .then([=](const store_receipt& got) { caf::anon_send(collector, got); },
                [=](caf::error&) { caf::anon_send(collector, store_receipt{}); });
    });
  }
  std::multiset<std::int64_t> ids;
  std::int64_t duplicates = 0;
  std::int64_t heard = 0;
  self->receive_for(heard, writers)([&](const store_receipt& x) {
    duplicates += x.duplicate ? 1 : 0;
    for (const auto& signal : x.signals) ids.insert(signal.id);
  });
  CHECK(duplicates == 500);
  CHECK(ids.size() == 1000);
  CHECK(std::set<std::int64_t>(ids.begin(), ids.end()).size() == 500);
  self->send_exit(store, caf::exit_reason::user_shutdown);
}

TEST_CASE_METHOD(signal_fixture, "signals, threaded: at the end, what is queued is answered") {
  auto store = open();
  constexpr int requests = 200;
  std::vector<decltype(self->request(store, patience, store_message{}))> handles;
  for (int i = 0; i < requests; ++i)
    handles.push_back(self->request(store, patience, storing(std::to_string(i))));
  self->send_exit(store, caf::exit_reason::user_shutdown);
  std::size_t stored = 0;
  int turned_away = 0;
  for (auto& x : handles) {
    x.receive([&](store_receipt&) { ++stored; },
              [&](caf::error& error) {
                CHECK(error != caf::sec::request_timeout);
                ++turned_away;
              });
  }
  CHECK(stored + static_cast<std::size_t>(turned_away) == requests);
  self->wait_for(store);
  signal_engine engine(dir.path().string());
  CHECK(one<message_list>(engine, find_messages{0, "", "", "", 1000}).messages.size() == stored);
}

TEST_CASE_METHOD(signal_fixture, "signals that cannot be opened end their actor, saying why") {
  { std::ofstream(signals_path(dir.path().string())) << "this is not a database, not at all"; }
  auto store = open();
  self->monitor(store);
  caf::error reason;
  self->receive([&](caf::down_msg& x) { reason = std::move(x.reason); });
  CHECK(reason == ec::not_durable);
  CHECK(to_string(reason.context()).find("signals.db") != std::string::npos);
}

TEST_CASE("the signals' worker shares a commit, refuses what is too much, and drains at its end") {
  outcry::test::temp_dir dir;
  std::promise<void> first_done;
  std::promise<void> go_on;
  int wakes = 0;
  signal_worker worker(dir.path().string(), [&] {
    if (++wakes > 1) return;
    first_done.set_value();
    go_on.get_future().wait();
  });
  REQUIRE(worker.submit(1, storing("first")));
  first_done.get_future().wait();
  // The thread now waits in its first wake: all of these pile up behind it.
  for (std::uint64_t i = 0; i < signal_queue_bound; ++i)
    REQUIRE(worker.submit(2 + i, save_cursor{"a", std::to_string(i)}));
  signal_request kept = storing("kept");
  CHECK_FALSE(worker.submit(0, std::move(kept)));
  CHECK(std::get<store_message>(kept).message.source_id == "kept");
  go_on.set_value();
  worker.stop();
  CHECK(wakes == 2);  // two transactions
  CHECK_FALSE(worker.submit(0, storing("late")));
  const auto finished = worker.take_finished();
  REQUIRE(finished.size() == signal_queue_bound + 1);
  for (std::size_t i = 0; i < finished.size(); ++i) CHECK(finished[i].first == i + 1);
}
