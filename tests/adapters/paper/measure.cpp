// Prints what prints and orders cost at the paper broker; nothing fails here.

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/paper/sqlite_store.hpp"
#include "tests/adapters/paper/trader.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::test;

namespace {

using clock_type = std::chrono::steady_clock;

template <class Act>
void measure(const char* what, int n, const Act& act) {
  const auto start = clock_type::now();
  for (int i = 0; i < n; ++i) act(i);
  const std::chrono::duration<double, std::nano> took = clock_type::now() - start;
  std::printf("%-60s %10.1f ns\n", what, took.count() / n);
}

std::unique_ptr<paper::exchange> open_broker(std::unique_ptr<paper::store> kept) {
  return std::make_unique<paper::exchange>(
      paper::exchange_options{}, std::make_unique<calendar::us_equity_calendar>(), std::move(kept));
}

price_tick tick_at(int i) {
  const auto now = monday_10 + timestamp_ns{i} * 1'000;
  return {Price::from_units(int128{10'000 + i % 100} * (detail::decimal_one / 100)),
          Quantity::from_integer(100), now, now};
}

void measure_orders(const char* what, paper::exchange& broker, int n) {
  order_maker make;
  const auto spy = broker.handle_of("SPY");
  measure(what, n, [&](int i) {
    const auto side = i % 2 == 0 ? order_side::buy : order_side::sell;
    auto request = make.limit(side, "1", side == order_side::buy ? "200" : "50");
    if (!broker.submit(request, monday_10)) std::abort();
    broker.on_trade(spy, tick_at(0), monday_10);
    broker.take_updates();
  });
}

}  // namespace

int main() {
  constexpr int prints = 5'000'000;
  order_maker make;
  auto broker = open_broker(std::make_unique<paper::memory_store>());
  const auto spy = broker->handle_of("SPY");
  const auto pass = [&](int i) {
    const auto tick = tick_at(i);
    broker->on_trade(spy, tick, tick.init_ns);
  };
  measure("making a print (part of the next three)", prints, [&](int i) {
    const auto tick = tick_at(i);
    asm volatile("" : : "g"(&tick) : "memory");
  });
  measure("a print, no order open", prints, pass);
  const auto resting = broker->submit(make.limit(order_side::buy, "1", "50"), monday_10);
  measure("a print, one order open that it does not reach", prints, pass);
  for (int i = 0; i < 9; ++i) broker->submit(make.limit(order_side::buy, "1", "50"), monday_10);
  measure("a print, ten orders open that it does not reach", prints, pass);

  auto fresh = open_broker(std::make_unique<paper::memory_store>());
  measure_orders("a limit order and its fill, in memory", *fresh, 100'000);
  const temp_dir dir;
  auto filed = open_broker(std::make_unique<paper::sqlite_store>(dir.file("paper.db")));
  measure_orders("a limit order and its fill, in SQLite (two commits)", *filed, 2'000);

  order_maker more;
  measure("one of 100 limit orders in one batch, in SQLite", 2'000, [&](int i) {
    if (i % 100 != 0) return;
    filed->batch([&] {
      for (int n = 0; n < 100; ++n) {
        auto request = more.limit(order_side::buy, "1", "50");
        request.client_order_id += "-batch";
        if (!filed->submit(request, monday_10)) std::abort();
      }
    });
    filed->take_updates();
  });

  const calendar::us_equity_calendar market;
  measure("asking the calendar within a session", prints, [&](int i) {
    const auto session = market.session_at(monday_10 + i);
    asm volatile("" : : "g"(&session) : "memory");
  });
}
