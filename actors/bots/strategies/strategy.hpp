#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "messages/invalid_field.hpp"
#include "messages/market.hpp"

namespace outcry {

/// Decision code of one bot. Pure: no actors, no I/O, no clock; what it knows it was told. Called
/// by its ticker bot only, one call at a time. Whatever on_price or on_order throws costs the bot a
/// restart, which goes on from what `snapshot` says after the throw.
class strategy {
public:
  virtual ~strategy() = default;

  /// One price, in order. Not called while the bot is stopped or out of session.
  virtual void on_price(const price_tick& tick) = 0;

  /// One event of one of the ticker's orders.
  virtual void on_order(const order_update& update) = 0;

  /// Checks `changes` (a JSON object) against the parameters now in force and returns all
  /// parameters as they would be. Changes nothing.
  virtual tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const = 0;

  /// Puts into force what `check_parameters` returned.
  virtual void set_parameters(std::string_view parameters) = 0;

  /// Everything needed to go on after a restart, as JSON.
  virtual std::string snapshot() const = 0;

  /// Goes on from a snapshot. Throws std::runtime_error when it is none of this strategy's.
  virtual void restore(std::string_view snapshot) = 0;

  /// Figures for people, as a JSON object.
  virtual std::string details() const = 0;
};

/// Makes a strategy by its name in the configuration; null: there is no such strategy.
using strategy_factory = std::function<std::unique_ptr<strategy>(std::string_view name)>;

/// The strategies of this floor: "counter".
std::unique_ptr<strategy> make_strategy(std::string_view name);

}  // namespace outcry
