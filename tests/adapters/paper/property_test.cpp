#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "adapters/calendar/us_equity_calendar.hpp"
#include "tests/adapters/paper/kept_store.hpp"
#include "tests/adapters/paper/random_day.hpp"
#include "tests/adapters/paper/trader.hpp"

using namespace outcry;
using namespace outcry::test;

namespace {

/// Keeps its own books from nothing but what the broker tells, and compares.
class bookkeeper {
public:
  explicit bookkeeper(const paper::exchange_options& options)
      : options_{options}, cash_{options.cash} {}

  void hear_outside(const random_step& step) {
    cash_ -= multiply(step.outside_price, step.outside_qty, rounding::down);
    held_[step.ticker] += step.outside_qty;
  }

  void hear(const broker_update& update) {
    REQUIRE(executions_.insert(update.execution_id).second);
    const auto& order = update.order;
    const auto& terms = order.request.terms;
    auto& known = orders_[order.id];
    known.order = order;
    if (update.event == "replaced") elected_.emplace(order.replaced_by, known.elected);
    if (const auto old = elected_.find(order.id); old != elected_.end()) {
      known.elected = old->second;
      elected_.erase(old);
    }
    // Nothing comes after the end.
    REQUIRE(!known.closed);
    known.closed = is_closed(order.status);
    if (!update.qty.is_zero()) hear_fill(update, known);
    REQUIRE(order.filled_qty == known.filled);
    if (terms.notional.is_zero()) {
      REQUIRE(order.filled_qty <= terms.qty);
      REQUIRE((order.status == order_status::filled) == (order.filled_qty == terms.qty));
    } else {
      REQUIRE(known.value <= terms.notional);
    }
  }

  /// A print elects stop orders for the prints after it.
  void hear_print(const std::string& ticker, Price at) {
    for (auto& [id, known] : orders_) {
      const auto& terms = known.order.request.terms;
      if (known.closed || terms.ticker != ticker || terms.stop_price.is_zero()) continue;
      if (terms.side == order_side::buy ? at >= terms.stop_price : at <= terms.stop_price) {
        known.elected = true;
      }
    }
  }

  /// What one print gave to all orders together.
  void check_print(const price_tick& print, const std::vector<broker_update>& updates) const {
    if (print.volume.is_zero()) return;
    Quantity taken;
    for (const auto& update : updates) taken += update.qty;
    REQUIRE(taken <= scaled(print.volume, paper::ratio_of(options_.participation)));
  }

  void check(const paper::exchange& broker) const {
    const auto account = broker.account();
    REQUIRE(account.cash == cash_);
    std::map<std::string, Quantity> positions;
    for (const auto& x : broker.positions()) positions[x.ticker] = x.qty;
    for (const auto& [ticker, held] : held_) {
      REQUIRE(held == (positions.count(ticker) ? positions[ticker] : Quantity{}));
      if (!options_.shorting) REQUIRE(held >= Quantity{});
    }
    const auto open = broker.open_orders();
    for (const auto& order : open) REQUIRE(!orders_.at(order.id).closed);
    if (options_.shorting) return;
    REQUIRE(broker.free_buying_power() >= Money{});
    REQUIRE(account.buying_power <= account.cash);
    if (open.empty()) REQUIRE(account.buying_power == account.cash);
  }

private:
  struct known_order {
    broker_order order;
    bool closed = false;
    bool elected = false;
    Quantity filled;
    Money value;
  };

  void hear_fill(const broker_update& update, known_order& known) {
    const auto& terms = update.order.request.terms;
    const bool is_buy = terms.side == order_side::buy;
    REQUIRE(update.qty.is_positive());
    if (terms.limit_price.is_positive()) {
      REQUIRE((is_buy ? update.price <= terms.limit_price : update.price >= terms.limit_price));
    }
    if (terms.stop_price.is_positive()) REQUIRE(known.elected);
    if (terms.lasts == time_in_force::fok) REQUIRE(update.qty == terms.qty);
    const auto value = multiply(update.price, update.qty, rounding::down);
    const auto& rules = options_.fees;
    auto fees = known.filled.is_zero() ? rules.per_order : Money{};
    fees += multiply(rules.per_share, update.qty, rounding::down);
    fees += scaled(value, paper::ratio_of(rules.bps), rounding::down);
    if (!is_buy) fees = std::min(fees, value);
    cash_ += (is_buy ? -value : value) - fees;
    auto& held = held_[terms.ticker];
    held += is_buy ? update.qty : -update.qty;
    REQUIRE(update.position_qty == held);
    known.filled += update.qty;
    known.value += value;
  }

  const paper::exchange_options& options_;
  Money cash_;
  std::map<std::string, Quantity> held_;
  std::map<std::string, known_order> orders_;
  std::map<std::string, bool> elected_;  // of orders that will take another one's place
  std::set<std::string> executions_;
};

std::unique_ptr<paper::exchange> open_broker(const paper::exchange_options& options,
                                             const std::shared_ptr<kept_state>& state) {
  return std::make_unique<paper::exchange>(options,
                                           std::make_unique<calendar::us_equity_calendar>(),
                                           std::make_unique<kept_store>(state));
}

/// As after a crash: what was not in the store is gone, and the feed says last prices anew.
void restart(std::unique_ptr<paper::exchange>& broker, const paper::exchange_options& options,
             const std::shared_ptr<kept_state>& state, const random_day& day) {
  broker = open_broker(options, state);
  for (const auto& [ticker, last] : day.last_prices()) {
    broker->note_price(broker->handle_of(ticker), last);
  }
}

std::size_t run(std::uint32_t seed, const paper::exchange_options& options) {
  std::size_t fills = 0;
  random_day day{seed};
  std::mt19937 restarts{seed + 1};
  bookkeeper books{options};
  auto state = std::make_shared<kept_state>();
  const auto steady = open_broker(options, std::make_shared<kept_state>());
  auto restarted = open_broker(options, state);
  for (int i = 0; i < 150; ++i) {
    INFO("seed " << seed << ", step " << i);
    const auto step = day.next(*steady);
    if (restarts() % 10 == 0) restart(restarted, options, state, day);
    const auto answer = step.act(*steady);
    REQUIRE(step.act(*restarted) == answer);
    const auto updates = steady->take_updates();
    REQUIRE(restarted->take_updates() == updates);
    REQUIRE(restarted->open_orders() == steady->open_orders());
    REQUIRE(restarted->positions() == steady->positions());
    REQUIRE(restarted->free_buying_power() == steady->free_buying_power());

    if (answer == "booked") books.hear_outside(step);
    for (const auto& update : updates) books.hear(update);
    if (step.print) {
      books.check_print(*step.print, updates);
      books.hear_print(step.ticker, step.print->price);
    }
    books.check(*steady);
    fills += static_cast<std::size_t>(std::count_if(
        updates.begin(), updates.end(), [](const auto& x) { return !x.qty.is_zero(); }));
  }
  return fills;
}

}  // namespace

TEST_CASE("random days: books balance to the unit, and restarts change nothing") {
  paper::exchange_options options;
  std::size_t fills = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    options.cash = Money::from_integer(seed % 3 == 0 ? 1'500 : 20'000);
    options.seed = seed;
    options.participation = seed % 4 == 0 ? 3'333 : paper::whole_in_bps;
    options.slippage = seed % 5 == 0 ? 25 : 0;
    options.fees = {};
    if (seed % 2 == 0) {
      options.fees = {.per_order = money("0.35"), .per_share = price("0.0051"), .bps = 7};
    }
    fills += run(seed, options);
  }
  // The days are not idle ones.
  CHECK(fills > 1'000);
}

TEST_CASE("random days with short selling: books balance, and restarts change nothing") {
  paper::exchange_options options;
  options.cash = Money::from_integer(20'000);
  options.shorting = true;
  options.fees.bps = 3;
  std::size_t fills = 0;
  for (std::uint32_t seed = 1001; seed <= 1060; ++seed) fills += run(seed, options);
  CHECK(fills > 300);
}
