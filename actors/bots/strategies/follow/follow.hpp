#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/bots/strategies/follow/parameters.hpp"
#include "actors/bots/strategies/follow/state.hpp"
#include "actors/bots/strategies/strategy.hpp"
#include "actors/signals/update.hpp"

namespace outcry {

/// Follows calls: one trade at a time. docs/signal-desk.md says how. Pure: no actors, no I/O, no
/// clock. One call at a time.
///
/// It moves only on what the broker has said. Every entry goes to the broker together with its
/// exits, so that nothing it buys is ever without a stop; should a stop end all the same (cancelled
/// by hand, expired), another one is asked for, again and again until there is one.
class follow final : public strategy {
public:
  explicit follow(std::string ticker) : ticker_{std::move(ticker)} {}

  bool trades() const override { return true; }
  void on_start(trader& floor) override { look_after(floor); }
  void on_price(const price_tick& tick, trader& floor) override;
  void on_own_order(const own_order_event& event, trader& floor) override;
  bool wants_time() const override { return state_.current.has_value(); }
  void on_time(trader& floor) override;

  /// A call, an update or a withdrawal; each is taken once, by its name, and answered the same
  /// again, unless what an update asked for has come to nothing since. Codes of a refusal: those of
  /// `following::make_plan`, "unreadable", "too_late", "already_open", "no_open_trade",
  /// "stop_wider", "stop_through_market", "unsupported", "not_done".
  follow_receipt on_task(const follow_task& task, trader& floor) override;
  std::optional<follow_receipt> known_task(const follow_task& task) const override;
  bool is_asking_again(const follow_task& task) const override;

  /// The trade as it changed since the last call, and those that ended.
  std::vector<trade_record> take_trades() override { return std::exchange(news_, {}); }

  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override;
  void set_parameters(std::string_view parameters) override;
  std::string snapshot() const override { return following::write_state(state_); }
  void restore(std::string_view snapshot) override;
  std::string details() const override;
  Quantity position() const override;
  std::optional<profit_figures> performance() const override;

  /// The trade that is not over; null = there is none.
  const following::trade* current() const { return state_.current ? &*state_.current : nullptr; }

private:
  // -- tasks (follow_tasks.cpp) --
  follow_receipt decide(const follow_task& task, trader& floor);
  follow_receipt take_call(const follow_task& task, trader& floor);
  follow_receipt take_update(const follow_task& task, trader& floor);
  follow_receipt take_withdrawal();
  following::refusal take_step(const signals::update_step& step, trader& floor);
  void remember(const follow_task& task, const follow_receipt& receipt);
  void remember_end(const follow_task& task);
  std::vector<trade_record> trade_of(const follow_task& task) const;

  // -- what updates change (follow_changes.cpp) --
  following::refusal move_stop(Price price);
  following::refusal set_target(std::uint8_t number, Price price, trader& floor);
  following::refusal close_part(Ratio part, trader& floor);
  void ask_for(following::trade_order order, trader& floor);
  void look_after_targets(trader& floor);
  void ask_again(trader& floor);
  void exit_ended(const following::trade_order& order, const own_order_event& event);
  void stop_ended(const following::trade_order& order, const own_order_event& event);
  void not_done(std::uint64_t task, const std::string& why);

  // -- looking after the trade (follow.cpp) --
  void look_after(trader& floor);
  void look_after_entries(trader& floor);
  void look_after_stops(trader& floor);
  void close_all(trader& floor);
  void cancel(following::trade_order& order, trader& floor);
  std::uint64_t submit_exit(const following::trade_order& entry, following::order_role role,
                            Price price, Quantity qty, trader& floor);
  void note_lost_exit(timestamp_ns now);
  void book_foreign(const own_order_event& event);
  bool filled_late(const own_order_event& event);
  void settle(timestamp_ns now);
  void tell(timestamp_ns now);
  bool is_through(Price stop) const;

  std::string ticker_;
  following::parameters parameters_ = following::default_parameters();
  following::follow_state state_;
  std::vector<trade_record> news_;
  timestamp_ns updated_ns_ = 0;      ///< of the last task
  timestamp_ns lost_ns_ = 0;         ///< when an exit ended unfilled last
  bool mark_is_fresh_ = false;       ///< heard since the start
  std::uint32_t parts_ = 0;          ///< set going by the update that is being taken
  std::set<std::uint64_t> unheard_;  ///< exits of which nothing was known when it was restored
  trade_record told_;                ///< the last one, without its version and time
};

}  // namespace outcry
