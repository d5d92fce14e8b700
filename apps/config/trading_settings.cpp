#include "apps/config/trading_settings.hpp"

#include <fmt/format.h>

#include "apps/config/setting_kinds.hpp"

namespace outcry::config {

using namespace kinds;

namespace {

bool take_broker(config& c, const std::string& text) {
  if (text == "paper") return c.broker.kind = broker_kind::paper, true;
  if (text == "none") return c.broker.kind = broker_kind::none, true;
  return false;
}

/// Where made-up or stored prices come from, nobody waits for a bell.
bool take_calendar(config& c, const std::string& text) {
  if (text == "always") return c.broker.calendar = market_hours::always, true;
  if (text == "us_equity") return c.broker.calendar = market_hours::us_equity, true;
  if (text != "auto") return false;
  bool real = c.feed.source == feed_source::redis;
  c.broker.calendar = real ? market_hours::us_equity : market_hours::always;
  return true;
}

template <class Decimal>
bool not_negative(const Decimal& x) {
  return x >= Decimal{};
}

constexpr const char* limit_form = "a decimal number of at least 0; 0 is no limit";

using limits_of = risk_limits& (*)(config&);

template <class Decimal>
setting limit(place key, place comment, limits_of limits, Decimal risk_limits::*member) {
  setting x{"risk", key, comment, limit_form};
  x.assign = [=](config& c, const raw_value& raw) {
    auto text = decimal_of(raw);
    if (!text) return false;
    auto value = Decimal::parse(*text);
    if (!value || *value < Decimal{}) return false;
    limits(c).*member = *value;
    return true;
  };
  x.shown = [=](const config& c) {
    return toml_quoted(to_string(limits(const_cast<config&>(c)).*member));
  };
  return x;
}

constexpr std::int64_t most_orders_per_minute = 1'000'000;

setting rate(place key, place comment, limits_of limits) {
  setting x{"risk", key, comment,
            fmt::format("a whole number from 0 to {}; 0 is no limit", most_orders_per_minute)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = integer_of(raw);
    if (!value || *value < 0 || *value > most_orders_per_minute) return false;
    limits(c).max_orders_per_minute = static_cast<std::uint32_t>(*value);
    return true;
  };
  x.shown = [=](const config& c) {
    return fmt::to_string(limits(const_cast<config&>(c)).max_orders_per_minute);
  };
  return x;
}

void add_broker(std::vector<setting>& all) {
  all.push_back(text("broker", "kind",
                     "\"paper\" = an exchange of our own that fills orders from the prices seen,\n"
                     "without real money; \"none\" = nobody trades.",
                     "\"paper\" or \"none\"", take_broker, [](const config& c) {
                       return std::string{c.broker.kind == broker_kind::paper ? "paper" : "none"};
                     }));
  all.push_back(amount<Money>(
      "broker", "cash",
      "Money of the paper account when it is opened. It is kept in data_dir/paper.db: cash and\n"
      "seed count only while there is no such file.",
      "a decimal number above 0", [](config& c) -> Money& { return c.broker.cash; },
      [](const Money& x) { return x.is_positive(); }));
  all.push_back(number(
      "broker", "seed", "Of the paper account's order ids; 0 = a random one.",
      [](config& c) -> std::int64_t& { return c.broker.seed; }, 0, INT64_MAX));
  all.push_back(flag("broker", "shorting", "Bots may sell more than they own.",
                     [](config& c) -> bool& { return c.broker.shorting; }));
  all.push_back(
      flag("broker", "penny_prices",
           "The paper broker takes prices as American stock exchanges do: in whole cents, "
           "below 1.00\nin hundredths of a cent. false: any price, for crypto and currencies.",
           [](config& c) -> bool& { return c.broker.penny_prices; }));
  all.push_back(flag("broker", "fractional",
                     "The paper broker takes fractions in every kind of order, not only in market "
                     "orders for\nthe day.",
                     [](config& c) -> bool& { return c.broker.fractional; }));
  all.push_back(amount<Ratio>(
      "broker", "participation",
      "How much of each trade's size our orders may take together: 1 = all of it.",
      "a decimal number from 0.0001 to 1 with at most 4 places",
      [](config& c) -> Ratio& { return c.broker.participation; },
      [](const Ratio& x) {
        constexpr auto bps = detail::decimal_one / 10'000;
        return x.is_positive() && x <= Ratio::from_integer(1) && x.units() % bps == 0;
      }));
  all.push_back(number(
      "broker", "slippage_bps",
      "What a market order pays above the trade that fills it, or gets below it, in hundredths of\n"
      "a percent.",
      [](config& c) -> std::int64_t& { return c.broker.slippage_bps; }, 0, 9999));
  all.push_back(amount<Money>(
      "broker", "fee_per_order", "Fees: with an order's first fill,",
      "a decimal number of at least 0", [](config& c) -> Money& { return c.broker.fee_per_order; },
      not_negative<Money>));
  all.push_back(amount<Price>(
      "broker", "fee_per_share", "for each share,", "a decimal number of at least 0",
      [](config& c) -> Price& { return c.broker.fee_per_share; }, not_negative<Price>));
  all.push_back(number(
      "broker", "fee_bps", "and in hundredths of a percent of what is bought or sold.",
      [](config& c) -> std::int64_t& { return c.broker.fee_bps; }, 0, 9999));
  all.push_back(
      text("broker", "calendar",
           "When the paper broker trades: \"always\", \"us_equity\" (New York's hours and\n"
           "holidays), or \"auto\" = us_equity for prices from Redis, else always.",
           "\"auto\", \"always\" or \"us_equity\"", take_calendar,
           [](const config&) { return std::string{"auto"}; }));
  all.push_back(number(
      "broker", "timeout_s",
      "Seconds the broker has to answer. Then nobody knows whether it has the order: it is looked\n"
      "for, and never sent again.",
      [](config& c) -> std::int64_t& { return c.broker.timeout_s; }, 1, 600));
  all.push_back(number(
      "broker", "quarantine_s",
      "Seconds for which the broker must not know such an order until it counts as never sent.",
      [](config& c) -> std::int64_t& { return c.broker.quarantine_s; }, 1, 86'400));
  all.push_back(number(
      "broker", "reconcile_s",
      "Seconds between two comparisons of orders and positions with the broker's.",
      [](config& c) -> std::int64_t& { return c.broker.reconcile_s; }, 1, 86'400));
}

void add_limits(std::vector<setting>& all, bool account) {
  const auto limits = account
                          ? limits_of([](config& c) -> risk_limits& { return c.risk.account; })
                          : limits_of([](config& c) -> risk_limits& { return c.risk.each_bot; });
  all.push_back(limit(account ? "account_max_position" : "max_position",
                      account
                          ? "All positions of all bots together, open orders included."
                          : "A bot's position in money at the last price, open orders included.",
                      limits, &risk_limits::max_position));
  all.push_back(limit(account ? "account_max_order_notional" : "max_order_notional",
                      "What one order may come to.", limits, &risk_limits::max_order_notional));
  all.push_back(rate(account ? "account_max_orders_per_minute" : "max_orders_per_minute",
                     account ? "Orders of all bots together." : "Orders of one bot.", limits));
  all.push_back(limit(account ? "account_daily_loss_limit" : "daily_loss_limit",
                      "Loss of a trading day, mark to market, from which on nothing is bought.",
                      limits, &risk_limits::daily_loss_limit));
  all.push_back(limit(account ? "account_price_collar" : "price_collar",
                      "How far beyond the last trade a limit may be: 0.05 = 5 %.", limits,
                      &risk_limits::price_collar));
}

}  // namespace

void add_trading_settings(std::vector<setting>& all) {
  add_broker(all);
  add_limits(all, false);
  add_limits(all, true);
}

}  // namespace outcry::config
