#include <algorithm>

#include "tests/actors/trading/desk_under_test.hpp"

// While the journal cannot be written, or the broker does not say all it knows.

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

void hold_ten(desk_under_test& floor) {
  floor.place(floor.wish(1));
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.run();
}

}  // namespace

TEST_CASE("an outage of the journal keeps no order back to send it later") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  hold_ten(floor);
  const auto sent = floor.script->received.size();
  floor.journal_words->hangs_writes = true;
  // The first hangs in the journal, the second waits behind it.
  auto first = floor.ask<order_record>(floor.desk, floor.wish(2));
  auto second = floor.ask<order_record>(floor.desk, floor.wish(3, order_side::sell, "5", "110"));
  floor.run();
  floor.journal_words->hangs_writes = false;
  floor.journal_words->refuses_writes = true;
  floor.advance(15s);
  for (const auto& placed : {first.get(), second.get()}) {
    REQUIRE(placed);
    CHECK(placed->status == order_status::never_sent);
    CHECK(placed->code == "journal_unavailable");
  }
  CHECK(floor.close().clear);
  // What is owned can be left all the while.
  auto exit = floor.wish(4, order_side::sell, "10", "99");
  exit.purpose = order_purpose::exit;
  REQUIRE(floor.place(exit));
  CHECK(floor.script->received.size() == sent + 1);
  floor.journal_words->refuses_writes = false;
  floor.advance(30s);
  CHECK(floor.script->received.size() == sent + 1);
  CHECK(floor.stored(2).status == order_status::never_sent);
  CHECK(floor.stored(3).status == order_status::never_sent);
  CHECK(floor.stored(4).status == order_status::working);
}

TEST_CASE("an exit that waits behind a hanging journal goes out when the journal is given up") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  hold_ten(floor);
  floor.journal_words->hangs_writes = true;
  floor.ask<order_record>(floor.desk, floor.wish(2, order_side::buy, "1", "90"));
  auto wish = floor.wish(3, order_side::sell, "10", "99");
  wish.purpose = order_purpose::exit;
  auto exit = floor.ask<order_record>(floor.desk, wish);
  floor.run();
  CHECK(floor.script->received.size() == 1);
  floor.advance(12s);
  REQUIRE(exit.get());
  REQUIRE(floor.script->received.size() == 2);
  CHECK(floor.script->received[1].terms.side == order_side::sell);
}

TEST_CASE("an order answered as filled, whose events are lost, is found") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::fill_silently};
  floor.place(floor.wish(1));
  CHECK(floor.script->positions["AAPL"] == shares("10"));
  floor.advance(5s);
  CHECK(floor.stored(1).status == order_status::filled);
  CHECK(floor.held() == shares("10"));
  CHECK(floor.close().clear);
}

TEST_CASE("an order that was rejected and comes up all the same is cancelled") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::refuse_and_take};
  floor.script->hides = true;
  floor.place(floor.wish(1));
  CHECK(floor.stored(1).status == order_status::rejected);
  floor.script->hides = false;
  floor.advance(70s);
  CHECK(floor.script->cancels.size() == 1);
  CHECK(floor.stored(1).status == order_status::canceled);
  REQUIRE_FALSE(floor.heard->events.empty());
  CHECK(std::any_of(floor.heard->events.begin(), floor.heard->events.end(),
                    [](const order_event& event) { return event.code == surfaced_code; }));
}

TEST_CASE("the command desk hears of an order that comes up, until it has understood") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  auto told = std::make_shared<std::vector<order_surfaced>>();
  auto busy = std::make_shared<bool>(true);
  auto command_desk = floor.spawn([told, busy](caf::event_based_actor*) -> caf::behavior {
    return {[=](const order_surfaced& news) -> caf::result<ledger_list> {
      told->push_back(news);
      if (*busy) return caf::make_error(ec::unavailable, "loading");
      return ledger_list{};
    }};
  });
  const desk_address introduction{caf::actor_cast<caf::actor>(command_desk)};
  const auto introduce = [&] {
    floor.send(floor.desk, introduction);
    floor.run();
  };
  floor.script->reactions = {reaction::refuse_and_take};
  floor.script->hides = true;
  floor.place(floor.wish(1));
  const auto asked_at_ms = floor.stored(1).asked_ns / ns_per_ms;
  floor.script->hides = false;
  // Before it is known whom to tell, nothing is lost.
  floor.advance(70s);
  CHECK(told->empty());
  for (int i = 0; i < 2; ++i) {
    told->clear();
    introduce();
    REQUIRE(told->size() == 1);
    CHECK(told->front().event.bot_id == "ladder-AAPL");
    CHECK(told->front().event.number == 1);
    CHECK(told->front().event.status == order_status::canceled);
    CHECK(told->front().asked_at_ms == asked_at_ms);
  }
  SECTION("also after the floor was killed") {
    desk_under_test later(dir.path().string(), floor.script);
    later.run();
    REQUIRE(later.book->surfaced.size() == 1);
    CHECK(later.book->surfaced.begin()->second.asked_at_ms == asked_at_ms);
  }
  SECTION("once it has understood it is told no more") {
    *busy = false;
    introduce();
    told->clear();
    introduce();
    CHECK(told->empty());
  }
}

TEST_CASE("a broker that was restarted is listened to again") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->listener = {};
  floor.advance(70s);
  CHECK(floor.script->listener == caf::actor_cast<caf::actor>(floor.desk));
}

}  // namespace outcry::test
