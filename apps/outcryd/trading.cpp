#include "apps/outcryd/trading.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include <caf/scoped_actor.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/bots/strategies/strategy.hpp"
#include "actors/trading/order_desk.hpp"
#include "actors/trading/performance.hpp"
#include "adapters/calendar/always_open.hpp"
#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/paper/bridge.hpp"
#include "adapters/paper/sqlite_store.hpp"
#include "apps/outcryd/redis_rooms.hpp"

namespace outcry::app {

namespace {

constexpr std::chrono::seconds question_timeout{1};
constexpr std::uint32_t most_counted = 1000;

std::unique_ptr<calendar::market_calendar> make_calendar(config::market_hours hours) {
  if (hours == config::market_hours::us_equity)
    return std::make_unique<calendar::us_equity_calendar>();
  return std::make_unique<calendar::always_open>();
}

paper::exchange_options choose_exchange(const config::broker_section& section) {
  auto in_bps = [](Ratio x) {
    return static_cast<paper::basis_points>(x.units() * paper::whole_in_bps / detail::decimal_one);
  };
  paper::exchange_options options;
  options.cash = section.cash;
  options.seed = static_cast<std::uint64_t>(section.seed);
  options.shorting = section.shorting;
  options.penny_prices = section.penny_prices;
  options.fractional_always = section.fractional;
  options.participation = in_bps(section.participation);
  options.slippage = static_cast<paper::basis_points>(section.slippage_bps);
  options.fees.per_order = section.fee_per_order;
  options.fees.per_share = section.fee_per_share;
  options.fees.bps = static_cast<paper::basis_points>(section.fee_bps);
  return options;
}

void open_broker(open_house& at) {
  const auto& section = at.settings.broker;
  paper::bridge_options options;
  options.exchange = choose_exchange(section);
  options.file = (at.settings.floor.data_dir / "paper.db").string();
  // Opened once here: what is wrong with them is told to people instead of to a supervisor.
  paper::sqlite_store{options.file};
  make_calendar(section.calendar)->session_at(at.house->time->now());
  options.make_calendar = [hours = section.calendar] { return make_calendar(hours); };
  options.market = at.market;
  options.relay = at.relay;
  options.house = at.house;
  for (const auto& bot : at.settings.bots)
    if (trades(bot)) options.tickers.push_back(bot.ticker);
  child_spec spec;
  spec.name = "broker";
  spec.kind = "paper";
  // It waits for the disk.
  spec.start = [options](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn<caf::detached>(paper::bridge, options));
  };
  at.links["broker"] = place(at, floor_tier::broker, std::move(spec));
  at.broker = caf::actor_cast<broker_actor>(at.links["broker"]);
}

void open_order_desk(open_house& at) {
  const auto& section = at.settings.broker;
  order_desk_services services;
  services.journal = at.journal;
  services.broker = at.broker;
  services.market = at.market;
  services.relay = at.relay;
  services.house = at.house;
  services.options.account = at.settings.risk.account;
  services.options.each_bot = at.settings.risk.each_bot;
  services.options.shorting = section.shorting;
  services.options.quarantine_ms = section.quarantine_s * 1000;
  services.options.broker_timeout_ms = section.timeout_s * 1000;
  services.options.reconcile_interval_ms = section.reconcile_s * 1000;
  child_spec spec;
  spec.name = spec.kind = "orders";
  spec.start = [services, book = std::make_shared<order_book>()](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(order_desk, book, services));
  };
  auto desk = place(at, floor_tier::desk, std::move(spec));
  at.orders = caf::actor_cast<order_desk_actor>(desk);
  at.book->bots[config::account_bot] = {config::account_bot, "ACCOUNT", "risk", "floor",
                                        bot_kind::desk};
  at.book->addresses[config::account_bot] = desk;
}

void open_performance(open_house& at) {
  performance_services services;
  services.journal = at.journal;
  services.relay = at.relay;
  services.house = at.house;
  services.trading_day = [days = std::shared_ptr<const calendar::market_calendar>(
                              make_calendar(at.settings.broker.calendar))](timestamp_ns t) {
    return days->session_at(t).trading_day;
  };
  if (auto outlet = open_performance_outlet(at)) services.listeners.push_back(outlet);
  services.options.mirror_services = at.settings.firebase.services_mirror;
  child_spec spec;
  spec.name = spec.kind = "performance";
  spec.start = [services](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(performance, services));
  };
  at.performance = caf::actor_cast<performance_actor>(place(at, floor_tier::desk, std::move(spec)));
}

}  // namespace

void open_trading(open_house& at) {
  if (at.settings.broker.kind == config::broker_kind::none) return;
  open_broker(at);
  open_order_desk(at);
  open_performance(at);
}

void say_working_orders(open_house& at) {
  if (!at.orders) return;
  find_orders open;
  open.only_open = true;
  open.limit = most_counted;
  caf::scoped_actor self{at.system};
  self->request(at.orders, question_timeout, open)
      .receive(
          [](const order_list& found) {
            if (!found.orders.empty())
              spdlog::info("orders that stay open at the broker while the floor is closed: {}",
                           found.orders.size());
          },
          [&](caf::error& reason) {
            spdlog::warn("open orders stay with the broker, nobody can say how many: {}",
                         at.system.render(reason));
          });
}

std::vector<std::string> wrong_parameters(const config::config& settings,
                                          const std::filesystem::path& file) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < settings.bots.size(); ++i) {
    const auto& bot = settings.bots[i];
    auto strategy = make_strategy(bot.strategy, bot.ticker);
    if (!strategy) continue;
    auto checked = strategy->check_parameters(bot.parameters);
    if (checked) continue;
    // Strategies name a field as it stands in a message: "config.step".
    auto error = checked.error();
    constexpr std::string_view in_message = "config.";
    if (error.field.starts_with(in_message)) error.field.erase(0, in_message.size());
    result.push_back(
        fmt::format("{}:{}: bots[{}].parameters.{}", file.string(), bot.line, i, to_string(error)));
  }
  return result;
}

}  // namespace outcry::app
