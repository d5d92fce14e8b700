#include "actors/signals/results.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

/// A closed trade that entered 10 at 100 with its first stop at 98: one R is 20.
trade_record closed(const char* profit, timestamp_ns closed_ns) {
  trade_record x;
  x.source_id = std::to_string(closed_ns);
  x.state = signal_state::closed;
  x.entered = Quantity::from_integer(10);
  x.entry_price = Price::from_integer(100);
  x.first_stop = Price::from_integer(98);
  x.profit = *Money::parse(profit);
  x.closed_ns = closed_ns;
  return x;
}

source_result of(const std::vector<trade_record>& trades) {
  return signals::result_of("s", 9, trades);
}

}  // namespace

TEST_CASE("results: no trade, no figures") {
  const auto x = of({});
  CHECK(x == source_result{"s", 9, 0, 0, 0, {}, 0, {}, {}});
}

TEST_CASE("results: wins, losses, mean R and the deepest fall in the order of closing") {
  // Closed: +40, -30, -20, +70, -10. Sums: 40, 10, -10, 60, 50; the deepest fall is 50.
  const auto x =
      of({closed("70", 4), closed("40", 1), closed("-10", 5), closed("-30", 2), closed("-20", 3)});
  CHECK(x.trades == 5);
  CHECK(x.wins == 2);
  CHECK(x.losses == 3);
  CHECK(to_string(x.profit) == "50");
  CHECK(to_string(x.drawdown) == "50");
  CHECK(x.r_trades == 5);
  CHECK(to_string(x.average_r) == "0.5");
}

TEST_CASE("results: a fall from the start counts, too") {
  CHECK(to_string(of({closed("-5", 1), closed("2", 2)}).drawdown) == "5");
}

TEST_CASE("results: neither won nor lost is a trade of 0 R") {
  const auto x = of({closed("0", 1), closed("20", 2)});
  CHECK(x.trades == 2);
  CHECK(x.wins == 1);
  CHECK(x.losses == 0);
  CHECK(to_string(x.average_r) == "0.5");
}

TEST_CASE("results: a short's risk lies above its entry") {
  auto x = closed("20", 1);
  x.first_stop = Price::from_integer(104);
  CHECK(to_string(of({x}).average_r) == "0.5");
}

TEST_CASE("results: what is not closed or has no first risk is left out") {
  auto open = closed("20", 1);
  open.state = signal_state::open;
  auto no_stop = closed("30", 2);
  no_stop.first_stop = Price{};
  auto no_distance = closed("30", 3);
  no_distance.first_stop = no_distance.entry_price;
  auto nothing_entered = closed("30", 4);
  nothing_entered.entered = Quantity{};
  const auto x = of({open, no_stop, no_distance, nothing_entered, closed("-20", 5)});
  CHECK(x.trades == 4);
  CHECK(x.r_trades == 1);
  CHECK(to_string(x.average_r) == "-1");
}

TEST_CASE("results: figures at the end of what a decimal holds stay there") {
  constexpr auto highest = static_cast<int128>(~unsigned_int128{0} >> 1);
  auto much = closed("1", 1);
  much.profit = Money::from_units(highest);
  auto more = much;
  more.closed_ns = 2;
  auto huge_risk = closed("1", 3);
  huge_risk.entry_price = Price::from_units(highest);
  auto lost = closed("1", 4);
  lost.profit = Money::from_units(-highest - 1);
  auto lost_again = lost;
  lost_again.closed_ns = 5;
  const auto x = of({much, more, huge_risk, lost, lost_again});
  CHECK(x.trades == 5);
  CHECK(x.drawdown == Money::from_units(highest));
  CHECK(x.r_trades == 4);
  CHECK(x.profit < Money{});
}
