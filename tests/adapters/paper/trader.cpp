#include "tests/adapters/paper/trader.hpp"

#include <stdexcept>

#include "adapters/calendar/us_equity_calendar.hpp"

namespace outcry::test {

namespace {

template <class Decimal>
Decimal parsed(std::string_view text) {
  const auto value = Decimal::parse(text);
  if (!value) throw std::invalid_argument{value.error()};
  return *value;
}

}  // namespace

Price price(std::string_view text) {
  return parsed<Price>(text);
}

Quantity qty(std::string_view text) {
  return parsed<Quantity>(text);
}

Money money(std::string_view text) {
  return parsed<Money>(text);
}

const timestamp_ns monday_10 = parse_iso("2024-07-15T14:00:00Z").value();

order_request order_maker::make(order_side side, order_type type) {
  order_request result;
  result.client_order_id = "c" + std::to_string(++made_);
  result.terms.ticker = "SPY";
  result.terms.side = side;
  result.terms.type = type;
  return result;
}

order_request order_maker::market(order_side side, std::string_view n) {
  auto result = make(side, order_type::market);
  result.terms.qty = qty(n);
  return result;
}

order_request order_maker::limit(order_side side, std::string_view n, std::string_view at) {
  auto result = make(side, order_type::limit);
  result.terms.qty = qty(n);
  result.terms.limit_price = price(at);
  return result;
}

order_request order_maker::stop(order_side side, std::string_view n, std::string_view at) {
  auto result = make(side, order_type::stop);
  result.terms.qty = qty(n);
  result.terms.stop_price = price(at);
  return result;
}

order_request order_maker::stop_limit(order_side side, std::string_view n, std::string_view stop_at,
                                      std::string_view limit_at) {
  auto result = make(side, order_type::stop_limit);
  result.terms.qty = qty(n);
  result.terms.stop_price = price(stop_at);
  result.terms.limit_price = price(limit_at);
  return result;
}

order_request order_maker::of_money(order_side side, std::string_view amount) {
  auto result = make(side, order_type::market);
  result.terms.notional = money(amount);
  return result;
}

trader::trader(paper::exchange_options options, timestamp_ns start)
    : broker{std::move(options), std::make_unique<calendar::us_equity_calendar>(),
             std::make_unique<paper::memory_store>()},
      now{start} {
  broker.on_time(now);
}

std::string trader::place(const order_request& request) {
  const auto answer = broker.submit(request, now);
  if (!answer) throw std::logic_error{"refused: " + answer.error().reason};
  return answer->id;
}

std::string trader::refused(const order_request& request) {
  const auto answer = broker.submit(request, now);
  return answer ? "" : answer.error().reason;
}

void trader::print(std::string_view at, std::string_view volume) {
  broker.on_trade(broker.handle_of("SPY"), {price(at), qty(volume), now, now}, now);
}

void trader::hold(std::string_view n, std::string_view at) {
  const auto done = broker.book_outside_trade("SPY", order_side::buy, qty(n), price(at), now);
  if (!done) throw std::logic_error{"refused: " + done.error().reason};
}

std::vector<std::string> trader::events() {
  std::vector<std::string> result;
  for (const auto& update : broker.take_updates()) result.push_back(line_of(update));
  return result;
}

broker_order trader::order(const std::string& id) const {
  auto found = broker.find(id);
  if (!found) throw std::logic_error{"unknown order " + id};
  return *found;
}

std::string trader::position() const {
  const auto all = broker.positions();
  return all.empty() ? "0" : to_string(all.front().qty);
}

std::string line_of(const broker_update& update) {
  auto text = update.event;
  if (!update.qty.is_zero()) {
    text += " " + to_string(update.qty) + " @ " + to_string(update.price) + " [" +
            to_string(update.position_qty) + "]";
  }
  return text;
}

}  // namespace outcry::test
