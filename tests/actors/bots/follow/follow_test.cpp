#include <catch2/catch.hpp>

#include "tests/actors/bots/follow/follow_rig.hpp"

using namespace outcry;
using outcry::test::follow_rig;
using outcry::test::long_call;
using outcry::test::price_of;
using outcry::test::shares;
using signals::update_kind;
using signals::update_step;

namespace {

update_step step(update_kind kind) {
  update_step x;
  x.kind = kind;
  return x;
}

update_step stop_moved_to(const char* price) {
  auto x = step(update_kind::move_stop);
  x.price = price_of(price);
  return x;
}

std::vector<std::string> stops(const follow_rig& rig) {
  std::vector<std::string> result;
  for (const auto& order : rig.open(order_type::stop))
    result.push_back(to_string(order.request.terms.stop_price));
  return result;
}

using texts = std::vector<std::string>;

/// A rig with ten shares bought at 100.
struct holding_rig : follow_rig {
  holding_rig() {
    price("101");
    call("1", long_call());
    settle();
    price("100");
    settle();
    REQUIRE(position() == shares(10));
  }
};

}  // namespace

TEST_CASE("a call goes to the broker with its stop and its targets in one request") {
  follow_rig rig;
  rig.price("101");
  const auto receipt = rig.call("1", long_call());
  CHECK(receipt.taken);
  REQUIRE(receipt.trade.size() == 1);
  CHECK(receipt.trade[0].state == signal_state::entering);
  rig.settle();
  CHECK(rig.orders() == 4);
  CHECK(rig.broker().open_orders().size() == 4);
  rig.price("100");
  rig.settle();
  CHECK(rig.position() == shares(10));
  CHECK(rig.last()->state == signal_state::open);
  CHECK(rig.last()->entry_price == price_of("100"));
  CHECK(stops(rig) == texts{"90"});
  CHECK(rig.covered() == shares(10));
}

TEST_CASE("the same call again is answered the same and trades nothing") {
  follow_rig rig;
  rig.call("1", long_call());
  rig.settle();
  const auto again = rig.call("1", long_call());
  CHECK(again.taken);
  CHECK(again.trade.size() == 1);
  rig.settle();
  CHECK(rig.orders() == 4);
  rig.restart();
  CHECK(rig.call("1", long_call()).taken);
  rig.settle();
  CHECK(rig.orders() == 4);
}

TEST_CASE("a second call is refused while one is traded, and taken when it is over") {
  holding_rig rig;
  CHECK(rig.call("2", long_call()).code == "already_open");
  rig.price("89");
  rig.settle();
  rig.price("88");
  rig.settle();
  CHECK(rig.position().is_zero());
  CHECK(rig.strategy().current() == nullptr);
  rig.price("101");
  CHECK(rig.call("2", long_call()).code == "already_open");  // the answer was given
  CHECK(rig.call("3", long_call()).taken);
}

TEST_CASE("the stop takes all of it and the targets go") {
  holding_rig rig;
  rig.price("90");
  rig.settle();
  rig.price("89.5");
  rig.settle();
  CHECK(rig.position().is_zero());
  CHECK(rig.broker().open_orders().empty());
  REQUIRE(rig.last());
  CHECK(rig.last()->state == signal_state::closed);
  CHECK(rig.last()->exit_price == price_of("89.5"));
  CHECK(rig.last()->profit == *Money::parse("-105"));
}

TEST_CASE("a target takes its part, the stop keeps the rest") {
  holding_rig rig;
  rig.price("110");
  rig.settle();
  CHECK(rig.position() == shares(5));
  CHECK(rig.covered() >= shares(5));
  CHECK(rig.last()->state == signal_state::open);
  rig.price("120");
  rig.settle();
  CHECK(rig.position().is_zero());
  CHECK(rig.broker().open_orders().empty());
  CHECK(rig.last()->state == signal_state::closed);
  CHECK(rig.last()->profit == *Money::parse("150"));
}

TEST_CASE("an entry that is not reached in time is given up") {
  follow_rig rig{R"({"max_notional":"1000","entry_valid_s":60})"};
  rig.call("1", long_call());
  rig.settle();
  rig.pass(59);
  rig.settle();
  CHECK(rig.broker().open_orders().size() == 4);
  rig.pass(2);
  rig.settle();
  CHECK(rig.broker().open_orders().empty());
  CHECK(rig.last()->state == signal_state::cancelled);
  CHECK(rig.last()->reason == "the entry was not reached in time");
}

TEST_CASE("a refused entry ends the trade and says why") {
  follow_rig rig;
  rig.lets_through = [](const order_request&) { return false; };
  rig.call("1", long_call());
  rig.settle();
  CHECK(rig.strategy().current() == nullptr);
  CHECK(rig.last()->state == signal_state::cancelled);
  CHECK(rig.last()->reason == "not let through");
}

TEST_CASE("a withdrawn call gives up an entry that has bought nothing, and no position") {
  follow_rig rig;
  rig.call("1", long_call());
  rig.settle();
  CHECK(rig.withdraw("1").taken);
  rig.settle();
  CHECK(rig.broker().open_orders().empty());
  CHECK(rig.last()->state == signal_state::cancelled);
  holding_rig held;
  CHECK(held.withdraw("1").code == "already_open");
  held.settle();
  CHECK(held.covered() == shares(10));
}

TEST_CASE("a call that was taken back before it came is not taken when it comes") {
  follow_rig rig;
  CHECK(rig.withdraw("1").code == "no_open_trade");
  CHECK(rig.call("1", long_call()).code == "taken_back");
  rig.update("5", "2", {step(update_kind::close)});
  rig.restart();
  CHECK(rig.call("2", long_call()).code == "taken_back");
  rig.update("6", "3", {step(update_kind::target_hit)});
  CHECK(rig.call("3", long_call()).taken);
  rig.settle();
  CHECK(rig.orders() == 4);
}

TEST_CASE("a bot that does not run can still say what it has taken") {
  holding_rig rig;
  follow_task task;
  task.source = "discord:1";
  task.source_id = "1";
  const auto known = rig.strategy().known_task(task);
  REQUIRE(known);
  CHECK(known->taken);
  REQUIRE(known->trade.size() == 1);
  CHECK(known->trade[0].state == signal_state::open);
  task.source_id = "2";
  CHECK(!rig.strategy().known_task(task));
}

TEST_CASE("a call at market waits for a price of its own time") {
  follow_rig rig;
  rig.price("100");
  rig.restart();
  auto call = long_call();
  call.order = signals::entry_order::market;
  call.entries.clear();
  CHECK(rig.call("1", call).code == "no_price");
  rig.price("100");
  CHECK(rig.call("2", call).taken);
}

TEST_CASE("a moved stop is at the broker before the old one goes") {
  holding_rig rig;
  rig.price("105");
  CHECK(rig.update("2", "1", {stop_moved_to("95")}).taken);
  bool never_bare = true;
  while (rig.step()) never_bare = never_bare && rig.covered() >= rig.position();
  CHECK(never_bare);
  CHECK(stops(rig) == texts{"95"});
  CHECK(rig.last()->stop == price_of("95"));
}

TEST_CASE("a stop that the broker does not take leaves the old one in force") {
  holding_rig rig;
  rig.price("105");
  rig.update("2", "1", {stop_moved_to("95")});
  rig.lets_through = [](const order_request& x) { return x.terms.type != order_type::stop; };
  rig.price("105");  // a glance in between: nobody has said yet that the new one is taken
  rig.settle();
  CHECK(stops(rig) == texts{"90"});
  CHECK(rig.last()->stop == price_of("90"));
  CHECK(rig.last()->reason.starts_with("the stop stays at 90"));
}

TEST_CASE("a stop is never moved away from the price, nor through it") {
  holding_rig rig;
  rig.price("105");
  CHECK(rig.update("2", "1", {stop_moved_to("85")}).code == "stop_wider");
  CHECK(rig.update("3", "1", {stop_moved_to("106")}).code == "stop_through_market");
  rig.settle();
  CHECK(stops(rig) == texts{"90"});
}

TEST_CASE("a stop moves to breakeven and to where a target is") {
  holding_rig rig;
  rig.price("115");
  rig.settle();
  auto even = step(update_kind::move_stop);
  even.breakeven = true;
  rig.update("2", "1", {even});
  rig.settle();
  CHECK(stops(rig) == texts{"100"});
  auto to_target = step(update_kind::move_stop);
  to_target.target = 1;
  rig.update("3", "1", {to_target});
  rig.settle();
  CHECK(stops(rig) == texts{"110"});
}

TEST_CASE("a stop that ends without having sold is replaced at once") {
  holding_rig rig;
  const auto old = rig.open(order_type::stop).front();
  REQUIRE(rig.broker().cancel(old.id, rig.now()));
  rig.settle();
  CHECK(stops(rig) == texts{"90"});
  CHECK(rig.open(order_type::stop).front().id != old.id);
}

TEST_CASE("without a stop and beyond it, what is held is sold at the market") {
  holding_rig rig;
  rig.lets_through = [](const order_request& x) { return x.terms.type != order_type::stop; };
  const auto old = rig.open(order_type::stop).front();
  REQUIRE(rig.broker().cancel(old.id, rig.now()));
  rig.settle();
  CHECK(stops(rig).empty());
  rig.pass(6);
  rig.price("89");
  rig.settle();
  rig.price("89");
  rig.settle();
  CHECK(rig.position().is_zero());
  CHECK(rig.last()->state == signal_state::closed);
}

TEST_CASE("a refused stop is asked for again, and not without a pause") {
  holding_rig rig;
  int asked = 0;
  rig.lets_through = [&](const order_request& x) {
    if (x.terms.type == order_type::stop) ++asked;
    return x.terms.type != order_type::stop || asked > 3;
  };
  const auto old = rig.open(order_type::stop).front();
  REQUIRE(rig.broker().cancel(old.id, rig.now()));
  rig.settle();
  CHECK(asked == 1);
  rig.pass(1);
  rig.settle();
  CHECK(asked == 1);
  for (int i = 0; i < 4; ++i) {
    rig.pass(6);
    rig.settle();
  }
  CHECK(asked == 4);
  CHECK(stops(rig) == texts{"90"});
  // What was refused leaves nothing behind.
  CHECK(rig.strategy().current()->orders.size() == 4);
}

TEST_CASE("stops that somebody cancels again and again are not asked for in a storm") {
  holding_rig rig;
  const auto before = rig.orders();
  for (int i = 0; i < 50; ++i) {
    for (const auto& stop : rig.open(order_type::stop))
      (void)rig.broker().cancel(stop.id, rig.now());
    rig.settle();
    rig.price("104");
  }
  CHECK(rig.orders() - before < 15);
}

TEST_CASE("close sells all at the market while the stop stands") {
  holding_rig rig;
  rig.price("104");
  CHECK(rig.update("2", "1", {step(update_kind::close)}).taken);
  bool never_bare = true;
  while (rig.step()) never_bare = never_bare && rig.covered() >= rig.position();
  rig.price("104");
  while (rig.step()) never_bare = never_bare && rig.covered() >= rig.position();
  CHECK(never_bare);
  CHECK(rig.position().is_zero());
  CHECK(rig.broker().open_orders().empty());
  CHECK(rig.last()->profit == *Money::parse("40"));
}

TEST_CASE("close before the entry gives the entry up") {
  follow_rig rig;
  rig.call("1", long_call());
  rig.settle();
  rig.update("2", "1", {step(update_kind::close)});
  rig.settle();
  CHECK(rig.broker().open_orders().empty());
  CHECK(rig.last()->state == signal_state::cancelled);
}

TEST_CASE("a part is closed and the rest stays protected") {
  holding_rig rig;
  rig.price("104");
  auto part = step(update_kind::close_partial);
  part.percent = Ratio::from_integer(30);
  CHECK(rig.update("2", "1", {part}).taken);
  rig.settle();
  rig.price("104");
  rig.settle();
  CHECK(rig.position() == shares(7));
  CHECK(rig.covered() >= shares(7));
  CHECK(rig.last()->state == signal_state::open);
}

TEST_CASE("a part is of all that is held, not of each entry, and of nothing it is refused") {
  follow_rig rig{R"({"max_notional":"300"})"};
  auto part = step(update_kind::close_partial);
  part.percent = Ratio::from_integer(30);
  auto call = long_call();
  call.entries = {price_of("100"), price_of("99"), price_of("98")};
  rig.price("101");
  rig.call("1", call);
  rig.settle();
  CHECK(rig.update("2", "1", {part}).code == "no_open_trade");
  rig.price("98");
  rig.settle();
  REQUIRE(rig.position() == shares(3));
  CHECK(rig.update("3", "1", {part}).taken);
  CHECK(rig.update("4", "1", {part}).taken);
  rig.settle();
  rig.price("98");
  rig.settle();
  CHECK(rig.position() == shares(1));
}

TEST_CASE("a report changes nothing") {
  holding_rig rig;
  const auto orders = rig.orders();
  auto hit = step(update_kind::target_hit);
  hit.target = 1;
  CHECK(rig.update("2", "1", {hit, step(update_kind::closed)}).taken);
  rig.settle();
  CHECK(rig.orders() == orders);
  CHECK(rig.position() == shares(10));
}

TEST_CASE("a target moves") {
  holding_rig rig;
  auto target = step(update_kind::set_target);
  target.target = 2;
  target.price = price_of("130");
  CHECK(rig.update("2", "1", {target}).taken);
  rig.settle();
  rig.price("120");
  rig.settle();
  CHECK(rig.position() == shares(5));
  rig.price("130");
  rig.settle();
  CHECK(rig.position().is_zero());
  target.price = price_of("99");
  holding_rig other;
  CHECK(other.update("2", "1", {target}).code == "levels");
}

TEST_CASE("entries that still rest are given up once an exit has filled") {
  follow_rig rig;
  auto call = long_call();
  call.entries = {price_of("100"), price_of("95")};
  rig.price("101");
  rig.call("1", call);
  rig.settle();
  rig.price("100");
  rig.settle();
  CHECK(rig.position() == shares(5));
  rig.price("110");
  rig.settle();
  CHECK(rig.open(order_type::limit).size() == 1);  // the second target: no entry at 95
  CHECK(rig.position() == shares(3));
}

TEST_CASE("an update of a call that is not traded is refused") {
  holding_rig rig;
  CHECK(rig.update("2", "7", {step(update_kind::close)}).code == "no_open_trade");
  rig.settle();
  CHECK(rig.position() == shares(10));
}

TEST_CASE("what the operator sells counts as sold") {
  holding_rig rig;
  for (const auto& order : rig.broker().open_orders()) {
    if (!rig.broker().find(order.id)) continue;
    (void)rig.broker().cancel(order.id, rig.now());
  }
  // The bot is stopped: nothing it asks for is sent.
  rig.lets_through = [](const order_request&) { return false; };
  rig.settle();
  own_order_event sold;
  sold.event = "fill";
  sold.order.number = 900;
  sold.order.terms.side = order_side::sell;
  sold.order.terms.ticker = "AAPL";
  sold.order.status = order_status::filled;
  sold.order.filled_qty = sold.qty = shares(10);
  sold.order.filled_avg_price = sold.price = price_of("103");
  sold.at_ns = rig.now();
  rig.strategy().on_own_order(sold, rig);
  rig.settle();
  CHECK(rig.strategy().position().is_zero());
  CHECK(rig.strategy().current() == nullptr);
}

TEST_CASE("a fill of an order that was given up is sold again") {
  follow_rig rig;
  rig.price("101");
  rig.lets_through = [](const order_request&) { return false; };
  rig.call("1", long_call());
  rig.settle();
  REQUIRE(rig.strategy().current() == nullptr);
  rig.lets_through = [](const order_request&) { return true; };
  own_order_event late;
  late.event = "fill";
  late.order.number = 1;
  late.order.terms.side = order_side::buy;
  late.order.terms.ticker = "AAPL";
  late.order.status = order_status::filled;
  late.order.filled_qty = late.qty = shares(10);
  late.order.filled_avg_price = late.price = price_of("100");
  late.at_ns = rig.now();
  const auto before = rig.orders();
  rig.strategy().on_own_order(late, rig);
  CHECK(rig.orders() == before + 1);
  CHECK(rig.strategy().position() == shares(10));
  rig.strategy().on_own_order(late, rig);  // told twice
  CHECK(rig.orders() == before + 1);
}

TEST_CASE("the snapshot holds everything") {
  holding_rig rig;
  rig.price("105");
  rig.update("2", "1", {stop_moved_to("95")});
  const auto text = rig.strategy().snapshot();
  follow copy{"AAPL"};
  copy.restore(text);
  CHECK(copy.snapshot() == text);
  CHECK_THROWS_AS(copy.restore(R"({"version":2})"), std::runtime_error);
  CHECK_THROWS_AS(copy.restore("no"), std::runtime_error);
}
