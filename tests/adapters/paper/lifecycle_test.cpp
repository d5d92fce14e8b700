#include <set>

#include <catch2/catch.hpp>

#include "adapters/paper/uuid.hpp"
#include "tests/adapters/paper/trader.hpp"

using namespace outcry;
using namespace outcry::test;
using enum order_side;

TEST_CASE("an order is found by either id, open and closed") {
  trader t;
  const auto request = t.limit(buy, "1", "99");
  const auto id = t.place(request);
  const auto check = [&](order_status status) {
    const auto by_id = t.broker.find(id);
    const auto by_client_id = t.broker.find_by_client_id(request.client_order_id);
    REQUIRE(by_id);
    CHECK(by_id == by_client_id);
    CHECK(by_id->request == request);
    CHECK(by_id->status == status);
  };
  check(order_status::working);
  CHECK(t.broker.open_orders().size() == 1);
  t.print("99");
  check(order_status::filled);
  CHECK(t.broker.open_orders().empty());
  CHECK(!t.broker.find("nobody"));
  CHECK(!t.broker.find_by_client_id(id));
}

TEST_CASE("a client_order_id is taken once for ever, but not by a refused order") {
  trader t;
  auto request = t.limit(buy, "100000", "99");
  CHECK(t.refused(request) == "insufficient buying power");
  request.terms.qty = qty("1");
  const auto id = t.place(request);
  const auto again = t.broker.submit(request, t.now);
  REQUIRE(!again);
  CHECK(again.error() == paper::refusal{422, 40010001, "client_order_id must be unique"});
  REQUIRE(t.broker.cancel(id, t.now));
  CHECK(t.refused(request) == "client_order_id must be unique");
}

TEST_CASE("cancelling keeps the fills and frees the rest") {
  trader t;
  const auto id = t.place(t.limit(buy, "5", "99"));
  t.print("99", "2");
  t.now += second;
  const auto answer = t.broker.cancel(id, t.now);
  REQUIRE(answer);
  CHECK(answer->status == order_status::canceled);
  CHECK(t.events() == lines{"new", "partial_fill 2 @ 99 [2]", "pending_cancel", "canceled"});
  const auto order = t.order(id);
  CHECK(order.filled_qty == qty("2"));
  CHECK(order.canceled_ns == t.now);
  CHECK(t.buying_power() == t.cash());
  t.print("98");
  CHECK(t.events().empty());
}

TEST_CASE("what is closed or unknown cannot be cancelled") {
  trader t;
  const auto id = t.place(t.limit(buy, "1", "99"));
  t.print("99");
  t.events();
  const auto closed = t.broker.cancel(id, t.now);
  REQUIRE(!closed);
  CHECK(closed.error() == paper::refusal{422, 42210000, "order is already in \"filled\" state"});
  const auto unknown = t.broker.cancel("nobody", t.now);
  REQUIRE(!unknown);
  CHECK(unknown.error().http_status == 404);
  CHECK(t.events().empty());
}

TEST_CASE("a replacement is a new order with the old one's rest") {
  trader t;
  const auto old_id = t.place(t.limit(buy, "5", "99"));
  t.print("99", "2");
  t.events();
  const auto answer = t.broker.replace(old_id, {.limit_price = price("98.50")}, t.now);
  REQUIRE(answer);
  CHECK(t.events() == lines{"replaced", "new"});
  const auto old = t.order(old_id);
  CHECK(old.status == order_status::replaced);
  CHECK(old.replaced_by == answer->id);
  CHECK(old.filled_qty == qty("2"));
  CHECK(answer->replaces == old_id);
  CHECK(answer->id != old_id);
  CHECK(answer->request.client_order_id != old.request.client_order_id);
  CHECK(answer->request.terms.qty == qty("3"));
  CHECK(answer->request.terms.limit_price == price("98.5"));
  t.print("98.60");
  t.print("98.40");
  CHECK(t.events() == lines{"fill 3 @ 98.4 [5]"});
}

TEST_CASE("a replacement loses its place in the queue") {
  trader t;
  const auto first = t.place(t.limit(buy, "5", "99"));
  t.place(t.limit(buy, "5", "99"));
  REQUIRE(t.broker.replace(first, {.qty = qty("4")}, t.now));
  t.events();
  t.print("99", "6");
  CHECK(t.events() == lines{"fill 5 @ 99 [5]", "partial_fill 1 @ 99 [6]"});
}

TEST_CASE("a refused replacement changes nothing") {
  paper::exchange_options options;
  options.cash = money("1000");
  trader t{options};
  const auto request = t.limit(buy, "10", "100");
  const auto id = t.place(request);
  const auto before = t.order(id);
  t.events();
  const auto refusal_of = [&](const paper::order_changes& what) {
    const auto answer = t.broker.replace(id, what, t.now);
    return answer ? std::string{} : answer.error().reason;
  };
  CHECK(refusal_of({}) == "order parameters are not changed");
  CHECK(refusal_of({.qty = qty("11")}) == "insufficient buying power");
  CHECK(refusal_of({.limit_price = price("99.999")}).find("sub-penny") != std::string::npos);
  CHECK(refusal_of({.client_order_id = request.client_order_id, .qty = qty("9")}) ==
        "client_order_id must be unique");
  CHECK(t.order(id) == before);
  CHECK(t.buying_power() == "0");
  CHECK(t.events().empty());
  // The buying power the old one holds is free for the new one.
  CHECK(refusal_of({.qty = qty("5"), .limit_price = price("200")}) == "");
  CHECK(t.buying_power() == "0");
}

TEST_CASE("a replaced sell may sell the shares of the old one") {
  trader t;
  t.hold("5", "100");
  const auto id = t.place(t.limit(sell, "5", "101"));
  REQUIRE(t.broker.replace(id, {.limit_price = price("102")}, t.now));
}

TEST_CASE("the same calls and seed give the same answers, another seed other ids") {
  const auto run = [](std::uint64_t seed) {
    trader t{{.seed = seed}};
    t.place(t.limit(buy, "5", "99"));
    t.print("99", "2");
    t.print("98", "9");
    return t.broker.take_updates();
  };
  const auto a = run(7);
  CHECK(a == run(7));
  const auto b = run(8);
  REQUIRE(a.size() == b.size());
  CHECK(a.back().order.id != b.back().order.id);
  CHECK(a.back().execution_id != b.back().execution_id);
}

TEST_CASE("ids have the form of random UUIDs and do not repeat") {
  std::set<std::string> seen;
  for (std::uint64_t n = 0; n < 20'000; ++n) {
    const auto id = paper::seeded_uuid(n % 7, n);
    REQUIRE(id.size() == 36);
    REQUIRE(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
    REQUIRE((id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-' && id[14] == '4'));
    REQUIRE(std::string{"89ab"}.find(id[19]) != std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 20'000);
}
