#include "tests/actors/trading/exits_under_test.hpp"

// Which entries and exits the order desk lets through, and what a stop and a kill leave of them.

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

order_desk_options with_shorting() {
  order_desk_options options;
  options.shorting = true;
  return options;
}

}  // namespace

TEST_CASE("wrong exits refuse the entry, and every number hears so once") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  auto wish = guarded_entry(floor);
  std::string why;
  SECTION("the same side") {
    wish.exits[1].side = order_side::buy;
    why = "exits[1].side: an exit is on the other side than its entry, found buy";
  }
  SECTION("another ticker") {
    wish.exits[0].ticker = "META";
    why = "exits[0].ticker: an exit is for AAPL as its entry is, found META";
  }
  SECTION("no price") {
    wish.exits[0].stop_price = {};
    why = "exits[0].stop_price: a stop order has one above 0, found 0";
  }
  SECTION("too many") {
    wish.exits.resize(9, wish.exits[0]);
    why = "exits: at most 8, found 9";
  }
  SECTION("the entry itself") {
    wish.terms.limit_price = {};
    why = "limit_price: a limit order has one above 0, found 0";
  }
  const auto answer = floor.place(wish);
  REQUIRE(answer);
  CHECK(answer->status == order_status::never_sent);
  CHECK(answer->reason == why);
  CHECK(floor.script->received.empty());
  const auto all = ends(floor);
  CHECK(all.size() == wish.exits.size() + 1);
  for (const auto& [number, n] : all) CHECK(n == 1);
  CHECK(floor.stored(2).reason == why);
  CHECK(floor.stored(2).code == floor.stored(1).code);
}

TEST_CASE("an entry with exits is refused where its exits would open a position") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  fill(floor, 1, "10", "100");
  auto wish = floor.wish(2, order_side::sell, "10", "100");
  wish.exits = {exit_terms(order_type::limit, "10", "90")};
  wish.exits[0].side = order_side::buy;
  const auto answer = floor.place(wish);
  REQUIRE(answer);
  CHECK(answer->code == "risk_limit");
  CHECK(answer->reason ==
        "a sale with exits opens a position, which needs shorting: the bot owns 10");
  CHECK(floor.stored(3).status == order_status::never_sent);
}

TEST_CASE("a short sale brings buying exits where shorting is on") {
  temp_dir dir;
  desk_under_test floor(dir.path().string(), {}, with_shorting());
  auto wish = floor.wish(1, order_side::sell, "10", "100");
  wish.exits = {exit_terms(order_type::stop, "10", "105")};
  wish.exits[0].side = order_side::buy;
  floor.place(wish);
  REQUIRE(floor.script->received.size() == 1);
  fill_entry(floor, "10");
  CHECK(floor.held() == shares("-10"));
  fill(floor, 2, "10", "106");
  CHECK(floor.held().is_zero());
  CHECK(ends(floor) == std::map<std::uint64_t, int>{{1, 1}, {2, 1}});
}

TEST_CASE("exits are held to none of the limits, an entry to all of them") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "10");
  auto strict = later_exit(floor, 4, exit_terms(order_type::stop, "10", "96"));
  strict.limits.max_orders_per_minute = 1;
  strict.limits.max_order_notional = Money::from_integer(1);
  strict.feed = feed_state::stale;
  auto answer = floor.place(strict);
  REQUIRE(answer);
  CHECK(answer->status == order_status::intended);
  // Only the entry counts as an order of the last minute.
  auto risk = floor.request_sync<risk_report>(floor.desk, get_risk{});
  REQUIRE(risk);
  REQUIRE(risk->bots.size() == 1);
  CHECK(risk->bots[0].orders_last_minute == 1);
  CHECK(risk->bots[0].position == Money::from_integer(1000));
}

TEST_CASE("a plain sale sees what exits hold once") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "10");
  auto plain = floor.wish(4);
  fill(floor, 3, "4", "105");
  plain = floor.wish(5, order_side::sell, "1", "120");
  const auto answer = floor.place(plain);
  REQUIRE(answer);
  // Six of six are held by the stop: the sale would be a short one.
  CHECK(answer->code == "risk_limit");
  CHECK(answer->reason == "a sale of 1 when the bot owns 6 and 6 of it are being sold");
}

TEST_CASE("shares sold by a plain order are not sold again by an exit") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  fill(floor, 1, "10", "100");
  floor.place(floor.wish(2, order_side::sell, "7", "100"));
  fill(floor, 2, "4", "100");
  auto answer = floor.place(later_exit(floor, 3, exit_terms(order_type::stop, "10", "95")));
  REQUIRE(answer);
  CHECK(answer->reason == "an exit of 10 when 3 are left: the bot owns 6, other orders sell 3");
  answer = floor.place(later_exit(floor, 4, exit_terms(order_type::stop, "3", "95")));
  REQUIRE(answer);
  CHECK(answer->status == order_status::intended);
  // Whatever plain orders ask for: a stop of the bot does not take its exit away.
  floor.close();
  floor.run();
  CHECK(floor.stored(4).status == order_status::working);
}

TEST_CASE("a stop keeps the exits and cancels their entry, a kill cancels all") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "3");
  floor.close();
  auto report = floor.close();
  CHECK(report.clear);
  CHECK(report.open.size() == 2);
  CHECK(report.position == shares("3"));
  CHECK(floor.stored(1).status == order_status::canceled);
  CHECK(floor.stored(2).status == order_status::working);
  floor.close(gate_closing::cancel_all);
  floor.run();
  report = floor.close();
  CHECK(report.clear);
  CHECK(report.open.empty());
  CHECK(floor.stored(2).status == order_status::canceled);
  CHECK(ends(floor) == each_once);
}

TEST_CASE("a stop between the journal and the wire keeps entry and exits back") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  const auto journal = caf::actor_cast<caf::actor>(floor.journal);
  auto placed = floor.ask<order_record>(floor.desk, guarded_entry(floor));
  floor.run_without(journal);
  SECTION("by the gate") {
    auto report = floor.ask<gate_report>(floor.desk, close_gate{"ladder-AAPL"});
    floor.run_without(journal);
    floor.run();
    CHECK(told(floor) == "1 refused; 2 refused; 3 refused; ");
  }
  SECTION("withdrawn") {
    floor.send(floor.desk, cancel_order{"ladder-AAPL", 1});
    floor.run_without(journal);
    floor.run();
    CHECK(told(floor) == "1 withdrawn; 2 withdrawn; 3 withdrawn; ");
  }
  CHECK(floor.script->received.empty());
  CHECK(floor.close().clear);
}

TEST_CASE("a plain order does not take what exits hold, also where shorting is on") {
  temp_dir dir;
  desk_under_test floor(dir.path().string(), {}, with_shorting());
  floor.place(guarded_entry(floor));
  fill_entry(floor, "10");
  auto answer = floor.place(floor.wish(4, order_side::sell, "1", "120"));
  REQUIRE(answer);
  CHECK(answer->code == "risk_limit");
  CHECK(answer->reason ==
        "a sale of 1 beside exits when 0 are left: the bot owns 10, its orders sell 10");
  CHECK(floor.script->received.size() == 1);
  // Once they are gone it may even go through zero.
  for (const std::uint64_t number : {2U, 3U}) end(floor, number, order_status::canceled);
  answer = floor.place(floor.wish(5, order_side::sell, "10", "120"));
  REQUIRE(answer);
  CHECK(answer->status == order_status::intended);
}

TEST_CASE("a plain purchase does not buy back what buying exits will") {
  temp_dir dir;
  desk_under_test floor(dir.path().string(), {}, with_shorting());
  auto wish = floor.wish(1, order_side::sell, "10", "100");
  wish.exits = {exit_terms(order_type::stop, "10", "105")};
  wish.exits[0].side = order_side::buy;
  floor.place(wish);
  fill_entry(floor, "10");
  auto plain = floor.wish(3, order_side::buy, "10", "99");
  CHECK(floor.place(plain)->code == "risk_limit");
  plain = floor.wish(4);
  plain.terms.type = order_type::market;
  plain.terms.limit_price = {};
  plain.terms.qty = {};
  plain.terms.notional = *Money::parse("100");
  const auto answer = floor.place(plain);
  REQUIRE(answer);
  CHECK(answer->reason ==
        "a purchase of 1 beside exits when 0 are left: the bot owns -10, its orders buy 10");
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("exits whose position a plain order has sold are cancelled, those of the rest may come") {
  temp_dir dir;
  desk_under_test floor(dir.path().string(), {}, with_shorting());
  // It went out before there was anything to protect.
  const bool all = GENERATE(true, false);
  floor.place(floor.wish(1, order_side::sell, all ? "10" : "3", "120"));
  auto entry = floor.wish(2);
  entry.exits = {exit_terms(order_type::stop, "10", "95"),
                 exit_terms(order_type::limit, "4", "130")};
  floor.place(entry);
  floor.script->fill_entry(floor.client_id(2), shares("10"), dollars("100"));
  floor.run();
  CHECK(floor.stored(3).status == order_status::working);
  CHECK(floor.script->cancels.empty());
  fill(floor, 1, all ? "10" : "3", "120");
  CHECK(floor.stored(3).status == order_status::canceled);
  CHECK(floor.stored(4).status == order_status::canceled);
  CHECK(floor.script->positions["AAPL"] == shares(all ? "0" : "7"));
  auto whole = later_exit(floor, 5, exit_terms(order_type::stop, "10", "95"), 2);
  CHECK(floor.place(whole)->code == "risk_limit");
  if (all) return;
  auto rest = later_exit(floor, 6, exit_terms(order_type::stop, "7", "95"), 2);
  CHECK(floor.place(rest)->status == order_status::intended);
  // They cover what there is: nothing ends them.
  fill(floor, 6, "2", "94");
  CHECK(floor.stored(6).status == order_status::partially_filled);
  CHECK(floor.held() == shares("5"));
}

TEST_CASE("where a plain order sold a part, the exits of the first entry go and the others stay") {
  temp_dir dir;
  desk_under_test floor(dir.path().string(), {}, with_shorting());
  floor.place(floor.wish(1, order_side::sell, "3", "120"));
  for (const std::uint64_t number : {2U, 4U}) {
    auto entry = floor.wish(number);
    entry.exits = {exit_terms(order_type::stop, "10", "95")};
    floor.place(entry);
    floor.script->fill_entry(floor.client_id(number), shares("10"), dollars("100"));
    floor.run();
  }
  fill(floor, 1, "3", "120");
  CHECK(floor.stored(3).status == order_status::canceled);
  CHECK(floor.stored(5).status == order_status::working);
  CHECK(floor.place(later_exit(floor, 6, exit_terms(order_type::stop, "7", "95"), 2))->status ==
        order_status::intended);
  CHECK(floor.stored(5).status == order_status::working);
  // Where the other one ends, too, there is room for one over all that its entry has brought.
  end(floor, 5, order_status::canceled);
  CHECK(floor.place(later_exit(floor, 7, exit_terms(order_type::stop, "10", "95"), 4))->status ==
        order_status::intended);
}

}  // namespace outcry::test
