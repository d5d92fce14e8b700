#include "adapters/sqlite/journal_bridge.hpp"

#include <fstream>
#include <future>
#include <set>

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

struct threaded_fixture {
  outcry::test::temp_dir dir;
  floor_config config{"sharing"};
  caf::actor_system system{config};
  caf::scoped_actor self{system};

  journal_actor open() {
    return system.spawn(journal_bridge,
                        journal_options{settings_in(dir.path().string()), journal_mode::threaded});
  }

  template <class Reply, class Request>
  std::variant<Reply, caf::error> ask(const journal_actor& journal, const Request& request) {
    std::variant<Reply, caf::error> result;
    self->request(journal, patience, request)
        .receive([&](Reply& x) { result = std::move(x); },
                 [&](caf::error& x) { result = std::move(x); });
    return result;
  }
};

}  // namespace

TEST_CASE("immediate: every request is answered in its handler") {
  outcry::test::temp_dir dir;
  floor_config config("testing");
  caf::actor_system system(config);
  caf::scoped_actor self(system, true);
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  journal_actor journal = system.spawn(
      journal_bridge, journal_options{settings_in(dir.path().string()), journal_mode::immediate});
  scheduler.run();

  int answers = 0;
  const auto ask = [&](const auto& request, auto check) {
    auto handle = self->request(journal, patience, request);
    scheduler.run();
    handle.receive(
        [&](decltype(check)& x) {
          check = std::move(x);
          ++answers;
        },
        [](caf::error& x) { FAIL("error " << static_cast<int>(x.code())); });
    return check;
  };
  auto write = adopting(sample_ledger("m1"));
  write.owed = {{"a", "1"}};
  CHECK(ask(write, journal_receipt{}).last_owed == 1);
  CHECK(ask(load_floor{}, floor_image{}).open.size() == 1);
  CHECK_FALSE(ask(load_bot{"b"}, bot_image{}).known);
  CHECK(ask(find_line{"m1", "counter-AAPL"}, ledger_line{}).ticker == "AAPL");
  CHECK(ask(find_ledgers{}, ledger_list{}).ledgers.size() == 1);
  CHECK(ask(read_outbox{}, outbox_page{}).rows.size() == 1);
  CHECK(ask(outbox_delivered{1, {}, ""}, outbox_page{}).backlog == 0);
  CHECK(answers == 7);

  auto handle = self->request(journal, patience, write);
  scheduler.run();
  bool refused = false;
  handle.receive([](journal_receipt&) {}, [&](caf::error& x) { refused = x == ec::invalid_input; });
  CHECK(refused);
  self->send_exit(journal, caf::exit_reason::user_shutdown);
  scheduler.run();
}

TEST_CASE_METHOD(threaded_fixture, "threaded: every request is answered") {
  auto journal = open();
  auto write = adopting(sample_ledger("m1"));
  write.owed = {{"a", "1"}};
  CHECK(std::get<journal_receipt>(ask<journal_receipt>(journal, write)).last_owed == 1);
  CHECK(std::get<floor_image>(ask<floor_image>(journal, load_floor{})).open.size() == 1);
  CHECK_FALSE(std::get<bot_image>(ask<bot_image>(journal, load_bot{"b"})).known);
  CHECK(std::get<ledger_line>(ask<ledger_line>(journal, find_line{"m1", "counter-AAPL"})).ticker ==
        "AAPL");
  CHECK(std::get<ledger_list>(ask<ledger_list>(journal, find_ledgers{})).ledgers.size() == 1);
  CHECK(std::get<outbox_page>(ask<outbox_page>(journal, read_outbox{})).rows.size() == 1);
  CHECK(std::get<outbox_page>(ask<outbox_page>(journal, outbox_delivered{1, {}, ""})).backlog == 0);
  CHECK(std::get<caf::error>(ask<journal_receipt>(journal, write)) == ec::invalid_input);
  self->send_exit(journal, caf::exit_reason::user_shutdown);
}

TEST_CASE_METHOD(threaded_fixture, "threaded: a thousand writers, each write there exactly once") {
  auto journal = open();
  constexpr std::int64_t writers = 1000;
  const auto collector = caf::actor_cast<caf::actor>(self);
  for (std::int64_t i = 0; i < writers; ++i) {
    system.spawn([=](caf::event_based_actor* writer) {
      auto write = adopting(sample_ledger("m" + std::to_string(i), {"b"}));
      write.owed = {{"p" + std::to_string(i), "1"}};
      writer->request(journal, patience, write)
          .then([=](const journal_receipt& x) { caf::anon_send(collector, x); },
                [=](caf::error&) { caf::anon_send(collector, journal_receipt{-1}); });
    });
  }
  std::set<std::int64_t> receipts;
  std::int64_t heard = 0;
  self->receive_for(heard,
                    writers)([&](const journal_receipt& x) { receipts.insert(x.last_owed); });
  CHECK(receipts.size() == writers);
  CHECK(*receipts.begin() == 1);
  const auto page = std::get<outbox_page>(ask<outbox_page>(journal, read_outbox{0, 2000}));
  std::set<std::string> paths;
  for (const auto& row : page.rows) paths.insert(row.owed.path);
  CHECK(page.rows.size() == writers);
  CHECK(paths.size() == writers);
  self->send_exit(journal, caf::exit_reason::user_shutdown);
}

TEST_CASE_METHOD(threaded_fixture,
                 "threaded: at the end, what is queued is executed and answered") {
  auto journal = open();
  constexpr int requests = 200;
  using handle = decltype(self->request(journal, patience, journal_write{}));
  std::vector<handle> handles;
  for (int i = 0; i < requests; ++i) {
    handles.push_back(self->request(journal, patience, owing("p" + std::to_string(i))));
  }
  self->send_exit(journal, caf::exit_reason::user_shutdown);
  int stored = 0;
  int turned_away = 0;
  for (auto& x : handles) {
    x.receive([&](journal_receipt&) { ++stored; },
              [&](caf::error& error) {
                CHECK(error != caf::sec::request_timeout);
                ++turned_away;
              });
  }
  CHECK(stored + turned_away == requests);
  self->wait_for(journal);
  journal_engine engine(settings_in(dir.path().string()));
  CHECK(one<outbox_page>(engine, read_outbox{}).backlog == stored);
}

TEST_CASE_METHOD(threaded_fixture, "a journal that cannot be opened ends its actor, saying why") {
  { std::ofstream(journal_path(dir.path().string())) << "this is not a database, not at all"; }
  auto journal = open();
  self->monitor(journal);
  caf::error reason;
  self->receive([&](caf::down_msg& x) { reason = std::move(x.reason); });
  CHECK(reason == ec::journal_unavailable);
  CHECK(to_string(reason.context()).find("journal.db") != std::string::npos);
}

TEST_CASE("the worker groups what waits, refuses what is too much, and drains at its end") {
  outcry::test::temp_dir dir;
  std::promise<void> first_done;
  std::promise<void> go_on;
  int wakes = 0;
  journal_worker worker(settings_in(dir.path().string()), [&] {
    if (++wakes > 1) return;
    first_done.set_value();
    go_on.get_future().wait();
  });
  REQUIRE(worker.submit(1, owing("first")));
  first_done.get_future().wait();
  // The thread now waits in its first wake: all of these pile up behind it.
  for (std::uint64_t i = 0; i < journal_queue_bound; ++i) {
    REQUIRE(worker.submit(2 + i, owing("p")));
  }
  journal_request kept = owing("kept");
  CHECK_FALSE(worker.submit(0, std::move(kept)));
  CHECK(std::get<journal_write>(kept).owed.size() == 1);
  go_on.set_value();
  worker.stop();
  CHECK(wakes == 2);  // two transactions
  CHECK_FALSE(worker.submit(0, owing("late")));
  const auto finished = worker.take_finished();
  REQUIRE(finished.size() == journal_queue_bound + 1);
  for (std::size_t i = 0; i < finished.size(); ++i) {
    CHECK(finished[i].first == i + 1);
    CHECK(std::get<journal_receipt>(finished[i].second).last_owed ==
          static_cast<std::int64_t>(i + 1));
  }
  CHECK(worker.take_finished().empty());
}
