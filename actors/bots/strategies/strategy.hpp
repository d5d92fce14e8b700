#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "actors/bots/strategies/trader.hpp"
#include "messages/invalid_field.hpp"
#include "messages/market.hpp"
#include "messages/performance.hpp"
#include "messages/signals.hpp"

namespace outcry {

/// Decision code of one bot. Pure: no actors, no I/O, no clock; what it knows it was told. Called
/// by its ticker bot only, one call at a time. Whatever a call with a `trader` throws costs the bot
/// a restart, which goes on from what `snapshot` says after the throw.
class strategy {
public:
  virtual ~strategy() = default;

  /// True for a strategy that may order: its bot opens only where there is an order desk.
  virtual bool trades() const { return false; }

  /// Once, after `restore` and whatever it missed; before the first price.
  virtual void on_start(trader&) {}

  /// One price, in order. Not called while the bot is stopped, held or out of session.
  virtual void on_price(const price_tick& tick, trader& floor) = 0;

  /// What became of one of the bot's own orders, its own or one of the verbs `enter` and `exit`.
  /// Each event is told once, also while the bot is stopped or held; nothing it asks for then is
  /// sent.
  virtual void on_own_order(const own_order_event&, trader&) {}

  /// One event of one of the ticker's orders, whoever's it is.
  virtual void on_order(const order_update&) {}

  /// Whether time alone can make it ask for something.
  virtual bool wants_time() const { return false; }

  /// About once a second while `wants_time` and the bot is running.
  virtual void on_time(trader&) {}

  /// What was answered to a task that came before; nothing for a new one. In every state.
  virtual std::optional<follow_receipt> known_task(const follow_task&) const {
    return std::nullopt;
  }

  /// Whether something a known task asked for was lost in a restart and is yet to be asked for
  /// again: what has become of the task nobody can say then.
  virtual bool is_asking_again(const follow_task&) const { return false; }

  /// What is to be done about a call; answered the same when it comes again. Only while the bot is
  /// running.
  virtual follow_receipt on_task(const follow_task&, trader&) {
    follow_receipt result;
    result.code = "unsupported";
    result.reason = "this bot follows no calls";
    return result;
  }

  /// Trades of calls that have changed since it was asked last, in order; `bot_id` is left empty.
  virtual std::vector<trade_record> take_trades() { return {}; }

  /// Checks `changes` (a JSON object) against the parameters now in force and returns all
  /// parameters as they would be. Changes nothing.
  virtual tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const = 0;

  /// Puts into force what `check_parameters` returned. Called again with the same after `restore`:
  /// doing so twice must change nothing.
  virtual void set_parameters(std::string_view parameters) = 0;

  /// Everything needed to go on after a restart, as JSON.
  virtual std::string snapshot() const = 0;

  /// Goes on from a snapshot. Throws std::runtime_error when it is none of this strategy's.
  virtual void restore(std::string_view snapshot) = 0;

  /// Figures for people, as a JSON object.
  virtual std::string details() const = 0;

  /// All shares it counts on owning: those its orders brought and those it was told of. 0 for one
  /// that does not trade.
  virtual Quantity position() const { return {}; }

  /// What it has earned since it began, at the last price; nothing for one that does not trade.
  virtual std::optional<profit_figures> performance() const { return std::nullopt; }
};

/// Makes a strategy by its name in the configuration, for one ticker; null: there is none.
using strategy_factory =
    std::function<std::unique_ptr<strategy>(std::string_view name, const std::string& ticker)>;

/// The strategies of this floor: "counter", "scale_t", "follow".
std::unique_ptr<strategy> make_strategy(std::string_view name, const std::string& ticker);

}  // namespace outcry
