#include "actors/bots/strategies/counter.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

namespace outcry {

namespace {

using json = nlohmann::json;

constexpr std::int64_t max_step = 1000;

}  // namespace

void counter::on_price(const price_tick& tick, trader&) {
  count_ += step_;
  ++prices_;
  last_ = tick.price;
}

void counter::on_order(const order_update&) {
  ++orders_;
}

tl::expected<std::string, invalid_field> counter::check_parameters(std::string_view changes) const {
  auto given = json::parse(changes, nullptr, false);
  if (!given.is_object())
    return tl::unexpected(invalid_field{"config", "a JSON object", std::string(changes)});
  auto step = static_cast<std::int64_t>(step_);
  for (const auto& [key, value] : given.items()) {
    if (key != "step")
      return tl::unexpected(invalid_field{"config." + key, "no other parameter than step", key});
    if (!value.is_number_integer() || value < 1 || value > max_step)
      return tl::unexpected(
          invalid_field{"config.step", "a whole number from 1 to 1000", value.dump()});
    step = value.get<std::int64_t>();
  }
  return json{{"step", step}}.dump();
}

void counter::set_parameters(std::string_view parameters) {
  step_ = json::parse(parameters).value("step", 1U);
}

std::string counter::snapshot() const {
  return json{
      {"count", count_}, {"prices", prices_}, {"orders", orders_}, {"last", to_string(last_)}}
      .dump();
}

void counter::restore(std::string_view snapshot) {
  auto stored = json::parse(snapshot);
  auto last = Price::parse(stored.at("last").get<std::string>());
  if (!last) throw std::runtime_error("counter snapshot: last: " + last.error());
  count_ = stored.at("count");
  prices_ = stored.at("prices");
  orders_ = stored.at("orders");
  last_ = *last;
}

std::string counter::details() const {
  return json{{"count", count_},
              {"prices", prices_},
              {"orders", orders_},
              {"step", step_},
              {"last", to_string(last_)}}
      .dump();
}

}  // namespace outcry
