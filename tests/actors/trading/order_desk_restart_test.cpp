#include "tests/actors/trading/desk_under_test.hpp"

// kill -9 at every step of an order's life: what the next floor makes of it.

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

/// How far an order had come when the floor was killed.
enum class order_reached {
  nothing,          // the wish came, its intent is not in the journal
  intent,           // journalled, not sent
  sent,             // sent, the broker has not got it
  accepted,         // the broker has it, its answer was not heard
  answered,         // and was heard, and journalled
  filled,           // the broker filled it, nobody heard
  fill_heard,       // it was heard, and is not in the journal
  fill_journalled,  // it is, and nobody was told
};

void live_until_order(desk_under_test& floor, order_reached step) {
  auto& words = *floor.journal_words;
  auto& script = *floor.script;
  if (step == order_reached::nothing) words.hangs_writes = true;
  if (step == order_reached::intent) words.loses_answers = true;
  if (step == order_reached::sent) script.reactions = {reaction::lose_order};
  if (step == order_reached::accepted) script.reactions = {reaction::lose_answer};
  auto answer = floor.ask<order_record>(floor.desk, floor.wish(1));
  floor.run();
  if (step <= order_reached::answered) return;
  auto update = script.fill(floor.client_id(1), shares("10"), dollars("99"));
  if (step == order_reached::filled) return;
  words.hangs_writes = step == order_reached::fill_heard;
  words.loses_answers = step == order_reached::fill_journalled;
  script.tell(update);
  floor.run();
}

}  // namespace

TEST_CASE("after kill -9 at any step the broker holds exactly the intended orders") {
  auto step = GENERATE(order_reached::nothing, order_reached::intent, order_reached::sent,
                       order_reached::accepted, order_reached::answered, order_reached::filled,
                       order_reached::fill_heard, order_reached::fill_journalled);
  CAPTURE(static_cast<int>(step));
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  {
    desk_under_test before(dir.path().string(), script);
    live_until_order(before, step);
  }
  const auto sent_before = script->received.size();
  CHECK(sent_before == (step >= order_reached::sent ? 1U : 0U));
  script->listener = {};
  desk_under_test floor(dir.path().string(), script);
  floor.advance(120s);
  // Nothing is ever sent again.
  CHECK(script->received.size() == sent_before);
  CHECK(script->orders.size() == (step >= order_reached::accepted ? 1U : 0U));
  CHECK(floor.held() == (step >= order_reached::filled ? shares("10") : Quantity{}));
  CHECK(floor.held() == script->positions["AAPL"]);
  if (step == order_reached::nothing) {
    auto settled = floor.request_sync<order_record>(floor.desk, settle_order{"ladder-AAPL", 1});
    REQUIRE(settled);
    CHECK(settled->status == order_status::never_sent);
    return;
  }
  auto expected = order_status::filled;
  if (step <= order_reached::sent) expected = order_status::never_sent;
  if (step == order_reached::accepted || step == order_reached::answered)
    expected = order_status::working;
  CHECK(floor.stored(1).status == expected);
  // The journal has every event once, whoever told it.
  auto events = floor.request_sync<order_event_list>(floor.real, read_order_events{"ladder-AAPL"});
  REQUIRE(events);
  Quantity told;
  for (const auto& event : events->events) told += event.qty;
  CHECK(told == floor.held());
}

TEST_CASE("a desk that crashes goes on and calls its bots to read what they missed") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  const auto before = floor.heard->reopened;
  auto again = floor.spawn(order_desk, floor.book, floor.services);
  floor.run();
  CHECK(floor.heard->reopened == before + 1);
  auto report = floor.request_sync<gate_report>(again, close_gate{"ladder-AAPL"});
  REQUIRE(report);
  CHECK(report->open.size() == 1);
}

TEST_CASE("a bot's introduction is answered when its orders are in the journal") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.journal_words->loses_answers = true;
  auto placed = floor.ask<order_record>(floor.desk, floor.wish(1));
  auto met = floor.ask<order_desk_greeting>(floor.desk,
                                            meet_order_desk{"ladder-AAPL", "AAPL", floor.owner});
  floor.run();
  CHECK_FALSE(met.ready());
  floor.journal_words->loses_answers = false;
  floor.advance(12s);
  CHECK(met.ready());
}

}  // namespace outcry::test
