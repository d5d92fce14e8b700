#include "actors/bots/strategies/scale_t/scale_t.hpp"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/actors/bots/scale_t/fake_floor.hpp"

using namespace outcry;
using namespace outcry::ladders;
using namespace outcry::test;

namespace {

using json = nlohmann::json;

const std::string csv_header =
    "index,buy_price,sell_price,target_shares,held_shares,pending_order_id,spc,unrealized_profit,"
    "last_action,profit\n";

void set(scale_t& bot, const std::string& changes) {
  auto checked = bot.check_parameters(changes);
  if (!checked) FAIL(to_string(checked.error()));
  bot.set_parameters(*checked);
}

invalid_field refusal(const scale_t& bot, const std::string& changes) {
  CAPTURE(changes);
  auto checked = bot.check_parameters(changes);
  REQUIRE_FALSE(checked);
  CHECK_FALSE(checked.error().expected.empty());
  CHECK_FALSE(checked.error().found.empty());
  return checked.error();
}

void import(scale_t& bot, const std::string& rows) {
  set(bot, json{{"ladder", csv_header + rows}}.dump());
}

/// Three rows of 1 share each: 99.50/100.00, 99.00/99.50, 98.50/99.00.
const std::string three_row_csv =
    "0,99.5,100.0,1.0,0.0,None,N,0.0,0.0,0.0\n"
    "1,99.0,99.5,1.0,0.0,None,N,0.0,0.0,0.0\n"
    "2,98.5,99.0,1.0,0.0,None,last,0.0,0.0,0.0\n";

/// A bot and the floor it stands on.
struct stage {
  stage() { import(bot, three_row_csv); }

  void at(std::string_view p) { bot.on_price(tick(p), floor); }
  void tell(const own_order_event& event) { bot.on_own_order(event, floor); }

  const order_terms& last() const { return floor.orders.back().terms; }
  std::size_t orders() const { return floor.orders.size(); }

  fake_floor floor;
  scale_t bot{"SPY"};
};

scale_t reborn(const scale_t& bot, const std::string& parameters = "") {
  scale_t result{"SPY"};
  result.set_parameters(parameters.empty() ? bot.check_parameters("{}").value() : parameters);
  result.restore(bot.snapshot());
  return result;
}

}  // namespace

TEST_CASE("scale_t: its orders are what the ladder decides") {
  stage s;
  s.at("99.25");
  REQUIRE(s.orders() == 1);
  CHECK(s.last().ticker == "SPY");
  CHECK(s.last().side == order_side::buy);
  CHECK(s.last().type == order_type::limit);
  CHECK(s.last().lasts == time_in_force::day);
  CHECK(s.last().extended_hours);
  CHECK(s.last().qty == shares("1"));
  CHECK(s.last().limit_price == price("99.26"));
  s.tell(s.floor.fill(1, price("99.24")));
  CHECK(s.bot.ladder().rows[0].held == shares("1"));
  CHECK(s.bot.ladder_figures().unrealized == money("0.26"));
  CHECK_FALSE(s.bot.pending());

  s.at("100.02");
  REQUIRE(s.orders() == 2);
  CHECK(s.last().side == order_side::sell);
  CHECK(s.last().limit_price == price("100.01"));
  s.tell(s.floor.fill(2, price("100.03")));
  CHECK(s.bot.position().is_zero());
  CHECK(s.bot.ladder_figures().total == money("0.79"));
  CHECK(s.bot.ladder_figures().realized == money("0.53"));
  CHECK(s.bot.ladder_figures().converted == money("0.26"));
}

TEST_CASE("scale_t: fractions follow whole shares as market orders") {
  scale_t bot{"SPY"};
  fake_floor floor;
  import(bot, "0,99.5,100.0,2.5,0.0,None,last,0.0,0.0,0.0\n");
  bot.on_price(tick("99.25"), floor);
  REQUIRE(floor.orders.size() == 1);
  CHECK(floor.orders[0].terms.qty == shares("2"));
  bot.on_own_order(floor.fill(1, price("99.25")), floor);
  bot.on_price(tick("99.24"), floor);
  REQUIRE(floor.orders.size() == 2);
  CHECK(floor.orders[1].terms.qty == shares("0.5"));
  CHECK(floor.orders[1].terms.type == order_type::market);
  CHECK_FALSE(floor.orders[1].terms.extended_hours);
  CHECK(floor.orders[1].terms.limit_price.is_zero());
}

TEST_CASE("scale_t: looks at a cent once") {
  stage s;
  s.at("99.25");
  s.tell(s.floor.event(1, order_status::expired));
  s.at("99.25");
  s.at("99.252");
  CHECK(s.orders() == 1);
  s.at("99.24");
  CHECK(s.orders() == 2);
  // A cent it passed in between, far from any row, counts.
  stage t;
  t.at("99.25");
  t.tell(t.floor.fill(1, price("99.25")));
  t.at("99.30");
  t.at("99.20");
  CHECK(t.orders() == 1);
  t.at("100.00");
  t.tell(t.floor.event(2, order_status::expired));
  t.at("99.70");
  t.at("100.00");
  CHECK(t.orders() == 3);
}

TEST_CASE("scale_t: prices are ignored while a cancel is in flight") {
  stage s;
  s.at("99.25");
  s.at("99.60");
  REQUIRE(s.floor.cancels == std::vector<std::uint64_t>{1});
  CHECK(s.bot.pending()->cancelling);
  for (const auto p : {"99.61", "99.1", "98.5", "102"}) s.at(p);
  CHECK(s.orders() == 1);
  CHECK(s.floor.cancels.size() == 1);
  CHECK(s.bot.ladder_figures().value.is_zero());
  s.tell(s.floor.event(1, order_status::canceled));
  s.at("98.9");
  CHECK(s.orders() == 2);
}

TEST_CASE("scale_t: a lost cancel is asked for again, and a closed order ends the wait") {
  stage s;
  s.at("99.25");
  s.at("99.60");
  s.floor.time += 10 * ns_per_s - 1;
  s.at("99.61");
  CHECK(s.floor.cancels.size() == 1);
  s.floor.time += 1;
  s.at("99.61");
  CHECK(s.floor.cancels.size() == 2);
  s.at("99.62");
  CHECK(s.floor.cancels.size() == 2);
  s.floor.time += 10 * ns_per_s;
  s.at("99.61");
  CHECK(s.floor.cancels.size() == 3);
  // It had been filled all the time.
  s.tell(s.floor.fill(1, price("99.26")));
  CHECK_FALSE(s.bot.pending());
  CHECK(s.bot.position() == shares("1"));
  s.at("100.1");
  CHECK(s.orders() == 2);
}

TEST_CASE("scale_t: a cancel the broker refuses is over") {
  stage s;
  s.at("99.25");
  s.at("99.60");
  s.tell(s.floor.event(1, order_status::working, "order_cancel_rejected"));
  CHECK_FALSE(s.bot.pending()->cancelling);
  s.at("99.61");
  CHECK(s.floor.cancels.size() == 2);
}

TEST_CASE("scale_t: a cancel in flight is asked for again after a restart") {
  stage s;
  s.at("99.25");
  s.at("99.60");
  auto again = reborn(s.bot);
  fake_floor floor;
  again.on_start(floor);
  CHECK(floor.cancels == std::vector<std::uint64_t>{1});
  again.on_price(tick("98"), floor);
  CHECK(floor.orders.empty());
  CHECK(floor.cancels.size() == 1);
}

TEST_CASE("scale_t: every fill is booked as it comes, once") {
  stage s;
  s.at("98.50");
  REQUIRE(s.last().qty == shares("3"));
  const auto first = s.floor.fill(1, shares("1.2"), price("98.4"));
  s.tell(first);
  CHECK(s.bot.position() == shares("1.2"));
  CHECK(s.bot.ladder().rows[1].held == shares("0.2"));
  s.tell(first);
  CHECK(s.bot.position() == shares("1.2"));
  // A fill nobody told of is made up for when the order ends.
  s.floor.fill(1, shares("0.8"), price("98.5"));
  s.tell(s.floor.event(1, order_status::canceled));
  CHECK(s.bot.position() == shares("2"));
  CHECK(s.bot.ladder().cash == money("297") - money("118.08") - money("78.8"));
  CHECK_FALSE(s.bot.pending());
}

TEST_CASE("scale_t: a fill while the bot was away is booked after the restart") {
  stage s;
  s.at("98.50");
  s.tell(s.floor.fill(1, shares("1"), price("98.5")));
  auto again = reborn(s.bot);
  again.on_start(s.floor);
  again.on_own_order(s.floor.fill(1, price("98.45")), s.floor);
  CHECK(again.position() == shares("3"));
  CHECK_FALSE(again.pending());
  for (const auto& row : again.ladder().rows) CHECK(row.held == shares("1"));
}

TEST_CASE("scale_t: what a fill exceeds the rows by is held outside the ladder") {
  stage s;
  s.at("99.25");
  auto event = s.floor.fill(1, shares("1.75"), price("99.2"));
  s.tell(event);
  CHECK(s.bot.ladder().rows[0].held == shares("1"));
  CHECK(s.bot.ladder().rows[1].held.is_zero());
  CHECK(s.bot.outside().shares == shares("0.75"));
  CHECK(s.bot.outside().cost == money("74.4"));
  CHECK(s.bot.position() == shares("1.75"));
  CHECK(s.bot.fault().empty());
}

TEST_CASE("scale_t: sales the bot never had the shares for stop it") {
  stage s;
  s.at("99.25");
  s.tell(s.floor.fill(1, price("99.2")));
  s.at("100.1");
  s.tell(s.floor.fill(2, shares("1.5"), price("100.1")));
  CHECK(s.bot.position() == shares("-0.5"));
  CHECK(s.bot.ladder().rows[0].held.is_zero());
  CHECK(s.bot.fault() == "sold 0.5 shares more than it had");
  s.at("98");
  CHECK(s.orders() == 2);
  set(s.bot, R"({"cancel_retry_s":11})");
  set(s.bot, R"({"outside_shares":"0.5"})");
  CHECK(s.bot.fault().empty());
  s.at("97.9");
  CHECK(s.orders() == 3);
}

TEST_CASE("scale_t: orders that end without a fill free the ladder") {
  for (const auto status : {order_status::canceled, order_status::expired, order_status::replaced,
                            order_status::never_sent, order_status::done_for_day}) {
    CAPTURE(to_string(status));
    stage s;
    s.at("99.25");
    s.tell(s.floor.event(1, status));
    CHECK_FALSE(s.bot.pending());
    s.at("99.24");
    CHECK(s.orders() == 2);
  }
  for (const auto status :
       {order_status::working, order_status::held, order_status::suspended, order_status::stopped,
        order_status::calculated, order_status::pending_cancel, order_status::unknown}) {
    CAPTURE(to_string(status));
    stage s;
    s.at("99.25");
    s.tell(s.floor.event(1, status));
    CHECK(s.bot.pending());
    s.at("99.24");
    CHECK(s.orders() == 1);
  }
}

TEST_CASE("scale_t: after a refusal it waits") {
  for (const auto refused : {false, true}) {
    stage s;
    s.at("99.25");
    s.tell(refused ? s.floor.event(1, order_status::intended, "refused")
                   : s.floor.event(1, order_status::rejected));
    CHECK_FALSE(s.bot.pending());
    s.floor.time += 10 * ns_per_s - 1;
    s.at("99.24");
    CHECK(s.orders() == 1);
    s.floor.time += 1;
    s.at("99.23");
    CHECK(s.orders() == 2);
  }
}

TEST_CASE("scale_t: a late fill still finds its rows") {
  stage s;
  s.at("99.25");
  s.tell(s.floor.event(1, order_status::done_for_day));
  s.at("99.52");  // follows upward: a new row 0
  REQUIRE(s.bot.ladder().rows.size() == 4);
  // More than the new row 0 has room for.
  CHECK(s.bot.ladder().rows[0].target < shares("0.9"));
  s.tell(s.floor.fill(1, price("99.2")));
  CHECK(s.bot.position() == shares("1"));
  CHECK(s.bot.outside().shares.is_zero());
}

TEST_CASE("scale_t: shares of enter stay outside the ladder, exit sells them first") {
  stage s;
  s.at("98.50");
  s.tell(s.floor.fill(1, price("98.5")));
  const auto enter = s.floor.foreign(order_side::buy, shares("5"));
  s.tell(s.floor.fill(enter, shares("5"), price("98")));
  CHECK(s.bot.position() == shares("8"));
  CHECK(held_shares(s.bot.ladder()) == shares("3"));
  s.at("100.5");
  CHECK(s.last().qty == shares("3"));
  s.tell(s.floor.event(3, order_status::canceled));

  const auto exit = s.floor.foreign(order_side::sell, shares("8"));
  s.tell(s.floor.fill(exit, shares("2"), price("100")));
  CHECK(s.bot.outside() == outside_shares{shares("3"), money("294"), money("4")});
  s.tell(s.floor.fill(exit, shares("4.5"), price("100")));
  CHECK(s.bot.outside().shares.is_zero());
  CHECK(s.bot.outside().realized == money("10"));
  CHECK(s.bot.ladder().rows[2].held.is_zero());
  CHECK(s.bot.ladder().rows[1].held == shares("0.5"));
  s.tell(s.floor.fill(exit, price("100")));
  CHECK(s.bot.position().is_zero());
  CHECK(s.bot.ladder_figures().profit == money("4.5"));
  CHECK_FALSE(s.bot.pending());
}

TEST_CASE("scale_t: builds a ladder from its parameters") {
  scale_t bot{"SPY"};
  fake_floor floor;
  bot.on_price(tick("100"), floor);
  CHECK(bot.fault() == "no ladder: cash is 0");
  set(bot, R"({"cash":10000,"risk":2,"start":"107","step":0.005})");
  REQUIRE(bot.ladder().rows.size() == 200);
  CHECK(bot.ladder().rows[199].buy_price == price("39.49"));
  CHECK(bot.fault().empty());
  bot.on_price(tick("106.8"), floor);
  CHECK(floor.orders.size() == 1);
}

TEST_CASE("scale_t: without a start the first price times 1.07 is one") {
  scale_t bot{"SPY"};
  fake_floor floor;
  set(bot, R"({"cash":"10000"})");
  CHECK(bot.ladder().rows.empty());
  CHECK(bot.fault() == "no price yet");
  bot.on_price(tick("100"), floor);
  REQUIRE(bot.ladder().rows.size() == 200);
  CHECK(bot.ladder().rows[0].buy_price == price("106.99"));
  CHECK(floor.orders.size() == 1);
  const auto again = reborn(bot);
  CHECK(again.ladder() == bot.ladder());
}

TEST_CASE("scale_t: a first price no ladder can be built at is said, not thrown") {
  scale_t bot{"SPY"};
  fake_floor floor;
  set(bot, R"({"cash":"10000"})");
  bot.on_price(tick("0.5"), floor);
  CHECK(bot.fault().find("no ladder: rows: expected at most ") == 0);
  bot.on_price(tick("100"), floor);
  CHECK(floor.orders.empty());
  set(bot, R"({"rows":20,"step":"0.02"})");
  bot.on_price(tick("0.51"), floor);
  CHECK(bot.ladder().rows.size() == 20);
}

TEST_CASE("scale_t: cash is added once, however often it is set") {
  stage s;
  const auto before = s.bot.ladder();
  const auto snapshot_before = s.bot.snapshot();
  const auto checked = s.bot.check_parameters(R"({"add_cash":300})").value();
  CHECK(s.bot.ladder() == before);
  s.bot.set_parameters(checked);
  CHECK(s.bot.ladder().deposited == money("597"));
  CHECK(s.bot.ladder().cash == money("597"));
  CHECK(s.bot.ladder().rows[0].target > shares("2"));
  s.bot.set_parameters(checked);
  CHECK(s.bot.ladder().deposited == money("597"));
  CHECK(reborn(s.bot).ladder() == s.bot.ladder());
  // The set was stored, the snapshot beside it was taken before.
  scale_t again;
  again.set_parameters(checked);
  again.restore(snapshot_before);
  CHECK(again.ladder() == s.bot.ladder());
  CHECK(refusal(s.bot, R"({"cash":"596"})").field == "config.cash");
  CHECK(refusal(s.bot, R"({"add_cash":0})").field == "config.add_cash");
  CHECK(refusal(s.bot, R"({"add_cash":-5})").field == "config.add_cash");
  CHECK(refusal(s.bot, R"({"add_cash":5,"cash":700})").field == "config.cash");
  CHECK(refusal(scale_t{}, R"({"add_cash":5})").field == "config.add_cash");
}

TEST_CASE("scale_t: another ladder only while this one is flat") {
  stage s;
  s.at("99.25");
  CHECK(refusal(s.bot, R"({"rows":100})").field == "config.rows");
  CHECK(refusal(s.bot,
                json{{"ladder", csv_header + three_row_csv + "3,98.0,98.5,1.0,0.0,None,N,0,0,0\n"}}
                    .dump())
            .field == "config.ladder");
  s.tell(s.floor.fill(1, price("99.25")));
  CHECK(refusal(s.bot, R"({"chase":true,"start":"110","rows":3})").field == "config.start");
  set(s.bot, R"({"chase":false,"cancel_retry_s":20})");
  s.at("100.1");
  s.tell(s.floor.fill(2, price("100.1")));
  set(s.bot, R"({"rows":100,"start":"110","cash":"5000"})");
  CHECK(s.bot.ladder().rows.size() == 100);
  CHECK(s.bot.ladder().cash == money("5000"));
  CHECK(reborn(s.bot).ladder() == s.bot.ladder());
}

TEST_CASE("scale_t: a new ladder set just before an order waits until that is over") {
  stage s;
  const auto checked = s.bot.check_parameters(R"({"rows":10,"start":"110"})").value();
  s.at("99.25");
  s.bot.set_parameters(checked);
  CHECK(s.bot.ladder().rows.size() == 3);
  CHECK(s.bot.check_parameters(R"({"chase":false,"rows":10})"));
  s.tell(s.floor.event(1, order_status::canceled));
  CHECK(s.bot.ladder().rows.size() == 10);
}

TEST_CASE("scale_t: imports today's file with its shares and its money") {
  scale_t bot;
  import(bot,
         "0,99.5,100.0,1.0,1.0,None,N,0.25,1746542351.0,2.0\n"
         "1,99.0,99.5,1.0,0.0,None,last,0.0,0.0,0.0\n");
  CHECK(bot.position() == shares("1"));
  CHECK(bot.ladder().cash == money("99"));
  CHECK(bot.ladder().deposited == money("198.25"));
  CHECK(bot.ladder_figures().unrealized == money("0.25"));
  const auto parameters = json::parse(bot.check_parameters("{}").value());
  CHECK(parameters["cash"] == "198.25");
  // Stored once; later only which file it was.
  CHECK(parameters["ladder"].get<std::string>().size() == 20);
  CHECK(reborn(bot).ladder() == bot.ladder());
  set(bot, R"({"add_cash":"100"})");
  CHECK(bot.ladder().deposited == money("298.25"));
  CHECK(bot.ladder_csv().substr(csv_header.size(), 14) == "0,99.5,100.0,1");
}

TEST_CASE("scale_t: an imported file that is wrong is refused with line and column") {
  const scale_t bot;
  auto x = refusal(bot, json{{"ladder", csv_header + "0,99.5,1oo,1.0,0.0,None,N,0,0,0\n"}}.dump());
  CHECK(x.field == "config.ladder, line 2, column sell_price");
  CHECK(x.found == "1oo");
  x = refusal(bot, json{{"ladder", csv_header + "0,99.5,100,1.0,0.0,abc-1,N,0,0,0\n"}}.dump());
  CHECK(x.field == "config.ladder, line 2, column pending_order_id");
  CHECK(x.found == "abc-1");
  CHECK(refusal(bot, json{{"ladder", csv_header + three_row_csv}, {"rows", 3}}.dump()).field ==
        "config.rows");
  CHECK(refusal(bot, R"({"ladder":"csv:0123456789abcdef"})").field == "config.ladder");
}

TEST_CASE("scale_t: parameters are checked as a whole and name the field") {
  const scale_t bot;
  for (const auto& [changes, field] : std::vector<std::pair<std::string, std::string>>{
           {"", "config"},
           {"[]", "config"},
           {"{", "config"},
           {R"({"csah":1})", "config.csah"},
           {R"({"rows":1,"rows":2})", "config.rows"},
           {R"({"cash":"ten"})", "config.cash"},
           {R"({"cash":-1})", "config.cash"},
           {R"({"cash":1e30})", "config.cash"},
           {R"({"cash":true})", "config.cash"},
           {R"({"cash":10000,"start":"107","step":"0"})", "config.step"},
           {R"({"cash":10000,"start":"107","step":"0.9"})", "config.step"},
           {R"({"cash":10000,"step":"0.9"})", "config.step"},
           {R"({"step":7})", "config.step"},
           {R"({"start":"0.001"})", "config.start"},
           {R"({"rows":0})", "config.rows"},
           {R"({"rows":2001})", "config.rows"},
           {R"({"rows":1.5})", "config.rows"},
           {R"({"rows":200,"risk":2})", "config.rows"},
           {R"({"risk":6})", "config.risk"},
           {R"({"risk":"2"})", "config.risk"},
           {R"({"cash":100,"start":"107"})", "config.cash"},
           {R"({"cash":10000,"start":"1"})", "config.rows"},
           {R"({"outside_shares":-1})", "config.outside_shares"},
           {R"({"chase":1})", "config.chase"},
           {R"({"cancel_retry_s":0})", "config.cancel_retry_s"},
           {R"({"cancel_retry_s":3601})", "config.cancel_retry_s"},
           {R"({"ladder":7})", "config.ladder"},
       }) {
    CHECK(refusal(bot, changes).field == field);
  }
  scale_t other;
  CHECK_THROWS_AS(other.set_parameters("nonsense"), std::runtime_error);
}

TEST_CASE("scale_t: declared shares are the bot's but not the ladder's") {
  stage s;
  set(s.bot, R"({"outside_shares":"10"})");
  set(s.bot, R"({"chase":false})");
  CHECK(s.bot.position() == shares("10"));
  s.at("101");
  CHECK(s.orders() == 0);
  const auto exit = s.floor.foreign(order_side::sell, shares("4"));
  s.tell(s.floor.fill(exit, price("101")));
  CHECK(s.bot.position() == shares("6"));
  CHECK(refusal(s.bot, R"({"outside_shares":"3"})").field == "config.outside_shares");
  set(s.bot, R"({"outside_shares":"4"})");
  CHECK(s.bot.position().is_zero());
  CHECK(reborn(s.bot).position().is_zero());
}

TEST_CASE("scale_t: goes on from a snapshot as if nothing had been") {
  stage s;
  s.at("98.50");
  s.tell(s.floor.fill(1, shares("1.2"), price("98.4")));
  auto again = reborn(s.bot);
  CHECK(again.snapshot() == s.bot.snapshot());
  CHECK(again.details() == s.bot.details());
  for (const auto p : {"98.5", "98.49", "98.7", "98.8", "99.2"}) {
    fake_floor one;
    fake_floor two;
    again.on_price(tick(p), one);
    s.bot.on_price(tick(p), two);
    CHECK(one.cancels == two.cancels);
    CHECK(one.orders == two.orders);
  }
  CHECK(again.snapshot() == s.bot.snapshot());
}

TEST_CASE("scale_t: refuses a snapshot that is none of its own") {
  stage s;
  s.at("98.50");
  const auto good = json::parse(s.bot.snapshot());
  scale_t bot;
  for (const auto& [key, value] : good.items()) {
    CAPTURE(key);
    auto bad = good;
    bad[key] = json::array({"x"});
    CHECK_THROWS_AS(bot.restore(bad.dump()), std::runtime_error);
    bad.erase(key);
    if (key == "order" || key == "previous") continue;
    CHECK_THROWS_AS(bot.restore(bad.dump()), std::runtime_error);
  }
  for (const auto row : {"", "1", "2 1 1", "1 2 x", "1 2 1 1 1 1 1 1 1", "1 2 1 1 1 1 z"}) {
    auto bad = good;
    bad["rows"][0] = row;
    CHECK_THROWS_AS(bot.restore(bad.dump()), std::runtime_error);
  }
  CHECK_THROWS_AS(bot.restore(R"({"count":1})"), std::runtime_error);
  CHECK_NOTHROW(bot.restore(good.dump()));
}

TEST_CASE("scale_t: 200 rows make a small snapshot and a small bot") {
  scale_t bot;
  set(bot, R"({"cash":"10000","start":"107"})");
  CHECK(bot.snapshot().size() < 8'000);
  fake_floor floor;
  bot.on_price(tick("39"), floor);
  while (bot.pending()) {
    bot.on_own_order(floor.fill(bot.pending()->number, price("39.001234")), floor);
    floor.time += ns_per_s;
    bot.on_price(tick(price("38") + Price::from_units(detail::decimal_one / 100 *
                                                      static_cast<int>(floor.orders.size()))),
                 floor);
  }
  CHECK(bot.snapshot().size() < 24'000);
  CHECK(sizeof(scale_t) + bot.ladder().rows.capacity() * sizeof(ladder_row) < 32'000);
}

TEST_CASE("scale_t: shows its figures") {
  stage s;
  s.at("99.25");
  auto x = json::parse(s.bot.details());
  CHECK(x["order"]["limit"] == "99.26");
  CHECK(x["rows"] == 3);
  CHECK(x["next_buy"] == "99.5");
  s.tell(s.floor.fill(1, price("99.25")));
  s.at("99.75");
  x = json::parse(s.bot.details());
  CHECK_FALSE(x.contains("order"));
  CHECK(x["shares"] == "1");
  CHECK(x["open"] == "0.5");
  CHECK(x["profit"] == "0.5");
  CHECK(x["total"] == "0.25");
  CHECK(x["next_sell"] == "100");
  CHECK_FALSE(x.contains("fault"));
}
