#include "apps/outcry/backtest.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include "adapters/calendar/new_york.hpp"
#include "adapters/replay/tick_directory.hpp"
#include "apps/outcry/backtest/runner.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/waiting.hpp"
#include "messages/keys.hpp"
#include "messages/operator_codec.hpp"
#include "messages/trading_codec.hpp"

namespace outcry::cli {

namespace {

using backtest::backtest_options;
using backtest::backtest_result;
using nlohmann::json;

template <class Number>
Number amount(const char* option, const std::string& text, Number otherwise) {
  if (text.empty()) return otherwise;
  auto value = Number::parse(text);
  if (!value) throw std::invalid_argument(fmt::format("{}: {}", option, value.error()));
  if (*value < Number{})
    throw std::invalid_argument(fmt::format("{}: expected 0 or more, found {}", option, text));
  return *value;
}

std::int64_t time_of_day_ms(const char* option, const std::string& text, std::int64_t otherwise) {
  if (text.empty()) return otherwise;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  char rest = 0;
  int read = std::sscanf(text.c_str(), "%2u:%2u:%2u%c", &hour, &minute, &second, &rest);
  if ((read != 2 && read != 3) || hour > 24 || minute > 59 || second > 59 ||
      (text.size() != 5 && text.size() != 8))
    throw std::invalid_argument(
        fmt::format("{}: expected a time like 09:30 or 09:30:15, found {}", option, text));
  return ((hour * 60LL + minute) * 60 + second) * 1000;
}

/// The file and the day of it.
void find_trades(const backtest_said& what, backtest_options& options) {
  namespace fs = std::filesystem;
  if (what.dir.empty() == what.file.empty())
    throw std::invalid_argument("expected a directory of recorded trades, or --from FILE");
  std::string dir = what.dir;
  if (!what.file.empty()) {
    options.file = what.file;
    dir = fs::absolute(what.file).parent_path().string();
  } else {
    for (const auto& x : replay::list_files(what.dir))
      if (x.ticker == options.ticker) options.file = x.path;
    if (options.file.empty())
      throw std::invalid_argument(fmt::format("{}: no trades of {}", what.dir, options.ticker));
  }
  options.day = what.day;
  if (!options.day.empty()) return;
  auto named = replay::day_of(dir);
  if (!named)
    throw std::invalid_argument(
        fmt::format("--day: {} does not say which day it is, expected one like 2013-10-08", dir));
  options.day = calendar::day_text(*named);
}

std::string parameters_of(const backtest_said& what) {
  auto given = json::parse(what.parameters, nullptr, false);
  if (!given.is_object())
    throw std::invalid_argument("--parameters: expected a JSON object, found " +
                                what.parameters.substr(0, 80));
  auto pairs = config_from_pairs(what.set);
  if (!pairs) throw std::invalid_argument("--set: " + to_string(pairs.error()));
  given.update(json::parse(*pairs));
  // A ladder that nobody said how to fill takes the account's money.
  if (what.strategy == "scale_t" && !given.contains("cash") && !given.contains("ladder"))
    given["cash"] = what.cash;
  return given.dump();
}

backtest_options options_of(const backtest_said& what) {
  backtest_options options;
  options.strategy = what.strategy;
  auto ticker = normalise_ticker(what.ticker);
  if (!ticker) throw std::invalid_argument("--ticker: " + ticker.error());
  options.ticker = *ticker;
  find_trades(what, options);
  options.parameters = parameters_of(what);
  options.from_ms = time_of_day_ms("--begin", what.begin, options.from_ms);
  options.to_ms = time_of_day_ms("--end", what.end, options.to_ms);
  auto& broker = options.broker;
  broker.cash = amount<Money>("--cash", what.cash, broker.cash);
  broker.seed = what.seed;
  broker.shorting = what.shorting;
  broker.participation = what.participation_bps;
  broker.slippage = what.slippage_bps;
  broker.fees.per_order = amount<Money>("--fee-per-order", what.fee_per_order, {});
  broker.fees.per_share = amount<Price>("--fee-per-share", what.fee_per_share, {});
  broker.fees.bps = what.fee_bps;
  options.always_open = what.always_open;
  if (!what.limits.empty()) {
    auto limits = read_risk_limits(what.limits, {});
    if (!limits) throw std::invalid_argument("--limits: " + to_string(limits.error()));
    options.limits = *limits;
  }
  return options;
}

/// A bar on standard error, on a terminal only.
class bar {
public:
  bool show(double part) {
    if (!terminal_) return !interrupted();
    auto percent = static_cast<int>(part * 100);
    if (percent == shown_) return !interrupted();
    shown_ = percent;
    auto full = static_cast<std::size_t>(part * 40);
    fmt::print(stderr, "\r[{}{}] {:3} %", std::string(full, '#'), std::string(40 - full, '.'),
               percent);
    std::fflush(stderr);
    return !interrupted();
  }

  ~bar() {
    if (shown_ >= 0) fmt::print(stderr, "\r\x1b[K");
  }

private:
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  int shown_ = -1;
};

std::string cents(Money x) {
  return to_string(rounded(x, 2, rounding::half_even));
}

void print_table(const backtest_result& x) {
  output out;
  const std::vector<std::size_t> widths{15};
  auto row = [&](const char* name, std::string value, colour paint = colour::none) {
    out.line({{name, colour::dim}, {std::move(value), paint}}, widths);
  };
  auto gain = [](Money m) { return m < Money{} ? colour::red : colour::green; };
  row("strategy", fmt::format("{} on {}, {}", x.strategy, x.ticker, x.day), colour::bold);
  row("trades", fmt::format("{}, from {} to {}", x.trades, to_string(x.first_price),
                            to_string(x.last_price)));
  std::string by_status;
  std::uint64_t all = 0;
  for (const auto& [status, count] : x.orders) {
    by_status += fmt::format("{}{} {}", by_status.empty() ? "" : ", ", count, status);
    all += count;
  }
  row("orders", all == 0 ? "0" : fmt::format("{} ({})", all, by_status));
  row("fills",
      fmt::format("{}: {} bought, {} sold", x.fills, to_string(x.bought), to_string(x.sold)));
  row("fees", cents(x.fees));
  row("equity", fmt::format("{} of {}", cents(x.equity), cents(x.cash)));
  row("profit", cents(x.profit), gain(x.profit));
  row("max drawdown", cents(x.drawdown));
  row("worst position",
      fmt::format("{} ({} shares)", cents(x.worst_position), to_string(x.worst_shares)));
  row("open position", to_string(x.open_shares) + " shares");
  row("as the bot says",
      fmt::format("total {}, unrealized {}, realized {}, converted {}, open {}, profit {}",
                  cents(x.figures.total), cents(x.figures.unrealized), cents(x.figures.realized),
                  cents(x.figures.converted), cents(x.figures.open), cents(x.figures.profit)));
  if (!x.whole) out.line({{"ended early: the figures are of the part that ran", colour::yellow}});
}

/// While it lives, the floor's own words go to standard error, and only those about errors: each
/// price gap of a day is a warning to a floor.
class hushed {
public:
  hushed() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto quiet = std::make_shared<spdlog::logger>("backtest", std::move(sink));
    quiet->set_level(spdlog::level::err);
    spdlog::set_default_logger(std::move(quiet));
  }
  hushed(const hushed&) = delete;
  hushed& operator=(const hushed&) = delete;
  ~hushed() { spdlog::set_default_logger(before_); }

private:
  std::shared_ptr<spdlog::logger> before_;
};

void write_plot(const backtest_result& x, const std::string& path) {
  std::ofstream out{path, std::ios::binary};
  out << to_svg(x);
  if (!out.flush()) throw std::invalid_argument("--plot: " + path + ": cannot be written");
}

/// Before the work, not after it.
void check_plot(const std::string& path) {
  if (!path.empty() && !std::ofstream{path, std::ios::app})
    throw std::invalid_argument("--plot: " + path + ": cannot be written");
}

}  // namespace

exit_code backtest(const backtest_said& what, bool as_json) {
  auto options = options_of(what);
  check_plot(what.plot);
  auto begun = std::chrono::steady_clock::now();
  backtest_result result;
  {
    hushed floor;
    bar progress;
    options.go_on = [&](double part) { return progress.show(part); };
    result = backtest::run(options);
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  // Beside the result, which the same input makes again byte by byte.
  fmt::print(stderr, "{} trades in {:.2f} s, {:.0f} a second\n", result.trades, took.count(),
             static_cast<double>(result.trades) / std::max(took.count(), 1e-9));
  if (as_json)
    output{}.line(to_json(result));
  else
    print_table(result);
  if (!what.plot.empty()) write_plot(result, what.plot);
  return result.whole ? all_done : not_done;
}

}  // namespace outcry::cli
