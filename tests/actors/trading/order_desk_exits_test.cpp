#include "tests/actors/trading/exits_under_test.hpp"

// Entries that carry their own exits, through the order desk: from the wish to the end.

namespace outcry::test {

using namespace std::chrono_literals;

TEST_CASE("an entry and its exits are journalled in one write and sent in one request") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  auto record = floor.place(guarded_entry(floor));
  REQUIRE(record);
  REQUIRE(floor.script->received.size() == 1);
  const auto& writes = floor.journal_words->writes;
  auto intent = std::find_if(writes.begin(), writes.end(),
                             [](const journal_write& x) { return !x.orders.empty(); });
  REQUIRE(intent != writes.end());
  REQUIRE(intent->orders.size() == 3);
  CHECK(intent->bots.size() == 1);
  CHECK(intent->orders[1].number == 2);
  CHECK(intent->orders[1].parent == 1);
  const auto& sent = floor.script->received[0];
  CHECK(sent.parent.empty());
  REQUIRE(sent.exits.size() == 2);
  CHECK(sent.exits[0].client_order_id == floor.client_id(2));
  CHECK(sent.exits[0].terms == guarded_entry(floor).exits[0]);
  CHECK(told(floor) == "1 new; 2 held; 3 held; ");
  const auto stop = floor.stored(2);
  CHECK(stop.status == order_status::held);
  CHECK(stop.order.request.parent == floor.client_id(1));
  CHECK(stop.sent_ns != 0);
  CHECK(floor.heard->events[1].parent == 1);
  CHECK(floor.heard->events[0].parent == 0);
}

TEST_CASE("a plain order's JSON does not know of exits") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  CHECK(floor.stored(1).parent == 0);
  CHECK(floor.script->received[0].exits.empty());
}

TEST_CASE("exits follow their entry to its end") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "10");
  CHECK(told(floor) == "1 new; 2 held; 3 held; 1 fill; 2 new; 3 new; ");
  fill(floor, 3, "4", "105");
  CHECK(floor.held() == shares("6"));
  CHECK(floor.stored(1).exited == shares("4"));
  fill(floor, 2, "6", "94");
  end(floor, 2, order_status::canceled);
  CHECK(floor.held().is_zero());
  CHECK(floor.stored(1).exited == shares("10"));
  CHECK(ends(floor) == each_once);
  floor.advance(120s);
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("an entry the broker refuses ends its exits") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::refuse};
  floor.place(guarded_entry(floor));
  CHECK(told(floor) == "1 rejected; 2 refused; 3 refused; ");
  CHECK(floor.stored(1).status == order_status::rejected);
  CHECK(floor.stored(2).status == order_status::never_sent);
  CHECK(floor.stored(2).reason == "insufficient buying power");
  CHECK(floor.stored(2).code == "40310000");
  CHECK(floor.close().clear);
}

TEST_CASE("an entry that fills in part and is cancelled leaves its exits at work") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "3");
  floor.send(floor.desk, cancel_order{"ladder-AAPL", 1});
  floor.run();
  CHECK(floor.stored(1).status == order_status::canceled);
  floor.advance(120s);
  CHECK(floor.stored(2).status == order_status::working);
  fill(floor, 2, "3", "94");
  end(floor, 2, order_status::canceled);
  end(floor, 3, order_status::canceled);
  CHECK(floor.held().is_zero());
  CHECK(ends(floor) == each_once);
}

TEST_CASE("an entry that is cancelled unfilled takes its exits along, heard or not") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  floor.script->cancels_silently = GENERATE(false, true);
  floor.send(floor.desk, cancel_order{"ladder-AAPL", 1});
  floor.run();
  floor.advance(70s);
  CHECK(ends(floor) == each_once);
  CHECK(floor.stored(3).status == order_status::canceled);
}

TEST_CASE("an entry that ends before its answer comes is forgotten with its exits") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::lose_answer};
  auto placed = floor.ask<order_record>(floor.desk, guarded_entry(floor));
  floor.run();
  for (std::uint64_t number : {1U, 2U, 3U}) end(floor, number, order_status::canceled);
  floor.advance(30s);
  CHECK(ends(floor) == each_once);
  auto again = floor.request_sync<order_record>(floor.desk, settle_order{"ladder-AAPL", 2});
  REQUIRE(again);
  CHECK(again->status == order_status::canceled);
}

TEST_CASE("an exit withdrawn before the entry is sent does not go with it") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  const auto journal = caf::actor_cast<caf::actor>(floor.journal);
  auto placed = floor.ask<order_record>(floor.desk, guarded_entry(floor));
  floor.run_without(journal);
  floor.send(floor.desk, cancel_order{"ladder-AAPL", 3});
  floor.run_without(journal);
  floor.run();
  REQUIRE(floor.script->received.size() == 1);
  REQUIRE(floor.script->received[0].exits.size() == 1);
  CHECK(floor.script->received[0].exits[0].client_order_id == floor.client_id(2));
  CHECK(floor.stored(3).status == order_status::never_sent);
  CHECK(floor.stored(2).status == order_status::held);
}

TEST_CASE("without a journal neither entry nor exits are sent") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.journal_words->refuses_writes = true;
  floor.place(guarded_entry(floor));
  CHECK(floor.script->received.empty());
  floor.journal_words->refuses_writes = false;
  floor.advance(5s);
  CHECK(ends(floor) == each_once);
  CHECK(floor.stored(2).code == "journal_unavailable");
}

}  // namespace outcry::test
