#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "actors/bots/strategies/trader.hpp"
#include "messages/market.hpp"

template <class Tag>
struct Catch::StringMaker<outcry::decimal<Tag>> {
  static std::string convert(const outcry::decimal<Tag>& x) { return to_string(x); }
};

namespace outcry::test {

inline Price price(std::string_view text) {
  return Price::parse(text).value();
}

inline Quantity shares(std::string_view text) {
  return Quantity::parse(text).value();
}

inline Money money(std::string_view text) {
  return Money::parse(text).value();
}

inline price_tick tick(Price at) {
  price_tick result;
  result.price = at;
  return result;
}

inline price_tick tick(std::string_view at) {
  return tick(price(at));
}

/// Remembers what a strategy asked for and makes the events it is told.
class fake_floor : public trader {
public:
  std::uint64_t submit(const order_terms& terms) override {
    own_order order;
    order.number = ++last_number_;
    order.terms = terms;
    orders.push_back(order);
    return order.number;
  }
  std::uint64_t submit(const order_terms& terms, const std::vector<order_terms>& exits) override {
    const auto number = submit(terms);
    for (const auto& exit : exits) submit_exit(number, exit);
    return number;
  }
  std::uint64_t submit_exit(std::uint64_t parent, const order_terms& terms) override {
    submit(terms);
    orders.back().parent = parent;
    return last_number_;
  }
  void cancel(std::uint64_t number) override { cancels.push_back(number); }
  timestamp_ns now() const override { return time; }
  session_phase phase() const override { return session; }

  /// An order of the bot that is not its strategy's, as `enter` and `exit` make them.
  std::uint64_t foreign(order_side side, Quantity qty) {
    order_terms terms;
    terms.side = side;
    terms.qty = qty;
    return submit(terms);
  }

  own_order& order(std::uint64_t number) { return orders.at(number - 1); }

  /// The order's next fill.
  own_order_event fill(std::uint64_t number, Quantity qty, Price at) {
    auto& x = order(number);
    const auto paid = multiply(x.filled_avg_price, x.filled_qty) + multiply(at, qty);
    x.filled_qty += qty;
    x.filled_avg_price = divide(paid, x.filled_qty, 12, rounding::half_even);
    const bool whole = x.filled_qty >= x.terms.qty;
    x.status = whole ? order_status::filled : order_status::partially_filled;
    return {whole ? "fill" : "partial_fill", x, at, qty, "", time};
  }

  /// The order's last fill, all at once.
  own_order_event fill(std::uint64_t number, Price at) {
    return fill(number, order(number).terms.qty - order(number).filled_qty, at);
  }

  own_order_event event(std::uint64_t number, order_status status, std::string_view name = {}) {
    auto& x = order(number);
    x.status = status;
    return {std::string{name.empty() ? to_string(status) : name}, x, {}, {}, "", time};
  }

  std::vector<own_order> orders;
  std::vector<std::uint64_t> cancels;
  timestamp_ns time = 1'700'000'000 * ns_per_s;
  session_phase session = session_phase::regular;

private:
  std::uint64_t last_number_ = 0;
};

}  // namespace outcry::test
