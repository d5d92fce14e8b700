#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/floor/observed.hpp"
#include "actors/trading/journal_line.hpp"
#include "actors/trading/live_order.hpp"
#include "actors/trading/order_desk_options.hpp"
#include "actors/trading/risk.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

using order_desk_impl = order_desk_actor::extend<caf::reacts_to<wake>>;

class order_desk_state;
using order_desk_self = observed_actor<order_desk_impl, order_desk_state>;

/// The only one who sends orders.
///
/// An intent is journalled, together with what survives of its bot, before it is sent; it is sent
/// once and never again. When the broker does not answer, the order is looked up by its
/// client_order_id until the broker shows it, or has said throughout the quarantine that it knows
/// no such order. What happens to an order is journalled, in order, before anybody hears of it.
/// At start, after each reconnect and now and then the desk compares itself with the broker: what
/// was missed is made up for, and a position nobody can explain halts its ticker.
class order_desk_state {
public:
  static inline const char* name = "orders";

  explicit order_desk_state(order_desk_self* self) : self_(self) {}
  ~order_desk_state();

  void open(std::shared_ptr<order_book> book, order_desk_services services);

  caf::result<order_desk_greeting> meet(const meet_order_desk& owner);
  caf::result<order_record> place(const place_order& wish);
  caf::result<order_record> settle(const settle_order& question);
  void cancel(const cancel_order& wish);
  caf::result<gate_report> close(const close_gate& wish);
  caf::result<gate_report> reopen(const open_gate& wish);
  void close_all(const close_gates& brake);
  void on_halt(const halt_state& halt);
  void on_command_desk(const desk_address& address);
  caf::result<claim_granted> claim(const claim_shares& wish);
  caf::result<claim_granted> accept(const accept_position& wish);
  caf::result<order_list> find(const find_orders& query);
  position_list positions() const;
  risk_report risk() const;
  caf::result<command_outcome> on_command(const bot_command& command);
  bot_status status() const;

  void on_update(const broker_update& said);
  void on_session(const market_session& session);
  void on_link(const link_status& link);
  void on_timer(const wake& timer);

private:
  using order_key = std::pair<std::string, std::uint64_t>;
  using order_promise = caf::typed_response_promise<order_record>;
  using claim_promise = caf::typed_response_promise<claim_granted>;
  using holding_key = std::pair<std::string, std::string>;  // bot, ticker

  // -- opening (order_desk.cpp) --
  void load();
  void on_image(const trading_image& image);
  void remember_recent_orders();
  void take_up(const order_record& record, const std::vector<order_event>& events);
  bool when_loaded(std::function<void()> work);

  // -- what bots want (order_desk_intake.cpp) --
  void place_now(const place_order& wish, order_promise promise);
  void decide(const place_order& wish, order_promise promise);
  void answer_known(const order_key& key, order_promise promise);
  std::optional<risk_refusal> why_not(const place_order& wish) const;
  void refuse(const place_order& wish, const risk_refusal& why, order_promise promise);
  void intend(const place_order& wish, order_promise promise);
  void intent_failed(const place_order& wish, const caf::error& reason, order_promise promise);
  order_record make_record(const place_order& wish) const;
  live_order& take_in(const place_order& wish);
  risk_question question_about(const place_order& wish) const;

  // -- to and from the broker (order_desk_wire.cpp) --
  void send(const order_key& key);
  void on_sent(const order_key& key, const broker_answer& answer);
  void outcome_unknown(const order_key& key, const std::string& why);
  void look_up(const order_key& key);
  void on_found(const order_key& key, const broker_answer& answer);
  void not_found(const order_key& key);
  void want_cancel(const order_key& key);
  void withdraw(live_order& order);
  void send_cancel(const order_key& key);
  void hear(live_order& order, const broker_update& update);
  void hear_without_event(live_order& order, const broker_order& said);
  void hear_closed(const broker_update& update);
  void hear_stored(const broker_update& update, const order_record& record);
  void hear_foreign(const broker_update& update);
  void adopt_orphan(const order_name& owner, const broker_order& found);
  void note_surfaced(live_order& order);
  void conclude(live_order& order, order_status status, std::string_view event, std::string code,
                std::string reason);
  void work_on_orders();

  // -- exits and what they close (order_desk_exits.cpp) --
  live_order* find_live(const std::string& bot_id, std::uint64_t number);
  const live_order* find_live(const std::string& bot_id, std::uint64_t number) const;
  std::vector<order_key> exits_of(const order_key& entry) const;
  std::vector<order_key> exits_along(const order_key& entry) const;
  void remember_parent(const order_record& record);
  void with_parent(const std::string& bot_id, std::uint64_t parent, std::function<void()> work);
  std::optional<risk_refusal> why_not_exits(const place_order& wish) const;
  std::optional<risk_refusal> why_not_later(const place_order& wish) const;
  Quantity pool_of(const order_record& exit) const;
  void end_unsent_exits(const order_record& entry, std::string_view event);
  bool ends_when_surfaced(const live_order& order) const;

  // -- what is journalled and told (order_desk_journal.cpp) --
  void record_event(live_order& order, const broker_update& update,
                    const std::optional<revealed_fill>& fill);
  void record_order(const live_order& order);
  void book_fill(const order_record& record, const revealed_fill& fill);
  void tell(const order_event& event, const broker_update& update);
  void tell_pit(const broker_update& update);
  void tell_surfaced(const order_record& record);
  void tell_command_desk();
  void journal(journal_part part);
  void write_next();
  void drop_if_over(const order_key& key);

  // -- gates (order_desk_gates.cpp) --
  bool is_gated(const std::string& bot_id) const;
  std::optional<gate_closing> closing_of(const std::string& bot_id) const;
  bool must_go(const live_order& order, gate_closing how) const;
  void cancel_behind_gate(const std::string& bot_id, gate_closing asked);
  gate_report report(const std::string& bot_id) const;

  // -- comparing with the broker (order_desk_reconcile.cpp) --
  void reconcile();
  void on_broker_state(const broker_state& state, std::uint64_t asked_at);
  void compare_positions(const broker_state& state, std::uint64_t asked_at);
  void compare_position(const std::string& ticker, Quantity at_broker);
  void accept_as_is(const std::string& ticker, const broker_state& state, claim_promise promise);
  Quantity owned_by_bots(const std::string& ticker) const;
  void set_halt(const std::string& ticker, std::string reason);
  void put_outside(const std::string& ticker, Quantity outside);
  void roll_day();
  Quantity claimed_in(const std::string& ticker) const;
  void refresh_marks();
  void on_pits(const pit_list& pits);

  // -- figures --
  Quantity own_position(const std::string& bot_id, const std::string& ticker) const;
  Quantity open_qty(const std::string& bot_id, const std::string& ticker, order_side side, Price at,
                    std::uint64_t but_exits_of = 0) const;
  Quantity claim_of(const std::string& bot_id) const;
  Money value_of(const std::string& bot_id) const;
  Money today(const std::string& bot_id) const;
  Price mark_of(const std::string& ticker) const;
  void arm_timer();
  timestamp_ns now() const { return services_.house->time->now(); }
  std::int64_t steady_ms() const;

  order_desk_self* self_;
  std::shared_ptr<order_book> book_;
  order_desk_services services_;
  std::string floor_id_;
  risk_limits account_limits_;  ///< in force
  risk_limits wanted_limits_;   ///< with those that are on their way to the journal
  market_session session_;
  broker_account account_;
  std::vector<broker_position> at_broker_;
  bool loaded_ = false;
  bool connected_ = false;
  bool reconciled_ = false;  ///< since the desk opened
  bool reconciling_ = false;
  bool reconcile_again_ = false;
  bool journal_works_ = true;
  bool timer_armed_ = false;
  bool timer_is_quick_ = false;
  std::uint64_t generation_ = 0;
  bool asking_pits_ = false;
  std::int64_t next_reconcile_ms_ = 0;
  std::int64_t next_marks_ms_ = 0;
  std::int64_t next_write_ms_ = 0;
  std::int64_t last_event_ = 0;
  std::uint64_t updates_heard_ = 0;

  std::vector<std::function<void()>> when_loaded_;
  std::map<order_key, live_order> live_;  ///< open ones, and closed ones whose exits are here
  std::map<std::string, order_key> by_client_id_;  ///< of live orders
  std::map<std::string, std::uint64_t> last_number_;
  std::set<order_key> undecided_;  ///< exits whose parent is being looked for in the journal
  std::map<holding_key, bot_holding> holdings_;
  std::map<std::string, Quantity> claimed_;    ///< by bot
  std::map<std::string, risk_limits> limits_;  ///< by bot, as its last order said
  std::map<std::string, ticker_account> tickers_;
  std::map<std::string, std::uint64_t> ticker_heard_;  ///< `updates_heard_` of its last update
  std::map<std::string, std::uint32_t> mismatches_;    ///< times in a row, by ticker
  std::map<std::string, Price> marks_;
  std::map<std::string, order_rate> rates_;  ///< by bot
  order_rate account_rate_;
  std::set<std::string> foreign_heard_;  ///< execution ids of orders that are not the floor's
  std::deque<std::string> foreign_order_;
  journal_line line_;
};

/// The order desk's actor. Its mailbox takes 100,000 messages; orders of one bot are bounded by the
/// bot, which waits for answers, and by the rate limits. `book` outlives it.
order_desk_impl::behavior_type order_desk(order_desk_self* self, std::shared_ptr<order_book> book,
                                          order_desk_services services);

}  // namespace outcry
