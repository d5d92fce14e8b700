#pragma once

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "actors/bots/strategies/strategy.hpp"

namespace outcry::test {

/// An entry with its exits, or one exit of `parent`.
struct exits_wish {
  order_terms terms;
  std::vector<order_terms> exits;
  std::uint64_t parent = 0;
};

/// What a strategy does, and what it was told in all its lives.
struct strategy_script {
  bool trades = true;
  std::vector<order_terms> at_price;       ///< asked for at the next price
  std::vector<std::uint64_t> cancels;      ///< asked for at the next price
  std::vector<exits_wish> with_exits;      ///< asked for at the next price
  std::vector<order_terms> at_event;       ///< asked for at the next own event
  std::vector<order_terms> at_start;       ///< asked for by the next one that is started
  std::vector<exits_wish> exits_at_start;  ///< asked for by the next one that is started
  bool throws_at_price = false;            ///< after it has asked; once
  bool throws_at_event = false;            ///< before it has booked; once
  std::vector<std::uint64_t> numbers;      ///< of what it asked for
  std::vector<std::string> told;           ///< "1 fill 10", "2 refused 0", ...
  std::vector<std::string> reasons;        ///< of the same events
  std::vector<std::uint64_t> parents;      ///< of the orders of the same events
  std::size_t prices = 0;
};

/// Orders what its script says. Its parameters are {"outside": shares it counts on}.
class scripted_strategy final : public strategy {
public:
  explicit scripted_strategy(std::shared_ptr<strategy_script> script)
      : script_(std::move(script)) {}

  bool trades() const override { return script_->trades; }
  void on_start(trader& floor) override {
    ask(script_->at_start, floor);
    ask(script_->exits_at_start, floor);
  }
  void on_price(const price_tick&, trader& floor) override {
    ++script_->prices;
    ask(script_->at_price, floor);
    ask(script_->with_exits, floor);
    for (const auto number : std::exchange(script_->cancels, {})) floor.cancel(number);
    if (std::exchange(script_->throws_at_price, false)) throw std::runtime_error("at a price");
  }
  void on_own_order(const own_order_event& event, trader& floor) override {
    if (std::exchange(script_->throws_at_event, false)) throw std::runtime_error("at an event");
    const auto text =
        std::to_string(event.order.number) + " " + event.event + " " + to_string(event.qty);
    script_->told.push_back(text);
    script_->reasons.push_back(event.reason);
    script_->parents.push_back(event.order.parent);
    heard_.push_back(text);
    position_ += event.order.terms.side == order_side::buy ? event.qty : -event.qty;
    ask(script_->at_event, floor);
  }
  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override {
    auto all = nlohmann::json{{"outside", to_string(outside_)}};
    const auto given = nlohmann::json::parse(changes, nullptr, false);
    if (!given.is_object()) return tl::unexpected(invalid_field{"config", "an object", "not one"});
    for (const auto& [name, value] : given.items()) {
      if (name != "outside" || !value.is_string())
        return tl::unexpected(invalid_field{"config." + name, "outside", name});
      all[name] = value;
    }
    return all.dump();
  }
  void set_parameters(std::string_view parameters) override {
    outside_ = *Quantity::parse(nlohmann::json::parse(parameters).at("outside").get<std::string>());
  }
  std::string snapshot() const override {
    return nlohmann::json{{"position", to_string(position_)}, {"heard", heard_}}.dump();
  }
  void restore(std::string_view snapshot) override {
    const auto all = nlohmann::json::parse(snapshot);
    position_ = *Quantity::parse(all.at("position").get<std::string>());
    heard_ = all.at("heard").get<std::vector<std::string>>();
  }
  std::string details() const override { return snapshot(); }
  Quantity position() const override { return position_ + outside_; }
  std::optional<profit_figures> performance() const override { return profit_figures{}; }

private:
  void ask(std::vector<order_terms>& wishes, trader& floor) {
    for (const auto& terms : std::exchange(wishes, {}))
      script_->numbers.push_back(floor.submit(terms));
  }

  void ask(std::vector<exits_wish>& wishes, trader& floor) {
    for (const auto& wish : std::exchange(wishes, {}))
      script_->numbers.push_back(wish.parent == 0 ? floor.submit(wish.terms, wish.exits)
                                                  : floor.submit_exit(wish.parent, wish.terms));
  }

  std::shared_ptr<strategy_script> script_;
  Quantity position_;
  Quantity outside_;
  std::vector<std::string> heard_;
};

}  // namespace outcry::test
