#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "actors/bots/strategies/scale_t/figures.hpp"
#include "actors/bots/strategies/scale_t/parameters.hpp"
#include "actors/bots/strategies/scale_t/state.hpp"
#include "actors/bots/strategies/strategy.hpp"

namespace outcry {

/// SCALE_T: buys down a ladder of prices and sells each row a step higher; docs/scale-t.md says
/// how. Pure: no actors, no I/O, no clock. One call at a time.
///
/// The snapshot must be stored with each order it asked for and each event it was told: an order it
/// does not remember is somebody else's to it, and its shares belong to no row.
class scale_t final : public strategy {
public:
  /// `ticker` is what its orders name.
  explicit scale_t(std::string ticker = {}) : ticker_{std::move(ticker)} {}

  bool trades() const override { return true; }

  /// Asks again for a cancel whose answer may have been lost.
  void on_start(trader& floor) override;

  /// One price, in order. Far from any row this costs two comparisons.
  void on_price(const price_tick& tick, trader& floor) override {
    if (quiet_.low < tick.price && tick.price < quiet_.high) {
      state_.mark = tick.price;
      state_.decided = tick.price;
      return;
    }
    look_at(tick.price, floor);
  }

  void on_own_order(const own_order_event& event, trader& floor) override;

  /// Checks `changes` (a JSON object, fields of `ladders::read_changes`) against the parameters in
  /// force and returns all parameters as they would be. Changes nothing.
  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override;

  /// Puts into force what `check_parameters` returned; doing so twice adds no cash twice. Throws
  /// std::runtime_error for anything else.
  void set_parameters(std::string_view parameters) override;

  /// Everything needed to go on after a restart, beside the parameters: one line of JSON, about 30
  /// bytes for an untouched row.
  std::string snapshot() const override;

  /// Goes on from a snapshot and puts parameters set after it into force, but for a ladder file,
  /// which needs `set_parameters` again. Throws std::runtime_error when it is none of this
  /// strategy's.
  void restore(std::string_view snapshot) override;

  std::string details() const override;

  /// The rows and their money; no rows = no ladder.
  const ladders::ladder& ladder() const { return state_.rows; }

  /// The order that may still fill.
  const std::optional<ladders::ladder_order>& pending() const { return state_.pending; }

  /// Shares of the bot no row holds.
  const ladders::outside_shares& outside() const { return state_.outside; }

  /// All shares of the bot: what it counts on owning.
  Quantity position() const override;

  /// The ladder's at the last price seen; shares outside it are in none of them.
  std::optional<profit_figures> performance() const override;

  /// The ladder's figures at the last price seen.
  ladders::figures ladder_figures() const;

  /// The ladder as a file of today's bots; `pending_id`: the broker's id of the pending order.
  std::string ladder_csv(std::string_view pending_id = {}) const;

  /// Why it orders nothing, for people; empty = it may.
  std::string fault() const;

private:
  void look_at(Price price, trader& floor);
  void follow();
  void cancel_pending(trader& floor);
  void submit(const ladders::ladder_order& order, trader& floor);
  void book(ladders::ladder_order& order, const own_order_event& event);
  void book_foreign(const own_order_event& event);
  void book_sold(std::size_t highest, Quantity shares, Price price, std::int64_t at_s);
  void close_pending(const own_order_event& event, trader& floor);
  void bring_into_force();
  void make_ladder();
  void take_over(ladders::ladder made);
  void build_at(Price first);
  bool is_flat() const;
  void refresh();

  std::string ticker_;
  ladders::parameters parameters_;
  ladders::ladder_state state_;
  ladders::quiet_range quiet_;
  std::string refused_plan_;  ///< why no ladder could be built of the parameters
};

}  // namespace outcry
