#include "apps/outcry/backtest/runner.hpp"

#include <filesystem>
#include <stdexcept>

#include "adapters/calendar/new_york.hpp"
#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/replay/tick_file.hpp"
#include "apps/outcry/backtest/trading_floor.hpp"

namespace outcry::backtest {

namespace {

constexpr std::uint64_t progress_every = 2000;
constexpr duration_ns sample_every_ns = 10 * ns_per_s;
/// The floor opens so long before the first trade.
constexpr duration_ns head_start_ns = 5 * ns_per_s;
/// A bot tells its figures within ten seconds of a price.
constexpr duration_ns figures_delay_ns = 15 * ns_per_s;
constexpr std::int64_t trading_day_ms = 20LL * 3600 * 1000;

/// Watches the account while the trades pass.
class watcher {
public:
  watcher(trading_floor& floor, backtest_result& result) : floor_(floor), result_(result) {}

  void look(timestamp_ns t, Price price) {
    auto& result = result_;
    bool filled = take_new_fills();
    if (!filled && t < next_ns_) return;
    next_ns_ = t + sample_every_ns;
    if (filled) ask();
    result.equity = cash_ + multiply(price, result.open_shares);
    result.samples.push_back({t, price, result.equity});
    highest_ = std::max(highest_, result.equity);
    result.drawdown = std::max(result.drawdown, highest_ - result.equity);
    auto shares = result.open_shares;
    if (shares < Quantity{}) shares = -shares;
    auto value = multiply(price, shares);
    if (value <= result.worst_position) return;
    result.worst_position = value;
    result.worst_shares = shares;
  }

  void start(Money cash) { highest_ = cash_ = cash; }

private:
  /// Between fills neither cash nor shares change.
  void ask() {
    auto state = floor_.ask_broker();
    cash_ = state.account.cash;
    result_.open_shares = state.positions.empty() ? Quantity{} : state.positions[0].qty;
  }

  bool take_new_fills() {
    const auto& events = floor_.journal().events();
    if (events.empty() || events.rbegin()->first == last_seq_) return false;
    bool filled = false;
    for (auto at = events.upper_bound(last_seq_); at != events.end(); ++at) {
      const auto& event = at->second;
      last_seq_ = event.seq;
      if (!event.qty.is_positive()) continue;
      filled = true;
      ++result_.fills;
      (event.terms.side == order_side::buy ? result_.bought : result_.sold) += event.qty;
      result_.all_fills.push_back({event.at_ns, event.terms.side, event.price, event.qty});
      paid_ += event.terms.side == order_side::buy ? multiply(event.price, event.qty)
                                                   : -multiply(event.price, event.qty);
    }
    return filled;
  }

  trading_floor& floor_;
  backtest_result& result_;
  std::int64_t last_seq_ = 0;
  timestamp_ns next_ns_ = 0;
  Money highest_;
  Money cash_;  ///< of the account
  Money paid_;

public:
  Money paid() const { return paid_; }
};

void check(const backtest_options& options) {
  if (options.ticker.empty()) throw std::invalid_argument("--ticker: expected one, found nothing");
  if (options.from_ms >= options.to_ms)
    throw std::invalid_argument("--begin: expected a time before --end");
}

void conclude(trading_floor& floor, const watcher& seen, backtest_result& result) {
  auto state = floor.ask_broker();
  result.equity = state.account.equity;
  result.profit = result.equity - result.cash;
  // What the account lost beside what its fills cost.
  result.fees = result.cash - seen.paid() - state.account.cash;
  result.open_shares = state.positions.empty() ? Quantity{} : state.positions[0].qty;
  for (const auto& [key, order] : floor.journal().orders())
    ++result.orders[std::string{to_string(order.status)}];
  result.details = floor.ask_bot().details;
  for (const auto& x : floor.ask_performance().bots) result.figures = x.latest;
}

}  // namespace

backtest_result run(const backtest_options& options) {
  check(options);
  auto day = calendar::parse_day(options.day);
  if (!day)
    throw std::invalid_argument("--day: expected a day like 2013-10-08, found " + options.day);
  auto midnight = calendar::new_york_time(*day, std::chrono::minutes(0));
  auto at = [&](std::int64_t ms) { return midnight + ms * ns_per_ms; };

  backtest_result result;
  result.strategy = options.strategy;
  result.ticker = options.ticker;
  result.day = options.day;
  result.seed = options.broker.seed;
  result.cash = result.equity = options.broker.cash;

  replay::tick_file rows{options.file};
  auto row = rows.next();
  while (row && row->time_ms < options.from_ms) row = rows.next();
  if (!row || row->time_ms >= options.to_ms)
    throw std::invalid_argument(options.file + ": no trade of that time");

  trading_floor floor{options, at(row->time_ms) - head_start_ns};
  floor.advance_to(at(row->time_ms) - ns_per_ms);
  watcher seen{floor, result};
  seen.start(options.broker.cash);
  result.first_ns = at(row->time_ms);
  result.first_price = row->price;
  auto first_ms = row->time_ms;
  auto span = static_cast<double>(
      std::max<std::int64_t>(1, std::min(options.to_ms, trading_day_ms) - first_ms));
  for (; row && row->time_ms < options.to_ms; row = rows.next()) {
    auto now = at(row->time_ms);
    floor.hear(now, row->price, row->size);
    seen.look(now, row->price);
    result.last_ns = now;
    result.last_price = row->price;
    if (++result.trades % progress_every != 0 || !options.go_on) continue;
    if (options.go_on(std::min(1.0, static_cast<double>(row->time_ms - first_ms) / span))) continue;
    result.whole = false;
    break;
  }
  // What still waits for the day's end sees it.
  if (result.whole && !options.always_open && options.to_ms >= trading_day_ms)
    floor.advance_to(at(trading_day_ms) + ns_per_s);
  floor.advance_to(floor.now() + figures_delay_ns);
  seen.look(result.last_ns, result.last_price);
  conclude(floor, seen, result);
  return result;
}

}  // namespace outcry::backtest
