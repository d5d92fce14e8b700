#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "adapters/calendar/new_york.hpp"
#include "apps/outcry/backtest/result.hpp"

namespace outcry::backtest {

namespace {

constexpr double width = 1200;
constexpr double left = 80;
constexpr double right = 1180;
constexpr double most_grid_lines = 6;

/// A part of the picture with its own vertical scale.
class panel {
public:
  panel(double top, double bottom, double lowest, double highest)
      : top_(top), bottom_(bottom), lowest_(lowest), highest_(highest) {
    // A line without ups and downs still needs some height.
    if (highest_ - lowest_ < 1e-9) {
      highest_ += 1;
      lowest_ -= 1;
    }
  }

  double y(double value) const {
    return bottom_ - (value - lowest_) / (highest_ - lowest_) * (bottom_ - top_);
  }

  std::string grid(const char* title) const {
    auto result =
        fmt::format(R"(<text x="{}" y="{:.0f}" class="t">{}</text>)", left, top_ - 8, title) + "\n";
    auto step = grid_step();
    for (auto i = std::ceil(lowest_ / step); i * step <= highest_; ++i) {
      auto value = i * step;
      result += fmt::format(
          "<path d=\"M{} {:.1f}H{}\" class=\"g\"/><text x=\"{}\" y=\"{:.1f}\" "
          "class=\"a\">{:.2f}</text>\n",
          left, y(value), right, left - 6, y(value) + 4, value);
    }
    return result;
  }

private:
  /// 1, 2 or 5 times a power of ten.
  double grid_step() const {
    auto least = (highest_ - lowest_) / most_grid_lines;
    auto power = std::pow(10, std::floor(std::log10(least)));
    for (auto times : {1, 2, 5})
      if (times * power >= least) return times * power;
    return 10 * power;
  }

  double top_;
  double bottom_;
  double lowest_;
  double highest_;
};

class time_axis {
public:
  time_axis(timestamp_ns from, timestamp_ns to)
      : from_(from), span_(std::max<double>(1, to - from)) {}

  double x(timestamp_ns t) const {
    return left + static_cast<double>(t - from_) / span_ * (right - left);
  }

  /// A mark for each full hour of New York's clocks.
  std::string hours(double bottom) const {
    auto day = calendar::new_york_day(from_);
    auto result =
        fmt::format("<text x=\"{}\" y=\"{}\" class=\"a\">New York</text>\n", left - 6, bottom);
    for (int hour = 0; hour < 24; ++hour) {
      auto at = calendar::new_york_time(day, std::chrono::hours(hour));
      if (at < from_ || static_cast<double>(at - from_) > span_) continue;
      result += fmt::format("<text x=\"{:.1f}\" y=\"{}\" class=\"h\">{:02}:00</text>\n", x(at),
                            bottom, hour);
    }
    return result;
  }

private:
  timestamp_ns from_;
  double span_;
};

template <class Value>
std::string line(const std::vector<sample>& samples, const time_axis& time, const panel& in,
                 const char* style, Value value) {
  std::string path;
  for (const auto& x : samples)
    path +=
        fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", time.x(x.at_ns), in.y(value(x)));
  return fmt::format("<path d=\"{}\" class=\"{}\"/>\n", path, style);
}

template <class Value>
panel scaled_panel(const std::vector<sample>& samples, double top, double bottom, Value value) {
  auto [least, most] = std::ranges::minmax_element(samples, {}, value);
  return {top, bottom, value(*least), value(*most)};
}

double price_of(const sample& x) {
  return x.price.approximate();
}

double equity_of(const sample& x) {
  return x.equity.approximate();
}

}  // namespace

std::string to_svg(const backtest_result& x) {
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} 720\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<style>path{{fill:none;stroke-width:1.2}}.p{{stroke:#456}}.e{{stroke:#27a}}"
      ".g{{stroke:#ddd}}.a{{text-anchor:end;fill:#666}}.h{{text-anchor:middle;fill:#666}}"
      ".t{{font-weight:bold}}.b{{fill:#1a8a3a}}.s{{fill:#c22}}</style>\n"
      "<rect width=\"{}\" height=\"720\" fill=\"#fff\"/>\n"
      "<text x=\"{}\" y=\"24\" font-size=\"16\">{} on {}, {}: {} fills, profit {}</text>\n",
      width, width, left, x.strategy, x.ticker, x.day, x.fills,
      to_string(rounded(x.profit, 2, rounding::half_even)));
  if (!x.samples.empty()) {
    auto prices = scaled_panel(x.samples, 60, 430, price_of);
    auto equity = scaled_panel(x.samples, 490, 680, equity_of);
    time_axis time{x.samples.front().at_ns, x.samples.back().at_ns};
    out += prices.grid("price, dollars (green: bought, red: sold)") +
           equity.grid("equity, dollars") + time.hours(704);
    out += line(x.samples, time, prices, "p", price_of);
    out += line(x.samples, time, equity, "e", equity_of);
    for (const auto& fill : x.all_fills)
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" class=\"{}\"/>\n",
                         time.x(fill.at_ns), prices.y(fill.price.approximate()),
                         fill.side == order_side::buy ? "b" : "s");
  }
  return out + "</svg>\n";
}

}  // namespace outcry::backtest
