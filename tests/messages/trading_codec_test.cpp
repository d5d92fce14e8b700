#include "messages/trading_codec.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

order_record sample() {
  order_record x;
  x.bot_id = "b";
  x.number = 7;
  x.status = order_status::held;
  x.order.request.client_order_id = "f-b-7";
  x.order.request.terms.ticker = "AAPL";
  x.order.request.terms.qty = Quantity::from_integer(3);
  x.order.status = order_status::held;
  x.asked_ns = 5;
  return x;
}

}  // namespace

TEST_CASE("an order without exits says nothing of exits") {
  const auto written = to_json(sample());
  CHECK(written.find("parent") == std::string::npos);
  CHECK(written.find("exited") == std::string::npos);
  CHECK(parse_order_record(written) == sample());
  order_event event;
  event.seq = 1;
  CHECK(to_json(event).find("parent") == std::string::npos);
  CHECK(parse_order_event(to_json(event)) == event);
}

TEST_CASE("an exit names what it closes, an entry what has been closed of it") {
  auto x = sample();
  x.parent = 6;
  x.order.request.parent = "f-b-6";
  x.exited = *Quantity::parse("1.5");
  CHECK(parse_order_record(to_json(x)) == x);
  order_event event;
  event.seq = 1;
  event.parent = 6;
  CHECK(parse_order_event(to_json(event)) == event);
  // A parent is a number of the bot's.
  auto written = to_json(x);
  written.replace(written.find("\"parent\":6"), 10, "\"parent\":-");
  CHECK_FALSE(parse_order_record(written));
}
