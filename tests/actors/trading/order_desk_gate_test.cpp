#include "tests/actors/trading/desk_under_test.hpp"

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

/// A bot that has bought its ten shares.
void own_ten(desk_under_test& floor) {
  floor.place(floor.wish(1));
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.run();
}

}  // namespace

TEST_CASE("a closed gate lets nothing through but the verb exit") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->positions["AAPL"] = shares("0");
  floor.place(floor.wish(1));
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.run();
  CHECK(floor.close().clear);
  auto refused = floor.place(floor.wish(2));
  REQUIRE(refused);
  CHECK(refused->status == order_status::never_sent);
  CHECK(refused->code == "halted");
  auto more_than_own = floor.wish(3, order_side::sell, "11", "99");
  more_than_own.purpose = order_purpose::exit;
  refused = floor.place(more_than_own);
  REQUIRE(refused);
  CHECK(refused->code == "halted");
  auto exit = floor.wish(4, order_side::sell, "10", "99");
  exit.purpose = order_purpose::exit;
  floor.place(exit);
  CHECK(floor.script->received.size() == 2);
  CHECK(floor.request_sync<gate_report>(floor.desk, open_gate{"ladder-AAPL"}));
  floor.place(floor.wish(5));
  CHECK(floor.script->received.size() == 3);
}

TEST_CASE("a stop is clear only when the broker has confirmed every cancel") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  SECTION("at once") {}
  SECTION("the broker takes its time") {
    floor.script->cancels_work = false;
    auto report = floor.close();
    CHECK_FALSE(report.clear);
    CHECK(report.waiting_for ==
          "order 1 (buy 10 AAPL): the broker has not confirmed the cancel yet");
    floor.script->cancels_work = true;
    floor.advance(3s);
  }
  SECTION("it fills instead") {
    floor.script->cancels_work = false;
    CHECK_FALSE(floor.close().clear);
    floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
    floor.run();
    CHECK(floor.close().position == shares("10"));
  }
  floor.close();
  floor.run();
  auto report = floor.close();
  CHECK(report.clear);
  CHECK(report.open.empty());
}

TEST_CASE("an order with an unknown outcome holds the stop back until it is resolved") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  SECTION("the broker has it") {
    floor.script->reactions = {reaction::lose_answer};
    floor.script->hides = true;
    floor.place(floor.wish(1));
    floor.advance(11s);
    auto report = floor.close();
    CHECK_FALSE(report.clear);
    CHECK(report.waiting_for ==
          "order 1 (buy 10 AAPL): nobody can say yet whether the broker has it");
    floor.script->hides = false;
    floor.advance(20s);
    CHECK(floor.close().clear);
    CHECK(floor.script->order(floor.client_id(1)).status == order_status::canceled);
  }
  SECTION("the broker never got it") {
    floor.script->reactions = {reaction::lose_order};
    floor.place(floor.wish(1));
    floor.advance(11s);
    CHECK_FALSE(floor.close().clear);
    floor.advance(100s);
    CHECK(floor.close().clear);
    CHECK(floor.stored(1).status == order_status::never_sent);
  }
  SECTION("it is on its way") {
    floor.script->reactions = {reaction::lose_answer};
    floor.place(floor.wish(1));
    CHECK_FALSE(floor.close().clear);
  }
}

TEST_CASE("a stop waits for an unknown sale, too, though it may rest") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  own_ten(floor);
  floor.script->reactions = {reaction::lose_answer};
  floor.script->hides = true;
  floor.place(floor.wish(2, order_side::sell, "10", "110"));
  floor.advance(11s);
  CHECK_FALSE(floor.close().clear);
  floor.script->hides = false;
  floor.advance(20s);
  auto report = floor.close();
  CHECK(report.clear);
  REQUIRE(report.open.size() == 1);
  CHECK(report.open[0].status == order_status::working);
}

TEST_CASE("a stop lets a sale of what the bot owns rest, a kill does not") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  own_ten(floor);
  auto protective = floor.wish(2, order_side::sell, "10", "90");
  protective.terms.type = order_type::stop;
  protective.terms.stop_price = dollars("90");
  protective.terms.limit_price = {};
  floor.place(protective);
  floor.place(floor.wish(3, order_side::buy, "1", "80"));
  REQUIRE(floor.script->received.size() == 3);
  floor.close();
  auto report = floor.close();
  CHECK(report.clear);
  REQUIRE(report.open.size() == 1);
  CHECK(report.open[0].number == 2);
  CHECK(floor.stored(3).status == order_status::canceled);
  floor.close(gate_closing::cancel_all);
  report = floor.close();
  CHECK(report.clear);
  CHECK(report.open.empty());
  CHECK(report.position == shares("10"));
}

TEST_CASE("an exit after a kill is not cancelled by its own questions") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  own_ten(floor);
  floor.close(gate_closing::cancel_all);
  auto exit = floor.wish(2, order_side::sell, "10", "120");
  exit.purpose = order_purpose::exit;
  floor.place(exit);
  floor.close();
  floor.run();
  CHECK(floor.stored(2).status == order_status::working);
  CHECK(floor.close().clear);
  // Another kill is another matter.
  floor.close(gate_closing::cancel_all);
  floor.run();
  CHECK(floor.stored(2).status == order_status::canceled);
}

TEST_CASE("a brake shuts out bots that cannot hear it") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  SECTION("those it names") {
    floor.send(floor.desk, close_gates{"m1", {"ladder-AAPL"}, gate_closing::cancel_all, false});
  }
  SECTION("the whole floor") {
    floor.send(floor.desk, close_gates{"m1", {}, gate_closing::cancel_all, true});
  }
  floor.run();
  CHECK(floor.stored(1).status == order_status::canceled);
  auto refused = floor.place(floor.wish(2));
  REQUIRE(refused);
  CHECK(refused->code == "halted");
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("a stop between the journal and the wire keeps the order from the broker") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.journal_words->loses_answers = true;
  auto placed = floor.ask<order_record>(floor.desk, floor.wish(1));
  floor.run();
  CHECK(floor.script->received.empty());
  // Whatever the journal says, it will not be sent.
  CHECK(floor.close().clear);
  floor.journal_words->loses_answers = false;
  floor.advance(12s);
  CHECK(floor.script->received.empty());
  CHECK(floor.close().clear);
  CHECK(floor.stored(1).status == order_status::never_sent);
}

TEST_CASE("a stop keeps back even a sale that could rest, when it has not been sent") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  own_ten(floor);
  const auto journal = caf::actor_cast<caf::actor>(floor.journal);
  auto placed = floor.ask<order_record>(floor.desk, floor.wish(2, order_side::sell, "10", "110"));
  floor.run_without(journal);
  auto report = floor.ask<gate_report>(floor.desk, close_gate{"ladder-AAPL"});
  floor.run_without(journal);
  REQUIRE(report.get());
  CHECK_FALSE(report.get()->clear);
  floor.run();
  CHECK(floor.script->received.size() == 1);
  CHECK(floor.stored(2).status == order_status::never_sent);
  CHECK(floor.stored(2).reason == "the bot was stopped before it was sent");
  CHECK(floor.close().clear);
}

TEST_CASE("an order cancelled before it was sent is withdrawn, which is no refusal") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  const auto journal = caf::actor_cast<caf::actor>(floor.journal);
  auto placed = floor.ask<order_record>(floor.desk, floor.wish(1));
  floor.run_without(journal);
  floor.send(floor.desk, cancel_order{"ladder-AAPL", 1});
  floor.run_without(journal);
  floor.run();
  CHECK(floor.script->received.empty());
  CHECK(floor.events() == "withdrawn ");
  CHECK(floor.stored(1).status == order_status::never_sent);
  CHECK(floor.stored(1).code.empty());
}

TEST_CASE("without a journal nothing is bought, but a position can be closed") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  own_ten(floor);
  floor.journal_words->refuses_writes = true;
  floor.place(floor.wish(2));
  CHECK(floor.script->received.size() == 1);
  // From then on it is not even tried.
  const auto tried = floor.journal_words->writes.size();
  auto refused = floor.place(floor.wish(4));
  REQUIRE(refused);
  CHECK(refused->reason == "the journal cannot be written");
  CHECK(floor.journal_words->writes.size() == tried);
  auto exit = floor.wish(5, order_side::sell, "10", "99");
  exit.purpose = order_purpose::exit;
  floor.place(exit);
  CHECK(floor.script->received.size() == 2);
  // And cancels work.
  CHECK(floor.close(gate_closing::cancel_all).clear == false);
  floor.run();
  CHECK(floor.close(gate_closing::cancel_all).clear);
  floor.journal_words->refuses_writes = false;
  floor.advance(3s);
  CHECK(floor.stored(2).status == order_status::never_sent);
  CHECK(floor.stored(5).status == order_status::canceled);
}

}  // namespace outcry::test
