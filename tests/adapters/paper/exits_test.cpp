#include <catch2/catch.hpp>

#include "adapters/calendar/us_equity_calendar.hpp"
#include "tests/adapters/paper/kept_store.hpp"
#include "tests/adapters/paper/trader.hpp"

// Orders that hang on an entry.

using namespace outcry;
using namespace outcry::test;
using enum order_side;

namespace {

exit_request exit_of(const order_request& order, time_in_force lasts = time_in_force::gtc) {
  exit_request result{order.client_order_id, order.terms};
  result.terms.lasts = lasts;
  return result;
}

/// A purchase at 100 with a stop at 95 and targets at 105 and 110.
struct long_trade {
  explicit long_trade(trader& broker, std::string_view n = "10", std::string_view first = "4",
                      std::string_view second = "6") {
    auto request = broker.limit(buy, n, "100");
    for (const auto& exit : {broker.stop(sell, n, "95"), broker.limit(sell, first, "105"),
                             broker.limit(sell, second, "110")})
      request.exits.push_back(exit_of(exit));
    entry = broker.place(request);
    name = request.client_order_id;
    const auto id = [&](std::size_t i) {
      return broker.broker.find_by_client_id(request.exits[i].client_order_id)->id;
    };
    stop = id(0);
    near = id(1);
    far = id(2);
  }

  std::string name;  ///< client_order_id of the entry
  std::string entry;
  std::string stop;
  std::string near;
  std::string far;
};

order_request later(order_request exit, const std::string& parent) {
  exit.parent = parent;
  exit.terms.lasts = time_in_force::gtc;
  return exit;
}

std::string status(const trader& broker, const std::string& id) {
  return std::string{to_string(broker.order(id).status)};
}

}  // namespace

TEST_CASE("exits are taken with their entry, held, and told so") {
  trader broker;
  const long_trade trade(broker);
  CHECK(broker.events() == lines{"new", "held", "held", "held"});
  CHECK(status(broker, trade.entry) == "new");
  const auto stop = broker.order(trade.stop);
  CHECK(stop.status == order_status::held);
  CHECK(stop.request.parent == trade.name);
  CHECK(broker.order(trade.entry).request.exits.empty());
  CHECK(broker.broker.open_orders().size() == 4);
  // The exits hold nothing back: only the entry does.
  CHECK(broker.buying_power() == "99000");
  // Prices alone wake nobody.
  broker.print("94.99", "1");
  broker.events();
  CHECK(broker.order(trade.stop).filled_qty.is_zero());
}

TEST_CASE("an entry and its exits are taken together or not at all") {
  trader broker;
  auto request = broker.limit(buy, "10", "100");
  request.exits = {exit_of(broker.stop(sell, "10", "95")),
                   exit_of(broker.limit(sell, "10", "105"))};
  SECTION("a bad price") {
    request.exits[1].terms.limit_price = price("105.001");
  }
  SECTION("the same side") {
    request.exits[1].terms.side = buy;
  }
  SECTION("another ticker") {
    request.exits[1].terms.ticker = "QQQ";
  }
  SECTION("ioc") {
    request.exits[1].terms.lasts = time_in_force::ioc;
  }
  SECTION("money") {
    request.exits[1] = exit_of(broker.of_money(sell, "100"), time_in_force::day);
  }
  SECTION("a name twice") {
    request.exits[1].client_order_id = request.exits[0].client_order_id;
  }
  SECTION("the entry's name") {
    request.exits[0].client_order_id = request.client_order_id;
  }
  SECTION("too many") {
    for (int i = 0; i < 7; ++i) request.exits.push_back(exit_of(broker.stop(sell, "1", "90")));
  }
  SECTION("the entry is too dear") {
    request.terms.qty = qty("2000");
  }
  CHECK(broker.refused(request) != "");
  CHECK(broker.events().empty());
  CHECK(broker.broker.open_orders().empty());
  CHECK(broker.buying_power() == "100000");
  // Its names may be used again.
  auto good = broker.limit(buy, "10", "100");
  good.client_order_id = request.client_order_id;
  good.exits = {{"x1", request.exits[0].terms}};
  CHECK(broker.refused(good) == "");
}

TEST_CASE("exits wake as their entry fills, in the order they came") {
  trader broker;
  const long_trade trade(broker);
  broker.events();
  broker.print("100", "3");
  CHECK(broker.events() == lines{"partial_fill 3 @ 100 [3]", "new", "new", "new"});
  CHECK(status(broker, trade.stop) == "new");
  broker.print("105", "100");
  // The near target takes what is there, and there is nothing left for the others yet.
  CHECK(broker.events() == lines{"partial_fill 3 @ 105 [0]", "held", "held", "held"});
  CHECK(status(broker, trade.near) == "held");
  broker.print("100", "7");
  CHECK(broker.events() == lines{"fill 7 @ 100 [7]", "new", "new", "new"});
  CHECK(status(broker, trade.near) == "partially_filled");
  broker.print("120", "100");
  // One share is left of the near one, six of the far one.
  CHECK(broker.events() == lines{"fill 1 @ 120 [6]", "fill 6 @ 120 [0]", "canceled"});
  CHECK(status(broker, trade.stop) == "canceled");
  CHECK(broker.order(trade.stop).reason == "nothing is left to protect");
  CHECK(broker.broker.open_orders().empty());
}

TEST_CASE("an entry that ends unfilled takes its exits along") {
  trader broker;
  const long_trade trade(broker);
  broker.events();
  SECTION("cancelled") {
    REQUIRE(broker.broker.cancel(trade.entry, broker.now));
    CHECK(broker.events() ==
          lines{"pending_cancel", "canceled", "canceled", "canceled", "canceled"});
  }
  SECTION("expired") {
    broker.now += 7 * hour;
    broker.broker.on_time(broker.now);
    CHECK(broker.events() == lines{"expired", "canceled", "canceled", "canceled"});
  }
  CHECK(broker.order(trade.far).reason == "nothing is left to protect");
  CHECK(broker.broker.open_orders().empty());
  CHECK(broker.buying_power() == "100000");
}

TEST_CASE("exits live on for what a cancelled entry has filled") {
  trader broker;
  const long_trade trade(broker);
  broker.print("100", "3");
  REQUIRE(broker.broker.cancel(trade.entry, broker.now));
  CHECK(broker.broker.open_orders().size() == 3);
  broker.print("94", "2");
  broker.events();
  broker.print("94", "2");
  CHECK(broker.events() == lines{"partial_fill 2 @ 94 [1]"});
  broker.print("94", "2");
  // Three of its ten shares, and nothing is left.
  CHECK(broker.events() == lines{"partial_fill 1 @ 94 [0]", "canceled", "canceled", "canceled"});
  CHECK(status(broker, trade.stop) == "canceled");
  CHECK(broker.order(trade.stop).filled_qty == qty("3"));
}

TEST_CASE("what one exit sells is taken off the others") {
  trader broker;
  const long_trade trade(broker);
  broker.print("100");
  broker.print("105");
  CHECK(broker.position() == "6");
  broker.print("94");
  broker.events();
  broker.print("94");
  CHECK(broker.events() == lines{"partial_fill 6 @ 94 [0]", "canceled", "canceled"});
  CHECK(broker.position() == "0");
  CHECK(status(broker, trade.near) == "filled");
}

TEST_CASE("a print that fills the entry neither fills nor elects its exits") {
  trader broker;
  auto request = broker.limit(buy, "10", "100");
  // The print that buys is already beyond both.
  request.exits = {exit_of(broker.stop(sell, "10", "99")), exit_of(broker.limit(sell, "10", "90"))};
  const auto stop = request.exits[0].client_order_id;
  broker.place(request);
  broker.events();
  broker.print("98");
  CHECK(broker.events() == lines{"fill 10 @ 98 [10]", "new", "new"});
  broker.print("99.5");
  // Only now does the limit sell; the stop was never elected.
  CHECK(broker.events() == lines{"fill 10 @ 99.5 [0]", "canceled"});
  CHECK(broker.broker.find_by_client_id(stop)->status == order_status::canceled);
}

TEST_CASE("a print that fills more of the entry sells nothing of that") {
  trader broker;
  auto request = broker.limit(buy, "10", "100");
  request.exits = {exit_of(broker.limit(sell, "10", "90"))};
  broker.place(request);
  broker.print("100", "4");
  broker.events();
  // Ten on offer: six for the entry, and four for the exit, which were there before.
  broker.print("99", "10");
  CHECK(broker.events() == lines{"fill 6 @ 99 [10]", "partial_fill 4 @ 99 [6]"});
}

TEST_CASE("within one print the stop goes before the targets, whatever came first") {
  trader broker;
  auto request = broker.limit(buy, "10", "100");
  request.exits = {exit_of(broker.limit(sell, "10", "96")), exit_of(broker.stop(sell, "10", "95"))};
  const auto target = request.exits[0].client_order_id;
  broker.place(request);
  broker.print("100");
  broker.print("94");  // elects
  broker.events();
  broker.print("97");  // both could trade
  CHECK(broker.events() == lines{"fill 10 @ 97 [0]", "canceled"});
  CHECK(broker.broker.find_by_client_id(target)->status == order_status::canceled);
}

TEST_CASE("a stop is moved by a new one, and the old one is cancelled after that") {
  trader broker;
  const long_trade trade(broker);
  broker.print("100");
  broker.events();
  const auto moved = broker.place(later(broker.stop(sell, "10", "99"), trade.name));
  CHECK(broker.events() == lines{"new"});
  REQUIRE(broker.broker.cancel(trade.stop, broker.now));
  broker.events();
  broker.print("98.5");
  broker.print("98.5");
  CHECK(broker.events() == lines{"fill 10 @ 98.5 [0]", "canceled", "canceled"});
  CHECK(status(broker, moved) == "filled");
}

TEST_CASE("two stops of one entry never sell more than it has bought") {
  trader broker;
  const long_trade trade(broker);
  broker.print("100");
  broker.place(later(broker.stop(sell, "10", "96"), trade.name));
  broker.print("94");
  broker.print("94", "7");
  broker.print("94");
  CHECK(broker.position() == "0");
  CHECK(broker.broker.open_orders().empty());
}

TEST_CASE("a position is closed at the market by one more exit") {
  trader broker;
  const long_trade trade(broker);
  broker.print("100");
  broker.place(later(broker.market(sell, "10"), trade.name));
  broker.events();
  broker.print("101");
  CHECK(broker.events() == lines{"fill 10 @ 101 [0]", "canceled", "canceled", "canceled"});
}

TEST_CASE("a later exit needs a parent, and something to close") {
  trader broker;
  const long_trade trade(broker);
  CHECK(broker.refused(later(broker.stop(sell, "10", "95"), "nobody")) == "parent order not found");
  const auto stop = broker.order(trade.stop).request.client_order_id;
  CHECK(broker.refused(later(broker.limit(buy, "10", "95"), stop)) == "exits cannot have exits");
  auto nested = later(broker.stop(sell, "10", "95"), trade.name);
  nested.exits = {exit_of(broker.limit(buy, "1", "90"))};
  CHECK(broker.refused(nested) == "exits cannot have exits");
  CHECK(broker.refused(later(broker.limit(buy, "10", "95"), trade.name)) ==
        "exits must be on the side opposite to their parent");
  // Nothing is filled yet: it is held.
  const auto held = broker.place(later(broker.stop(sell, "10", "95"), trade.name));
  CHECK(status(broker, held) == "held");
  broker.print("100");
  broker.print("94");
  broker.print("94");
  CHECK(broker.position() == "0");
  CHECK(broker.refused(later(broker.stop(sell, "10", "90"), trade.name)) ==
        "nothing is left to protect");
}

TEST_CASE("an order that closed without exits can be protected later") {
  trader broker;
  const auto entry = broker.limit(buy, "10", "100");
  broker.place(entry);
  broker.print("100");
  const auto stop = broker.place(later(broker.stop(sell, "10", "95"), entry.client_order_id));
  CHECK(status(broker, stop) == "new");
  broker.print("94");
  broker.print("94", "4");
  CHECK(broker.position() == "6");
  // Protected again, after the first one was taken away: four of the ten are gone.
  REQUIRE(broker.broker.cancel(stop, broker.now));
  broker.place(later(broker.stop(sell, "10", "96"), entry.client_order_id));
  broker.print("95");
  broker.events();
  broker.print("95");
  CHECK(broker.events() == lines{"partial_fill 6 @ 95 [0]", "canceled"});
}

TEST_CASE("a plain sale counts what exits hold once, not once for each of them") {
  trader broker;
  broker.hold("7", "90");
  const long_trade trade(broker);
  broker.print("100");
  CHECK(broker.position() == "17");
  CHECK(broker.refused(broker.limit(sell, "8", "120")) ==
        "insufficient qty available for order (requested: 8, available: 7)");
  CHECK(broker.refused(broker.limit(sell, "7", "120")) == "");
  // Without its exits the entry's shares are as free as any.
  for (const auto& id : {trade.stop, trade.near, trade.far})
    REQUIRE(broker.broker.cancel(id, broker.now));
  CHECK(broker.refused(broker.limit(sell, "10", "120")) == "");
  CHECK(broker.refused(later(broker.stop(sell, "10", "95"), trade.name)) ==
        "insufficient qty available for order (requested: 10, available: 0)");
}

TEST_CASE("an exit ends when its shares were sold elsewhere") {
  trader broker;
  const long_trade trade(broker);
  broker.print("100");
  REQUIRE(broker.broker.book_outside_trade("SPY", sell, qty("10"), price("100"), broker.now));
  broker.print("94");
  broker.events();
  broker.print("94");
  CHECK(broker.events() == lines{"canceled"});
  CHECK(broker.order(trade.stop).reason == "insufficient qty available");
  CHECK(broker.position() == "0");
}

TEST_CASE("exits expire by their own time in force") {
  trader broker;
  auto request = broker.limit(buy, "10", "100");
  request.terms.lasts = time_in_force::gtc;
  request.exits = {exit_of(broker.stop(sell, "10", "95")),
                   exit_of(broker.limit(sell, "10", "105"), time_in_force::day)};
  broker.place(request);
  SECTION("held") {
    broker.now += 7 * hour;
    broker.broker.on_time(broker.now);
    broker.events();
    broker.now += 17 * hour;
    broker.print("100");
    CHECK(broker.events() == lines{"new", "fill 10 @ 100 [10]", "new"});
  }
  SECTION("awake") {
    broker.print("100");
    broker.events();
    broker.now += 7 * hour;
    broker.broker.on_time(broker.now);
    CHECK(broker.events() == lines{"done_for_day", "expired"});
    broker.now += 17 * hour;
    broker.broker.on_time(broker.now);
    CHECK(broker.events() == lines{"new"});
  }
  REQUIRE(broker.broker.open_orders().size() == 1);
  CHECK(broker.broker.open_orders()[0].request.terms.type == order_type::stop);
  broker.print("94");
  broker.print("94");
  CHECK(broker.position() == "0");
}

TEST_CASE("held exits do not wake with the session, but with their entry") {
  trader broker({}, monday_10 - 8 * hour);  // before the market opens
  auto request = broker.limit(buy, "10", "100");
  request.terms.extended_hours = true;
  request.exits = {exit_of(broker.stop(sell, "10", "95"))};
  broker.place(request);
  CHECK(broker.events() == lines{"accepted", "held"});
  broker.now += 5 * hour;  // 07:00
  broker.print("100");
  // A stop works in the regular session only.
  CHECK(broker.events() == lines{"new", "fill 10 @ 100 [10]", "accepted"});
  broker.now += 3 * hour;
  broker.broker.on_time(broker.now);
  CHECK(broker.events() == lines{"new"});
}

TEST_CASE("parts of shares are closed to the last") {
  trader broker;
  auto request = broker.market(buy, "1.5");
  request.exits = {exit_of(broker.stop(sell, "2", "95")), exit_of(broker.limit(sell, "2", "105"))};
  broker.place(request);
  broker.print("100");
  broker.print("105", "1.2");
  CHECK(broker.position() == "0.5");
  broker.print("105", "1.2");
  CHECK(broker.position() == "0");
  CHECK(broker.broker.open_orders().empty());
}

TEST_CASE("an exit may take another's place, an entry with exits may not") {
  trader broker;
  const long_trade trade(broker);
  paper::order_changes what;
  what.stop_price = price("98");
  const auto moved = broker.broker.replace(trade.stop, what, broker.now);
  REQUIRE(moved);
  CHECK(moved->status == order_status::held);
  CHECK(moved->request.parent == trade.name);
  what = {};
  what.qty = qty("20");
  const auto grown = broker.broker.replace(trade.entry, what, broker.now);
  REQUIRE_FALSE(grown);
  CHECK(grown.error().reason == "orders with exits cannot be replaced");
  broker.print("100");
  broker.print("97");
  broker.print("97");
  CHECK(broker.position() == "0");
  CHECK(broker.order(moved->id).status == order_status::filled);
}

TEST_CASE("a short position is closed by buying exits that hold no cash back") {
  paper::exchange_options options;
  options.cash = money("1000");
  options.shorting = true;
  trader broker(options);
  broker.print("100");
  auto request = broker.limit(sell, "10", "100");
  request.exits = {exit_of(broker.stop(buy, "10", "105")), exit_of(broker.limit(buy, "10", "90"))};
  broker.place(request);
  // Half of the sale's worth for the entry, nothing for the exits.
  CHECK(broker.buying_power() == "500");
  broker.print("100", "6");
  REQUIRE(broker.broker.cancel(broker.broker.open_orders()[0].id, broker.now));
  CHECK(broker.position() == "-6");
  CHECK(broker.buying_power() == "700");
  CHECK(broker.refused(broker.limit(buy, "1", "80")) ==
        "insufficient qty available for order (requested: 1, available: 0)");
  broker.events();
  broker.print("106");
  broker.print("107");
  CHECK(broker.events() == lines{"partial_fill 6 @ 107 [0]", "canceled", "canceled"});
  CHECK(broker.cash() == "958");
  CHECK(broker.buying_power() == "958");
}

TEST_CASE("entries, pools and held exits survive a restart at any moment") {
  auto state = std::make_shared<kept_state>();
  const auto reopen = [&] {
    return std::make_unique<paper::exchange>(paper::exchange_options{},
                                             std::make_unique<calendar::us_equity_calendar>(),
                                             std::make_unique<kept_store>(state));
  };
  order_maker orders;
  auto broker = reopen();
  broker->on_time(monday_10);
  const auto print = [&](std::string_view at, std::string_view volume) {
    broker = reopen();
    broker->on_trade(broker->handle_of("SPY"), {price(at), qty(volume), monday_10, monday_10},
                     monday_10);
    broker = reopen();
  };
  auto request = orders.limit(buy, "10", "100");
  request.exits = {exit_of(orders.stop(sell, "10", "95")), exit_of(orders.limit(sell, "4", "105"))};
  REQUIRE(broker->submit(request, monday_10));
  print("100", "3");
  print("105", "2");
  print("100", "7");
  // The entry is over; what has been sold of it is remembered.
  CHECK(broker->open_orders().size() == 2);
  print("94", "1");
  print("94", "5");
  CHECK(broker->positions()[0].qty == qty("3"));
  print("94", "50");
  CHECK(broker->positions().empty());
  CHECK(broker->open_orders().empty());
}

TEST_CASE("what could not be stored changes nothing for entry and exits") {
  auto state = std::make_shared<kept_state>();
  paper::exchange broker{
      {}, std::make_unique<calendar::us_equity_calendar>(), std::make_unique<kept_store>(state)};
  broker.on_time(monday_10);
  order_maker orders;
  auto request = orders.limit(buy, "10", "100");
  request.exits = {exit_of(orders.stop(sell, "10", "95"))};
  const auto print = [&](std::string_view at) {
    broker.on_trade(broker.handle_of("SPY"), {price(at), {}, monday_10, monday_10}, monday_10);
  };
  state->failing_saves = 1;
  CHECK_THROWS(broker.submit(request, monday_10));
  CHECK(broker.open_orders().empty());
  REQUIRE(broker.submit(request, monday_10));
  state->failing_saves = 1;
  CHECK_THROWS(print("100"));
  CHECK(broker.open_orders().size() == 2);
  CHECK(broker.open_orders()[1].status == order_status::held);
  print("100");
  state->failing_saves = 1;
  CHECK_THROWS(print("94"));
  print("94");
  state->failing_saves = 1;
  CHECK_THROWS(print("94"));
  CHECK(broker.positions()[0].qty == qty("10"));
  print("94");
  CHECK(broker.positions().empty());
  CHECK(broker.open_orders().empty());
}
