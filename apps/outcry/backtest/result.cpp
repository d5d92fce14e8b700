#include "apps/outcry/backtest/result.hpp"

#include "messages/detail/json_writer.hpp"
#include "messages/trading_codec.hpp"

namespace outcry::backtest {

std::string to_json(const backtest_result& x) {
  detail::object_writer orders;
  std::uint64_t all = 0;
  for (const auto& [status, count] : x.orders) {
    orders.count(status, count);
    all += count;
  }
  return detail::object_writer{}
      .text("strategy", x.strategy)
      .text("ticker", x.ticker)
      .text("day", x.day)
      .count("seed", x.seed)
      .boolean("whole", x.whole)
      .count("trades", x.trades)
      .text("from", to_iso(x.first_ns))
      .text("to", to_iso(x.last_ns))
      .text("first_price", to_string(x.first_price))
      .text("last_price", to_string(x.last_price))
      .count("orders", all)
      .raw("orders_by_status", orders.finish())
      .count("fills", x.fills)
      .text("bought", to_string(x.bought))
      .text("sold", to_string(x.sold))
      .text("fees", to_string(x.fees))
      .raw("performance", to_json(x.figures))
      .text("cash", to_string(x.cash))
      .text("equity", to_string(x.equity))
      .text("profit", to_string(x.profit))
      .text("max_drawdown", to_string(x.drawdown))
      .text("worst_position", to_string(x.worst_position))
      .text("worst_position_shares", to_string(x.worst_shares))
      .text("open_position", to_string(x.open_shares))
      .embed("details", x.details)
      .finish();
}

}  // namespace outcry::backtest
