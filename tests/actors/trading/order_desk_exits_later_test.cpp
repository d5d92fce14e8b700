#include "tests/actors/trading/exits_under_test.hpp"

// Exits that come after their entry, through the order desk.

namespace outcry::test {

using namespace std::chrono_literals;

TEST_CASE("a later exit rests beside the first ones and shares with them") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "10");
  const auto moved = exit_terms(order_type::stop, "10", "99");
  auto answer = floor.place(later_exit(floor, 4, moved));
  REQUIRE(answer);
  CHECK(answer->status == order_status::intended);
  REQUIRE(floor.script->received.size() == 2);
  CHECK(floor.script->received[1].parent == floor.client_id(1));
  floor.send(floor.desk, cancel_order{"ladder-AAPL", 2});
  floor.run();
  CHECK(floor.stored(2).status == order_status::canceled);
  CHECK(floor.stored(4).status == order_status::working);
  // At the market, while the stop still rests.
  auto market = exit_terms(order_type::market, "10", "0");
  market.lasts = time_in_force::day;
  answer = floor.place(later_exit(floor, 5, market));
  REQUIRE(answer);
  CHECK(answer->status == order_status::intended);
  fill(floor, 5, "10", "101");
  for (std::uint64_t number : {3U, 4U}) end(floor, number, order_status::canceled);
  CHECK(floor.held().is_zero());
  CHECK(floor.stored(1).exited == shares("10"));
}

TEST_CASE("a later exit of an entry that is long over is found its parent in the journal") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  fill(floor, 1, "10", "100");
  auto answer = floor.place(later_exit(floor, 2, exit_terms(order_type::stop, "10", "95")));
  REQUIRE(answer);
  CHECK(answer->status == order_status::intended);
  fill(floor, 2, "4", "94");
  CHECK(floor.stored(1).exited == shares("4"));
  end(floor, 2, order_status::canceled);
  answer = floor.place(later_exit(floor, 3, exit_terms(order_type::stop, "10", "95")));
  REQUIRE(answer);
  CHECK(answer->status == order_status::intended);
  fill(floor, 3, "6", "94");
  end(floor, 3, order_status::canceled);
  CHECK(floor.stored(1).exited == shares("10"));
  answer = floor.place(later_exit(floor, 4, exit_terms(order_type::stop, "10", "95")));
  REQUIRE(answer);
  CHECK(answer->reason == "nothing of order 1 is left to close");
  answer = floor.place(later_exit(floor, 6, exit_terms(order_type::stop, "10", "95"), 5));
  REQUIRE(answer);
  CHECK(answer->reason == "parent: the bot has no order 5 that could be read");
  answer = floor.place(later_exit(floor, 7, exit_terms(order_type::stop, "10", "95"), 3));
  REQUIRE(answer);
  CHECK(answer->reason == "parent: order 3 is an exit itself");
}

TEST_CASE("while its parent is looked for, an exit is neither settled nor sent twice") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  fill(floor, 1, "10", "100");
  const auto journal = caf::actor_cast<caf::actor>(floor.journal);
  const auto wish = later_exit(floor, 2, exit_terms(order_type::stop, "10", "95"));
  auto placed = floor.ask<order_record>(floor.desk, wish);
  floor.run_without(journal);
  auto settled = floor.ask<order_record>(floor.desk, settle_order{"ladder-AAPL", 2});
  floor.run_without(journal);
  floor.run();
  CHECK(floor.script->received.size() == 2);
  CHECK(floor.stored(2).status == order_status::working);
  auto again = floor.request_sync<order_record>(floor.desk, settle_order{"ladder-AAPL", 2});
  REQUIRE(again);
  CHECK(again->status == order_status::working);
}

TEST_CASE("a bot that comes back while its exit is undecided has to wait") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  fill(floor, 1, "10", "100");
  const auto journal = caf::actor_cast<caf::actor>(floor.journal);
  auto placed = floor.ask<order_record>(
      floor.desk, later_exit(floor, 2, exit_terms(order_type::stop, "10", "95")));
  floor.run_without(journal);
  const meet_order_desk again{"ladder-AAPL", "AAPL", floor.owner};
  auto met = floor.ask<order_desk_greeting>(floor.desk, again);
  floor.run_without(journal);
  floor.run();
  REQUIRE_FALSE(met.get());
  CHECK(met.get().error() == ec::unavailable);
  // The greeting means that all it asked for is in the journal.
  CHECK(floor.request_sync<order_desk_greeting>(floor.desk, again));
  CHECK(floor.stored(2).status == order_status::working);
}

}  // namespace outcry::test
