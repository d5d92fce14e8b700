#include <chrono>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

#include "actors/bots/strategies/counter.hpp"
#include "actors/bots/strategies/follow/follow.hpp"
#include "actors/bots/strategies/scale_t/scale_t.hpp"
#include "actors/bots/strategies/strategy.hpp"
#include "tests/chaos/guarded_trade.hpp"

/// Takes the place of the product's make_strategy in the program that this file is linked into.
namespace outcry {

namespace {

// Passed once, as a counter never counts back: one throw, unless the count is lost.
constexpr std::uint64_t stumble = 10'000;
constexpr std::int64_t fatal_step = 666;
constexpr std::int64_t hanging_step = 667;

/// A counter that throws once, at the price that brings its count to 10,000 or more, and at every
/// price while its step is 666; at the first price while its step is 667 it hangs for good.
class throwing_counter final : public strategy {
public:
  void on_price(const price_tick& tick, trader& floor) override {
    const auto before = counter_.count();
    counter_.on_price(tick, floor);
    if (before < stumble && counter_.count() >= stumble) throw std::runtime_error("stumbled");
    if (step_ == fatal_step) throw std::runtime_error("step 666");
    while (step_ == hanging_step) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  void on_order(const order_update& update) override { counter_.on_order(update); }
  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override {
    return counter_.check_parameters(changes);
  }
  void set_parameters(std::string_view parameters) override {
    step_ = nlohmann::json::parse(parameters).at("step").get<std::int64_t>();
    counter_.set_parameters(parameters);
  }
  std::string snapshot() const override { return counter_.snapshot(); }
  void restore(std::string_view snapshot) override { counter_.restore(snapshot); }
  std::string details() const override { return counter_.details(); }

private:
  counter counter_;
  std::int64_t step_ = 1;
};

}  // namespace

std::unique_ptr<strategy> make_strategy(std::string_view name, const std::string& ticker) {
  if (name == "counter") return std::make_unique<throwing_counter>();
  // Names of strategies are the product's.
  if (name == "scale_t" && ticker == "GUARDED")
    return std::make_unique<test::guarded_trade>(ticker);
  if (name == "scale_t") return std::make_unique<scale_t>(ticker);
  if (name == "follow") return std::make_unique<follow>(ticker);
  return nullptr;
}

}  // namespace outcry
