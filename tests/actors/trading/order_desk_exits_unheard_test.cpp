#include "tests/actors/trading/exits_under_test.hpp"

// What becomes of entries and exits where words are lost or come late, and after kill -9.

namespace outcry::test {

using namespace std::chrono_literals;

TEST_CASE("an answer that is lost: exits are looked up and go on with their entry") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::lose_answer};
  SECTION("found soon") {}
  SECTION("found late") {
    floor.script->hides = true;
  }
  const bool late = floor.script->hides;
  floor.place(guarded_entry(floor));
  floor.advance(11s);
  if (late) {
    CHECK(floor.stored(2).status == order_status::unknown);
    const auto report = floor.close();
    CHECK_FALSE(report.clear);
    CHECK(report.open.size() == 3);
    CHECK(floor.request_sync<gate_report>(floor.desk, open_gate{"ladder-AAPL"}));
    floor.advance(20s);
    floor.script->hides = false;
    floor.advance(20s);
    // The gate was closed meanwhile: the entry goes, and its exits with it.
    CHECK(ends(floor) == each_once);
    CHECK(floor.stored(3).status == order_status::canceled);
    return;
  }
  floor.advance(2s);
  CHECK(floor.stored(1).status == order_status::working);
  CHECK(floor.stored(2).status == order_status::held);
  CHECK(floor.stored(3).status == order_status::held);
  fill_entry(floor, "10");
  fill(floor, 2, "10", "94");
  end(floor, 3, order_status::canceled);
  CHECK(floor.held().is_zero());
  CHECK(ends(floor) == each_once);
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("an entry that the broker never got: its exits never were there, either") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::lose_order};
  floor.place(guarded_entry(floor));
  floor.advance(60s);
  CHECK(floor.stored(1).status == order_status::unknown);
  floor.advance(60s);
  CHECK(ends(floor) == each_once);
  for (std::uint64_t number : {1U, 2U, 3U}) {
    CHECK(floor.stored(number).status == order_status::never_sent);
    CHECK(floor.stored(number).code == "no_answer");
  }
  CHECK(floor.script->received.size() == 1);
  auto risk = floor.request_sync<risk_report>(floor.desk, get_risk{});
  REQUIRE(risk);
  CHECK(risk->unknown_orders == 0);
}

TEST_CASE("an entry that comes up after all is cancelled, what protects its fills is not") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::lose_answer};
  floor.script->hides = true;
  floor.place(guarded_entry(floor));
  floor.advance(150s);
  REQUIRE(floor.stored(2).status == order_status::never_sent);
  // It was there all the time, and has filled.
  fill_entry(floor, "3");
  floor.advance(1s);
  CHECK(floor.held() == shares("3"));
  CHECK(floor.script->cancels == std::vector<std::string>{floor.client_id(1)});
  CHECK(floor.stored(1).status == order_status::canceled);
  CHECK(floor.stored(2).status == order_status::working);
  CHECK(floor.stored(2).code == "surfaced");
  CHECK(floor.stored(3).status == order_status::working);
  fill(floor, 2, "3", "94");
  CHECK(floor.held().is_zero());
}

TEST_CASE("an entry refused and taken all the same is cancelled, its exits go with it") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::refuse_and_take};
  floor.place(guarded_entry(floor));
  floor.advance(5s);
  CHECK(floor.script->order(floor.client_id(1)).status == order_status::canceled);
  CHECK(ends(floor) == each_once);
  CHECK(floor.stored(2).status == order_status::canceled);
}

TEST_CASE("fills and ends of exits that nobody heard are made up for") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  // All of it unheard: the entry fills, a target fills, the stop takes the rest.
  floor.script->fill(floor.client_id(1), shares("10"), dollars("100"));
  floor.script->fill(floor.client_id(3), shares("4"), dollars("105"));
  floor.script->fill(floor.client_id(2), shares("6"), dollars("94"));
  floor.script->end(floor.client_id(2), order_status::canceled);
  floor.advance(130s);
  CHECK(floor.held().is_zero());
  CHECK(ends(floor) == each_once);
  CHECK(floor.stored(1).exited == shares("10"));
  CHECK(floor.stored(2).order.filled_qty == shares("6"));
  auto list = floor.request_sync<position_list>(floor.desk, get_positions{});
  REQUIRE(list);
  for (const auto& ticker : list->tickers) CHECK(ticker.halted.empty());
}

TEST_CASE("a fill of an exit that comes after all its family was over is booked") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "10");
  auto fill = floor.script->fill(floor.client_id(2), shares("2"), dollars("94"));
  for (std::uint64_t number : {2U, 3U}) {
    auto update = floor.script->end(floor.client_id(number), order_status::canceled);
    update.order.filled_qty = {};
    update.order.filled_avg_price = {};
    floor.script->tell(update);
    floor.run();
  }
  fill.order.status = order_status::canceled;
  floor.script->tell(fill);
  floor.run();
  CHECK(floor.held() == shares("8"));
  CHECK(floor.stored(1).exited == shares("2"));
}

TEST_CASE("exits at the broker that the journal does not know are kept, their entry is not") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  auto image = floor.request_sync<trading_image>(floor.real, load_trading{});
  REQUIRE(image);
  const auto prefix = image->floor_id.substr(0, 16) + "-ladder-AAPL-";
  auto add = [&](const char* number, order_terms terms, const std::string& parent) {
    broker_order order;
    order.id = std::string("b") + number;
    order.request = {prefix + number, std::move(terms), parent, {}};
    order.status = order_status::working;
    floor.script->orders[prefix + number] = order;
  };
  add("8", floor.wish(8).terms, "");
  add("9", exit_terms(order_type::stop, "10", "95"), prefix + "8");
  floor.script->fill(prefix + "8", shares("2"), dollars("100"));
  floor.advance(70s);
  CHECK(floor.script->order(prefix + "8").status == order_status::canceled);
  CHECK(floor.script->order(prefix + "9").status == order_status::working);
  CHECK(floor.held() == shares("2"));
  CHECK(floor.stored(9).parent == 8);
}

namespace {

/// How far an entry with exits had come when the floor was killed.
enum class reached {
  nothing,
  intent,          // journalled, not sent
  sent,            // the broker has not got it
  accepted,        // it has, its answer was not heard
  answered,        // and was heard
  filled,          // the entry filled, nobody heard
  fill_heard,      // it was heard, and is not in the journal
  exit_filled,     // the target filled, nobody heard
  exit_heard,      // it was heard, and is not in the journal
  exit_in_journal  // it is, and nobody was told
};

void live_until(desk_under_test& floor, reached step) {
  auto& words = *floor.journal_words;
  auto& script = *floor.script;
  if (step == reached::nothing) words.hangs_writes = true;
  if (step == reached::intent) words.loses_answers = true;
  if (step == reached::sent) script.reactions = {reaction::lose_order};
  if (step == reached::accepted) script.reactions = {reaction::lose_answer};
  auto answer = floor.ask<order_record>(floor.desk, guarded_entry(floor));
  floor.run();
  if (step <= reached::answered) return;
  if (step == reached::filled) {
    script.listener = {};
    const auto id = floor.client_id(1);
    script.fill(id, shares("10"), dollars("100"));
    for (const auto& exit : script.exits_of(id)) script.end(exit, order_status::working);
    return;
  }
  words.hangs_writes = step == reached::fill_heard;
  script.fill_entry(floor.client_id(1), shares("10"), dollars("100"));
  floor.run();
  if (step == reached::fill_heard) return;
  const auto update = script.fill(floor.client_id(3), shares("4"), dollars("105"));
  if (step == reached::exit_filled) return;
  words.hangs_writes = step == reached::exit_heard;
  words.loses_answers = step == reached::exit_in_journal;
  script.tell(update);
  floor.run();
}

}  // namespace

TEST_CASE("after kill -9 at any step an entry and its exits are what the broker has") {
  const auto step = static_cast<reached>(GENERATE(range(0, 10)));
  CAPTURE(static_cast<int>(step));
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  {
    desk_under_test before(dir.path().string(), script);
    live_until(before, step);
  }
  const auto sent_before = script->received.size();
  CHECK(sent_before == (step >= reached::sent ? 1U : 0U));
  script->listener = {};
  desk_under_test floor(dir.path().string(), script);
  floor.advance(120s);
  CHECK(script->received.size() == sent_before);
  const auto bought = step >= reached::filled ? shares("10") : Quantity{};
  const auto sold = step >= reached::exit_filled ? shares("4") : Quantity{};
  CHECK(floor.held() == bought - sold);
  CHECK(floor.held() == script->positions["AAPL"]);
  if (step == reached::nothing) {
    for (std::uint64_t number : {3U, 1U, 2U}) {
      auto settled =
          floor.request_sync<order_record>(floor.desk, settle_order{"ladder-AAPL", number});
      REQUIRE(settled);
      CHECK(settled->status == order_status::never_sent);
    }
    // What was settled is never taken.
    CHECK(floor.place(guarded_entry(floor))->status == order_status::never_sent);
    CHECK(script->received.empty());
    return;
  }
  if (step <= reached::sent) {
    for (std::uint64_t number : {1U, 2U, 3U})
      CHECK(floor.stored(number).status == order_status::never_sent);
    CHECK(ends(floor) == each_once);
    return;
  }
  CHECK(floor.stored(2).status ==
        (step >= reached::filled ? order_status::working : order_status::held));
  CHECK(floor.stored(1).exited == sold);
  // The sum of what exits closed goes on from there, whatever was in memory.
  if (step < reached::filled) return;
  fill(floor, 2, "6", "94");
  CHECK(floor.stored(1).exited == sold + shares("6"));
}

}  // namespace outcry::test
