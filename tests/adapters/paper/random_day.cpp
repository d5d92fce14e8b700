#include "tests/adapters/paper/random_day.hpp"

#include "tests/adapters/paper/trader.hpp"

namespace outcry::test {

namespace {

constexpr std::array tickers = {"SPY", "QQQ", "F"};

std::string said(const tl::expected<broker_order, paper::refusal>& answer) {
  if (!answer) return answer.error().reason;
  return answer->id + " " + std::string{to_string(answer->status)};
}

Price of_cents(int cents) {
  return Price::from_units(int128{cents} * (detail::decimal_one / 100));
}

}  // namespace

Price random_day::near_price(const std::string& ticker) {
  return of_cents(cents_.try_emplace(ticker, 10'000).first->second + upto(400) - 200);
}

random_step random_day::next(const paper::exchange& broker) {
  if (now_ == 0) now_ = monday_10;
  // Mostly seconds; now and then over a session's border, or over days.
  const int pace = upto(200);
  now_ += pace == 0 ? upto(80) * hour : pace < 6 ? upto(5) * hour : upto(20) * second;
  const int what = upto(100);
  const auto open = broker.open_orders();
  if (what < 55) return print_step();
  if (what < 80 || open.empty()) return order_step();
  if (what < 90) return cancel_step(open);
  if (what < 97) return replace_step(open);
  return outside_step();
}

random_step random_day::print_step() {
  random_step step;
  step.ticker = tickers[static_cast<std::size_t>(upto(3))];
  auto& cents = cents_.try_emplace(step.ticker, 10'000).first->second;
  cents = std::max(50, cents + upto(101) - 50);
  price_tick tick{of_cents(cents), {}, now_, now_};
  if (upto(10) != 0)
    tick.volume = Quantity::from_units(int128{upto(400)} * detail::decimal_one / 8);
  step.print = tick;
  last_[step.ticker] = tick.price;
  step.act = [tick, ticker = step.ticker, now = now_](paper::exchange& broker) {
    broker.on_trade(broker.handle_of(ticker), tick, now);
    return std::string{};
  };
  return step;
}

random_step random_day::order_step() {
  order_request request;
  // Some are repeated on purpose.
  request.client_order_id = "r" + std::to_string(upto(40) == 0 ? upto(orders_ + 1) : ++orders_);
  auto& terms = request.terms;
  terms.ticker = tickers[static_cast<std::size_t>(upto(3))];
  terms.side = upto(2) == 0 ? order_side::buy : order_side::sell;
  terms.type = static_cast<order_type>(upto(4));
  terms.lasts = static_cast<time_in_force>(upto(3) == 0 ? upto(4) : upto(2));
  const bool market_day = terms.type == order_type::market && terms.lasts == time_in_force::day;
  if (market_day && upto(3) == 0) {
    terms.notional = Money::from_units(int128{100 + upto(50'000)} * (detail::decimal_one / 100));
  } else if (market_day && upto(2) == 0) {
    terms.qty = Quantity::from_units((int128{1} + upto(2'000'000'000)) * 1000 * 5);
  } else {
    terms.qty = Quantity::from_integer(1 + upto(30));
  }
  if (terms.type == order_type::limit || terms.type == order_type::stop_limit) {
    terms.limit_price = near_price(terms.ticker);
  }
  if (terms.type == order_type::stop || terms.type == order_type::stop_limit) {
    terms.stop_price = near_price(terms.ticker);
  }
  terms.extended_hours = terms.type == order_type::limit && upto(2) == 0;
  random_step step;
  step.act = [request, now = now_](paper::exchange& broker) {
    return said(broker.submit(request, now));
  };
  return step;
}

random_step random_day::cancel_step(const std::vector<broker_order>& open) {
  random_step step;
  const auto& order = open[static_cast<std::size_t>(upto(static_cast<int>(open.size())))];
  step.act = [id = order.id, now = now_](paper::exchange& broker) {
    return said(broker.cancel(id, now));
  };
  return step;
}

random_step random_day::replace_step(const std::vector<broker_order>& open) {
  random_step step;
  const auto& order = open[static_cast<std::size_t>(upto(static_cast<int>(open.size())))];
  paper::order_changes what;
  if (upto(2) == 0) what.qty = Quantity::from_integer(1 + upto(30));
  if (upto(2) == 0) what.limit_price = near_price(order.request.terms.ticker);
  step.act = [id = order.id, what, now = now_](paper::exchange& broker) {
    return said(broker.replace(id, what, now));
  };
  return step;
}

random_step random_day::outside_step() {
  random_step step;
  step.ticker = tickers[static_cast<std::size_t>(upto(3))];
  const auto side = upto(2) == 0 ? order_side::buy : order_side::sell;
  const auto n = Quantity::from_units(int128{1 + upto(80)} * detail::decimal_one / 8);
  step.outside_price = near_price(step.ticker);
  step.outside_qty = side == order_side::buy ? n : -n;
  step.act = [ticker = step.ticker, side, n, at = step.outside_price,
              now = now_](paper::exchange& broker) {
    const auto done = broker.book_outside_trade(ticker, side, n, at, now);
    return done ? std::string{"booked"} : done.error().reason;
  };
  return step;
}

}  // namespace outcry::test
