#include "actors/signals/checks.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "actors/signals/instruments.hpp"

namespace outcry::signals {

namespace {

/// `a` is more than `times` as far from 0 as `b`.
bool beyond(Price a, Price b, int times) {
  return a.units() > b.units() * times;
}

bool apart(Price a, Price b, int times) {
  return beyond(a, b, times) || beyond(b, a, times);
}

class checker {
public:
  checker(const signal& call, const message_context& context) : call_(call), context_(context) {}

  std::vector<finding> run() && {
    positive();
    if (!found_.empty()) return std::move(found_);
    age();
    if (call_.action == trade_action::close) {
      if (const auto last = last_price(); last && !call_.option) near_last(*last);
      return std::move(found_);
    }
    entries();
    stop();
    targets();
    rates();
    market();
    leverage();
    return std::move(found_);
  }

private:
  void refuse(std::string_view rule, std::string what) {
    found_.push_back({rule, std::move(what), true});
  }
  void doubt(std::string_view rule, std::string what) {
    found_.push_back({rule, std::move(what), false});
  }

  bool is_long() const { return call_.side == trade_side::long_side; }
  /// `a` brings a profit to whoever holds from `b` on.
  bool better(Price a, Price b) const { return is_long() ? a > b : a < b; }

  std::optional<Price> last_price() const {
    const auto& prices = context_.last_prices;
    auto found = prices.find(call_.ticker);
    if (found == prices.end() && !call_.quote.empty()) {
      found = prices.find(call_.ticker + call_.quote);
      if (found == prices.end()) found = prices.find(call_.ticker + "/" + call_.quote);
    }
    if (found == prices.end() || !found->second.is_positive()) return std::nullopt;
    return found->second;
  }

  /// What a position is compared with: its entries, or the market's price for an order at market.
  std::vector<Price> places() const {
    if (!call_.entries.empty()) return call_.entries;
    if (const auto last = last_price(); last && !call_.option) return {*last};
    return {};
  }

  void positive() {
    const auto check = [&](Price x) {
      if (!x.is_positive()) refuse("positive-prices", to_string(x) + " is no price");
    };
    for (const auto x : call_.entries) check(x);
    for (const auto x : call_.targets) check(x);
    if (call_.stop) check(call_.stop->price);
    if (call_.second_stop) check(call_.second_stop->price);
    if (call_.add_at) check(*call_.add_at);
  }

  void age() {
    if (auto x = check_age(context_)) found_.push_back(std::move(*x));
  }

  void entries() {
    for (std::size_t i = 1; i < call_.entries.size(); ++i)
      if (apart_by_quarter(call_.entries[i], call_.entries[0]))
        return doubt("entries-together",
                     fmt::format("entries {} and {} are more than a quarter apart",
                                 to_string(call_.entries[0]), to_string(call_.entries[i])));
  }

  static bool apart_by_quarter(Price a, Price b) {
    const auto low = std::min(a, b);
    const auto high = std::max(a, b);
    return high.units() * 4 > low.units() * 5;
  }

  void stop() {
    if (call_.stop) stop(call_.stop->price);
    if (call_.second_stop) stop(call_.second_stop->price);
  }

  void stop(Price x) {
    for (const auto place : places()) {
      if (!better(place, x))
        return refuse("stop-side", fmt::format("the stop {} of a {} is not {} {}", to_string(x),
                                               to_string(call_.side), is_long() ? "below" : "above",
                                               to_string(place)));
      if (apart(x, place, call_.option ? 20 : 3))
        return doubt("stop-near", fmt::format("the stop {} is far from {}: a typing error?",
                                              to_string(x), to_string(place)));
    }
  }

  void targets() {
    std::vector<Price> from = places();
    if (from.empty() && call_.stop) from = {call_.stop->price};
    for (const auto target : call_.targets)
      for (const auto place : from) {
        if (!better(target, place))
          return refuse(
              "target-side",
              fmt::format("the target {} of a {} is not {} {}", to_string(target),
                          to_string(call_.side), is_long() ? "above" : "below", to_string(place)));
        if (apart(target, place, 9))
          return doubt("tenfold",
                       fmt::format("the target {} is ten times away from {}: a typing error?",
                                   to_string(target), to_string(place)));
      }
    for (std::size_t i = 1; i < call_.targets.size(); ++i) {
      if (better(call_.targets[i - 1], call_.targets[i]))
        return doubt("targets-in-order",
                     fmt::format("target {} comes after {}", to_string(call_.targets[i]),
                                 to_string(call_.targets[i - 1])));
      if (apart(call_.targets[i], call_.targets[i - 1], 5))
        return doubt("tenfold",
                     fmt::format("from target {} to {}: a typing error?",
                                 to_string(call_.targets[i - 1]), to_string(call_.targets[i])));
    }
  }

  /// A rate moves little: a stop or target far away is a typing error.
  void rate_distances() {
    constexpr int stop_part = 15;
    constexpr int target_part = 8;
    const auto far = [](Price x, Price from, int part) {
      const auto distance = x > from ? x.units() - from.units() : from.units() - x.units();
      return distance * part > from.units();
    };
    for (const auto place : places()) {
      if (call_.stop && far(call_.stop->price, place, stop_part))
        return doubt("stop-near",
                     fmt::format("the stop {} is far from {} for a rate: a typing error?",
                                 to_string(call_.stop->price), to_string(place)));
      for (const auto target : call_.targets)
        if (far(target, place, target_part))
          return doubt("target-near",
                       fmt::format("the target {} is far from {} for a rate: a typing error?",
                                   to_string(target), to_string(place)));
    }
  }

  void rates() {
    if (call_.asset != asset_kind::forex && call_.asset != asset_kind::metal) return;
    rate_distances();
    if (call_.asset != asset_kind::forex) return;
    auto all = call_.entries;
    all.insert(all.end(), call_.targets.begin(), call_.targets.end());
    if (call_.stop) all.push_back(call_.stop->price);
    for (const auto x : all)
      if (!plausible_rate(call_.ticker, x))
        return refuse("plausible-rate",
                      fmt::format("{} never traded near {}", call_.ticker, to_string(x)));
  }

  void near_last(Price last) {
    for (const auto x : call_.entries)
      if (apart(x, last, 5))
        return refuse("tenfold", fmt::format("{} while {} trades at {}", to_string(x), call_.ticker,
                                             to_string(last)));
  }

  void market() {
    const auto last = last_price();
    if (!last || call_.option) return;
    near_last(*last);
    if (call_.entries.empty()) return;
    const bool far = std::all_of(call_.entries.begin(), call_.entries.end(),
                                 [&](Price x) { return apart_by_quarter(x, *last); });
    if (far)
      doubt("near-the-market", fmt::format("the entry {} is more than a quarter away from {}",
                                           to_string(call_.entries.front()), to_string(*last)));
    if (call_.stop && !better(*last, call_.stop->price))
      doubt("stop-untouched", fmt::format("the market at {} is beyond the stop {} already",
                                          to_string(*last), to_string(call_.stop->price)));
    if (!call_.targets.empty() && better(*last, call_.targets.front()))
      doubt("target-unreached", fmt::format("the market at {} is beyond the target {} already",
                                            to_string(*last), to_string(call_.targets.front())));
  }

  void leverage() {
    if (!call_.leverage) return;
    constexpr int most = 200;
    if (*call_.leverage > Ratio::from_integer(most) || !call_.leverage->is_positive())
      doubt("leverage", fmt::format("leverage {}", to_string(*call_.leverage)));
  }

  const signal& call_;
  const message_context& context_;
  std::vector<finding> found_;
};

}  // namespace

std::optional<finding> check_age(const message_context& context) {
  if (context.message_time == 0 || context.now == 0) return std::nullopt;
  const auto age = context.now - context.message_time;
  const auto seconds = [](duration_ns x) { return x / ns_per_s; };
  if (age < -60 * ns_per_s)
    return finding{"age", fmt::format("the message is {} s from the future", seconds(-age)), false};
  if (age <= context.rules.maximum_age) return std::nullopt;
  return finding{
      "age",
      fmt::format("{} s old, {} s are allowed", seconds(age), seconds(context.rules.maximum_age)),
      true};
}

std::vector<finding> check_call(const signal& call, const message_context& context) {
  return checker{call, context}.run();
}

}  // namespace outcry::signals
