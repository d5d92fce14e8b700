#include "actors/trading/risk.hpp"

#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

Price price(const char* text) {
  return Price::parse(text).value();
}
Quantity shares(const char* text) {
  return Quantity::parse(text).value();
}
Money money(const char* text) {
  return Money::parse(text).value();
}
Ratio ratio(const char* text) {
  return Ratio::parse(text).value();
}

/// A purchase of 10 at the market, at a last trade of 100, which every limit of 0 lets through.
risk_question plain() {
  risk_question q;
  q.terms.ticker = "SPY";
  q.terms.qty = shares("10");
  q.last = price("100");
  q.feed = feed_state::live;
  q.broker_connected = true;
  return q;
}

risk_question sale(const char* own, const char* qty) {
  auto q = plain();
  q.terms.side = order_side::sell;
  q.own = shares(own);
  q.terms.qty = shares(qty);
  return q;
}

void limit_order(risk_question& q, const char* limit) {
  q.terms.type = order_type::limit;
  q.terms.limit_price = price(limit);
}

struct row {
  const char* what;
  std::function<void(risk_question&)> change;
  const char* code;    ///< "" = it may be sent
  const char* reason;  ///< what the refusal must say
};

void check_rows(const std::vector<row>& rows, const risk_question& from) {
  for (const auto& row : rows) {
    INFO(row.what);
    auto q = from;
    row.change(q);
    auto no = check(q);
    INFO((no ? no->reason : "it may be sent"));
    CHECK((no ? std::string{to_string(no->code)} : std::string{}) == row.code);
    if (no) CHECK(no->reason.find(row.reason) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("what increases exposure") {
  struct example {
    order_side side;
    const char* qty;
    const char* own;
    const char* open_buys;
    const char* open_sells;
    bool increases;
  };
  const auto buy = order_side::buy;
  const auto sell = order_side::sell;
  const std::vector<example> examples = {
      {sell, "10", "10", "0", "0", false}, {sell, "10.000000001", "10", "0", "0", true},
      {sell, "6", "10", "0", "4", false},  {sell, "7", "10", "0", "4", true},
      {sell, "1", "0", "5", "0", true},    {sell, "1", "-5", "0", "0", true},
      {buy, "1", "0", "0", "0", true},     {buy, "1", "5", "0", "5", true},
      {buy, "5", "-5", "0", "0", false},   {buy, "5.1", "-5", "0", "0", true},
      {buy, "2", "-5", "3", "0", false},   {buy, "3", "-5", "3", "0", true},
  };
  for (const auto& x : examples) {
    order_terms terms;
    terms.side = x.side;
    terms.qty = shares(x.qty);
    INFO(to_string(x.side) << ' ' << x.qty << " of " << x.own);
    CHECK(increases_exposure(terms, shares(x.own), shares(x.open_buys), shares(x.open_sells)) ==
          x.increases);
  }
  order_terms by_money;
  by_money.side = order_side::sell;
  by_money.notional = money("1");
  CHECK(increases_exposure(by_money, shares("1000"), {}, {}));
}

TEST_CASE("a purchase passes while everything is in order, and not when something outside is not") {
  check_rows(
      {
          {"fine", [](auto&) {}, "", ""},
          {"no broker", [](auto& q) { q.broker_connected = false; }, "no_broker", "not connected"},
          {"blocked", [](auto& q) { q.account_blocked = true; }, "no_broker", "takes no order"},
          {"halted", [](auto& q) { q.halted = "3 are missing"; }, "ticker_halted",
           "SPY is halted: 3 are missing"},
          {"no trade", [](auto& q) { q.last = {}; }, "stale_price", "no trade of SPY"},
          {"waiting", [](auto& q) { q.feed = feed_state::waiting; }, "stale_price", "waiting"},
          {"stale", [](auto& q) { q.feed = feed_state::stale; }, "stale_price", "stale"},
          {"down", [](auto& q) { q.feed = feed_state::down; }, "stale_price", "down"},
          {"closed, at the market", [](auto& q) { q.feed = feed_state::closed; }, "stale_price",
           "a market order needs a limit price"},
          {"closed, limited",
           [](auto& q) {
             q.feed = feed_state::closed;
             limit_order(q, "100");
           },
           "", ""},
      },
      plain());
}

TEST_CASE("terms that nobody could judge are refused") {
  check_rows(
      {
          {"no ticker", [](auto& q) { q.terms.ticker.clear(); }, "invalid_input", "ticker"},
          {"neither", [](auto& q) { q.terms.qty = {}; }, "invalid_input", "found 0, 0"},
          {"both", [](auto& q) { q.terms.notional = money("5"); }, "invalid_input", "found 10, 5"},
          {"below 0", [](auto& q) { q.terms.qty = shares("-1"); }, "invalid_input", "found -1"},
          {"no limit", [](auto& q) { q.terms.type = order_type::limit; }, "invalid_input",
           "limit_price: a limit order has one above 0, found 0"},
          {"no stop", [](auto& q) { q.terms.type = order_type::stop; }, "invalid_input",
           "stop_price: a stop order has one above 0, found 0"},
          {"a market order's limit", [](auto& q) { q.terms.limit_price = price("1"); },
           "invalid_input", "limit_price: a market order has none, found 1"},
          {"a limit below 0", [](auto& q) { limit_order(q, "-1"); }, "invalid_input", "found -1"},
          {"too large", [](auto& q) { q.terms.qty = shares("99999999999999999999999999"); },
           "invalid_input", "too large"},
      },
      plain());
}

TEST_CASE("an order that reduces is refused for nothing but its terms") {
  auto q = sale("10", "10");
  limit_order(q, "1");
  q.last = {};
  q.feed = feed_state::down;
  q.broker_connected = false;
  q.account_blocked = true;
  q.halted = "all of it";
  q.bot_today = q.account_today = money("-1000000");
  q.bot_orders = q.account_orders = 1'000'000;
  q.bot.max_position = q.bot.max_order_notional = q.bot.daily_loss_limit = money("0.01");
  q.bot.max_orders_per_minute = 1;
  q.bot.price_collar = ratio("0.0001");
  q.account = q.bot;
  for (auto feed : {feed_state::waiting, feed_state::live, feed_state::stale, feed_state::closed,
                    feed_state::down}) {
    q.feed = feed;
    CHECK_FALSE(check(q));
  }
  q.terms.limit_price = {};
  REQUIRE(check(q));
  CHECK(check(q)->code == ec::invalid_input);
}

TEST_CASE("a sale beyond what a bot owns needs shorting, and a number of shares") {
  CHECK_FALSE(check(sale("10", "10")));
  auto more = sale("10", "11");
  REQUIRE(check(more));
  CHECK(check(more)->code == ec::risk_limit);
  CHECK(check(more)->reason == "a sale of 11 when the bot owns 10 and 0 of it are being sold");
  more.shorting = true;
  CHECK_FALSE(check(more));
  more.terms.qty = {};
  more.terms.notional = money("1");
  REQUIRE(check(more));
  CHECK(check(more)->reason.find("in shares") != std::string::npos);
}

TEST_CASE("the limits of bot and account, each at its border") {
  struct of {
    const char* owner;
    risk_limits risk_question::*limits;
    Money risk_question::*today;
    std::uint32_t risk_question::*orders;
  };
  const std::vector<of> both = {
      {"bot", &risk_question::bot, &risk_question::bot_today, &risk_question::bot_orders},
      {"account", &risk_question::account, &risk_question::account_today,
       &risk_question::account_orders}};
  for (const auto& one : both) {
    INFO(one.owner);
    const std::string named = std::string{" of the "} + one.owner;
    const auto notional = "max_order_notional 999.99" + named + ": the order is worth 1000";
    const auto rate = "max_orders_per_minute 3" + named + ": 3 in the last minute";
    const auto loss = "daily_loss_limit 50" + named + ": today's profit is -50";
    const auto position = "max_position 1499.99" + named + ": 1500 with this order";
    const auto collar =
        "price_collar 0.05" + named + ": limit_price 105.01 is above 105, around 100";
    check_rows(
        {
            {"worth as much", [&](auto& q) { (q.*one.limits).max_order_notional = money("1000"); },
             "", ""},
            {"worth more", [&](auto& q) { (q.*one.limits).max_order_notional = money("999.99"); },
             "risk_limit", notional.c_str()},
            {"one order left",
             [&](auto& q) {
               (q.*one.limits).max_orders_per_minute = 3;
               q.*one.orders = 2;
             },
             "", ""},
            {"no order left",
             [&](auto& q) {
               (q.*one.limits).max_orders_per_minute = 3;
               q.*one.orders = 3;
             },
             "risk_limit", rate.c_str()},
            {"a loss below the limit",
             [&](auto& q) {
               (q.*one.limits).daily_loss_limit = money("50");
               q.*one.today = money("-49.99");
             },
             "", ""},
            {"a loss as large as the limit",
             [&](auto& q) {
               (q.*one.limits).daily_loss_limit = money("50");
               q.*one.today = money("-50");
             },
             "risk_limit", loss.c_str()},
            {"a position as large as allowed",
             [&](auto& q) {
               q.own = shares("3");
               q.open_buys = shares("2");
               q.account_position = money("500");
               (q.*one.limits).max_position = money("1500");
             },
             "", ""},
            {"a larger position",
             [&](auto& q) {
               q.own = shares("3");
               q.open_buys = shares("2");
               q.account_position = money("500");
               (q.*one.limits).max_position = money("1499.99");
             },
             "risk_limit", position.c_str()},
            {"at the collar",
             [&](auto& q) {
               (q.*one.limits).price_collar = ratio("0.05");
               limit_order(q, "105");
             },
             "", ""},
            {"beyond the collar",
             [&](auto& q) {
               (q.*one.limits).price_collar = ratio("0.05");
               limit_order(q, "105.01");
             },
             "risk_limit", collar.c_str()},
        },
        plain());
  }
}

TEST_CASE("the collar of sales and of stop orders") {
  auto short_sale = sale("0", "10");
  short_sale.shorting = true;
  short_sale.bot.price_collar = ratio("0.05");
  check_rows(
      {
          {"at it", [](auto& q) { limit_order(q, "95"); }, "", ""},
          {"below it", [](auto& q) { limit_order(q, "94.99"); }, "risk_limit",
           "limit_price 94.99 is below 95, around 100"},
          {"above the market", [](auto& q) { limit_order(q, "500"); }, "", ""},
          {"a stop further down counts",
           [](auto& q) {
             limit_order(q, "85.5");
             q.terms.type = order_type::stop_limit;
             q.terms.stop_price = price("90");
           },
           "", ""},
          {"and is a border too",
           [](auto& q) {
             limit_order(q, "85.49");
             q.terms.type = order_type::stop_limit;
             q.terms.stop_price = price("90");
           },
           "risk_limit", "is below 85.5, around 90"},
      },
      short_sale);
  auto purchase = plain();
  purchase.bot.price_collar = ratio("0.05");
  check_rows(
      {
          {"far below the market", [](auto& q) { limit_order(q, "1"); }, "", ""},
          {"after a stop above",
           [](auto& q) {
             limit_order(q, "126");
             q.terms.type = order_type::stop_limit;
             q.terms.stop_price = price("120");
           },
           "", ""},
          {"beyond it",
           [](auto& q) {
             limit_order(q, "126.01");
             q.terms.type = order_type::stop_limit;
             q.terms.stop_price = price("120");
           },
           "risk_limit", "is above 126, around 120"},
          {"no limit, no collar",
           [](auto& q) {
             q.terms.type = order_type::stop;
             q.terms.stop_price = price("300");
           },
           "", ""},
      },
      purchase);
}

TEST_CASE("what an order is worth at most") {
  order_terms terms;
  terms.qty = shares("2");
  CHECK(order_notional(terms, price("100")) == money("200"));
  terms.type = order_type::stop;
  terms.stop_price = price("110");
  CHECK(order_notional(terms, price("100")) == money("220"));
  terms.type = order_type::stop_limit;
  terms.limit_price = price("105");
  CHECK(order_notional(terms, price("100")) == money("210"));
  terms.side = order_side::sell;
  CHECK(order_notional(terms, price("100")) == money("220"));
  terms = {};
  terms.notional = money("33");
  CHECK(order_notional(terms, price("100")) == money("33"));
}

TEST_CASE("a short position counts without its sign") {
  auto q = sale("-5", "10");
  q.shorting = true;
  q.open_sells = shares("5");
  q.bot.max_position = money("2000");
  CHECK_FALSE(check(q));
  q.bot.max_position = money("1999.99");
  REQUIRE(check(q));
  CHECK(check(q)->reason == "max_position 1999.99 of the bot: 2000 with this order");
}

TEST_CASE("a bot's own limits take the place of the defaults, one by one") {
  risk_limits own;
  own.max_position = money("5");
  own.max_orders_per_minute = 2;
  risk_limits defaults;
  defaults.max_position = money("7");
  defaults.max_order_notional = money("8");
  defaults.max_orders_per_minute = 9;
  defaults.daily_loss_limit = money("10");
  defaults.price_collar = ratio("0.1");
  auto all = merged(own, defaults);
  CHECK(all.max_position == money("5"));
  CHECK(all.max_order_notional == money("8"));
  CHECK(all.max_orders_per_minute == 2);
  CHECK(all.daily_loss_limit == money("10"));
  CHECK(all.price_collar == ratio("0.1"));
}

TEST_CASE("orders of the last minute") {
  constexpr timestamp_ns start = 1'000'000 * ns_per_s;
  constexpr duration_ns minute = 60 * ns_per_s;
  order_rate rate;
  CHECK(rate.count(start) == 0);
  rate.note(start);
  rate.note(start + 1);
  CHECK(rate.count(start + minute - 1) == 2);
  CHECK(rate.count(start + minute) == 1);
  CHECK(rate.count(start + minute + 1) == 0);

  rate.note(start + 10 * minute);
  CHECK(rate.count(start + 9 * minute) == 1);
  CHECK(rate.count(start + 9 * minute - 1) == 0);
}
