#include "adapters/paper/request_check.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "tests/adapters/paper/trader.hpp"

using namespace outcry;
using namespace outcry::test;
using enum order_side;

namespace {

std::string reason_of(const order_request& request, const paper::exchange_options& options = {}) {
  const auto bad = paper::check_request(request, options);
  return bad ? bad->reason : "";
}

/// A limit buy of 1 at 99 with one thing changed.
std::string with(const std::function<void(order_terms&)>& change) {
  order_maker make;
  auto request = make.limit(buy, "1", "99");
  change(request.terms);
  return reason_of(request);
}

}  // namespace

TEST_CASE("requests that are fine") {
  order_maker make;
  CHECK(reason_of(make.market(buy, "1")) == "");
  CHECK(reason_of(make.market(buy, "0.000000001")) == "");
  CHECK(reason_of(make.of_money(buy, "1.00")) == "");
  CHECK(reason_of(make.limit(sell, "1", "99.99")) == "");
  CHECK(reason_of(make.limit(sell, "1", "0.9999")) == "");
  CHECK(reason_of(make.stop(sell, "1", "99")) == "");
  CHECK(reason_of(make.stop_limit(buy, "1", "99", "99.5")) == "");
  CHECK(with([](auto& x) { x.extended_hours = true; }) == "");
  CHECK(with([](auto& x) { x.lasts = time_in_force::fok; }) == "");
}

TEST_CASE("names") {
  order_maker make;
  auto request = make.limit(buy, "1", "99");
  request.client_order_id = std::string(128, 'x');
  CHECK(reason_of(request) == "");
  request.client_order_id += 'x';
  CHECK(reason_of(request) == "client_order_id must be 1 to 128 characters");
  request.client_order_id.clear();
  CHECK(reason_of(request) == "client_order_id must be 1 to 128 characters");
  CHECK(with([](auto& x) { x.ticker = ""; }) == "asset \"\" not found");
  CHECK(with([](auto& x) { x.ticker = "A B"; }) == "asset \"?\" not found");
  CHECK(with([](auto& x) { x.ticker = std::string(33, 'A'); }).find("not found") !=
        std::string::npos);
}

TEST_CASE("sizes") {
  CHECK(with([](auto& x) { x.qty = {}; }) == "qty or notional is required");
  CHECK(with([](auto& x) { x.notional = money("5"); }) ==
        "only one of qty or notional is accepted");
  CHECK(with([](auto& x) { x.qty = qty("-1"); }) == "qty must be > 0");
  CHECK(with([](auto& x) { x.qty = qty("1000000000000"); }) == "qty is too large");
  CHECK(with([](auto& x) { x.qty = qty("1.5"); }) == "fractional orders must be market DAY orders");
  order_maker make;
  CHECK(reason_of(make.market(buy, "0.0000000001")) == "qty is limited to 9 decimal places");
  CHECK(reason_of(make.of_money(buy, "0.99")) == "notional amount must be >= 1.00");
  CHECK(reason_of(make.of_money(buy, "1.001")) == "notional is limited to 2 decimal places");
  auto fraction = make.market(buy, "1.5");
  fraction.terms.lasts = time_in_force::gtc;
  CHECK(reason_of(fraction) == "fractional orders must be market DAY orders");
  CHECK(reason_of(fraction, {.fractional_always = true}) == "");
  auto amount = make.of_money(buy, "5");
  amount.terms.lasts = time_in_force::gtc;
  CHECK(reason_of(amount) == "notional orders must be market DAY orders");
  CHECK(reason_of(amount, {.fractional_always = true}) != "");
}

TEST_CASE("prices") {
  order_maker make;
  CHECK(with([](auto& x) { x.limit_price = {}; }) == "limit orders require limit price");
  CHECK(with([](auto& x) { x.limit_price = price("-1"); }) == "limit price must be > 0");
  CHECK(with([](auto& x) { x.limit_price = price("1000000000000"); }) ==
        "limit price is too large");
  CHECK(with([](auto& x) { x.stop_price = price("1"); }) == "limit orders require no stop price");
  auto market = make.market(buy, "1");
  market.terms.limit_price = price("1");
  CHECK(reason_of(market) == "market orders require no stop or limit price");
  auto stop = make.stop(buy, "1", "99");
  stop.terms.limit_price = price("1");
  CHECK(reason_of(stop) == "stop orders require no limit price");
  CHECK(reason_of(make.stop(buy, "1", "0")) == "stop orders require stop price");
  CHECK(reason_of(make.stop_limit(buy, "1", "0", "99")) == "stop_limit orders require stop price");
  CHECK(reason_of(make.stop_limit(buy, "1", "99", "0")) == "stop_limit orders require limit price");

  const auto fine = make.limit(buy, "1", "99.995");
  const auto bad = paper::check_request(fine, {});
  REQUIRE(bad);
  CHECK(*bad == paper::refusal{422, 42210000,
                               "invalid limit_price 99.995. sub-penny increment does not fulfill "
                               "minimum pricing criteria"});
  CHECK(reason_of(fine, {.penny_prices = false}) == "");
  CHECK(reason_of(make.limit(buy, "1", "0.99995")) != "");
  CHECK(reason_of(make.stop(buy, "1", "1.001")) != "");
}

TEST_CASE("how long, and when") {
  order_maker make;
  auto stop = make.stop(buy, "1", "99");
  stop.terms.lasts = time_in_force::ioc;
  CHECK(reason_of(stop) == "ioc and fok orders must be market or limit");
  const std::string extended = "extended hours orders must be DAY or GTC limit orders";
  auto market = make.market(buy, "1");
  market.terms.extended_hours = true;
  CHECK(reason_of(market) == extended);
  CHECK(with([](auto& x) {
          x.extended_hours = true;
          x.lasts = time_in_force::ioc;
        }) == extended);
}
