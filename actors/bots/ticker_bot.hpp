#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/bots/bot_wish.hpp"
#include "actors/bots/bot_words.hpp"
#include "actors/bots/order_pad.hpp"
#include "actors/bots/strategies/strategy.hpp"
#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "messages/error.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// What every ticker bot of a floor uses; shared by all of them.
struct bot_services {
  journal_actor journal;
  market_actor market;
  roster_actor roster;
  relay_actor relay;              ///< invalid: there is no relay
  order_desk_actor orders;        ///< invalid: nobody trades
  performance_actor performance;  ///< invalid: nobody adds up what is earned
  signal_desk_actor signals{};    ///< who hears of trades of calls; invalid: nobody
  house_ptr house;
  strategy_factory strategies = make_strategy;
};

/// What a bot that crashed leaves to the one that is started in its place. Touched by that bot's
/// actor only.
struct bot_legacy {
  std::string snapshot;            ///< of its strategy after the throw; empty = none
  timestamp_ns fatal_init_ns = 0;  ///< of the price it died of: it is not handed over again
  bot_record record;               ///< with the snapshot: what it had asked for and been told
};

/// A bot as configured.
struct bot_setup {
  bot_identity identity;
  std::string parameters = "{}";  ///< for a bot the journal does not know yet
  std::string hold{};             ///< not empty: the bot opens held, and this is why
  std::string limits = "{}";      ///< JSON of risk_limits, as `parameters`
  mutable bot_legacy legacy{};
};

/// Shared by the bot, those who would start it again and those who speak for it while it is down.
using bot_setup_ptr = std::shared_ptr<const bot_setup>;

/// What a bot decided to do about one command, before it is journalled.
struct bot_decision {
  ledger_line line;
  std::optional<bot_record> record;  ///< the bot's record as it becomes; nothing: it stays
};

using bot_impl = bot_actor::extend_with<order_owner_actor>::extend_with<follower_actor>::extend<
    caf::reacts_to<wake>>;

/// A task that is answered once the bot's state with what it decided is in the journal; an update
/// not before the order desk has journalled or refused what it asked for.
struct waiting_task {
  caf::typed_response_promise<follow_receipt> promise;
  follow_task task;
  follow_receipt receipt;
  bool saving = false;  ///< the record on its way holds it
  bool saved = false;
};

class ticker_bot_state;
using ticker_bot_self = observed_actor<bot_impl, ticker_bot_state>;

/// Hosts one strategy for one ticker.
///
/// A command is decided, journalled together with the bot's own change of state, put into force and
/// only then answered. Stop and kill go into force before they are journalled, and stay in force
/// when the journal cannot be written: the answer then says `not_durable`. Commands begin one after
/// another; those whose effect must be waited for (a stop, start, exit or enter where there is an
/// order desk) are pending meanwhile and keep nobody waiting. The same message id gets its stored
/// answer again. A strategy that throws costs a restart; the next one goes on from what the
/// strategy knew then.
///
/// What the strategy asks for goes to the order desk with all that survives of the bot, so that the
/// journal never holds an order that its bot does not know of. What becomes of it is told to the
/// strategy once, in order, by the number of the event; after a restart from where the snapshot is.
class ticker_bot_state {
public:
  static inline const char* name = "bot";

  explicit ticker_bot_state(ticker_bot_self* self) : self_(self) {}
  ~ticker_bot_state();

  void open(bot_setup_ptr setup, std::shared_ptr<const bot_services> services);
  void on_prices(const price_batch& batch);
  void on_order(const order_update& update);
  void on_feed(const feed_status& status);
  void on_hold(bool held, const std::string& reason);
  void on_event(const order_event& event);
  void on_reopened(const orders_reopened& news);
  void on_session(const market_session& session);
  caf::result<command_outcome> on_command(const bot_command& command);
  caf::result<bot_status> on_get();
  bot_status status() const;
  caf::result<follow_receipt> on_task(const follow_task& task);
  void on_exit(const caf::exit_msg& message);
  void on_timer(const wake& timer);

private:
  // -- opening (ticker_bot_opening.cpp) --
  void load();
  void load_failed(const caf::error& reason, const char* what);
  void on_image(const bot_image& image);
  void take_record(const bot_image& image);
  void restore(const bot_image& image);
  void subscribe();
  void become_ready();
  void now_listens();
  void check_claim();

  // -- prices and state (ticker_bot.cpp) --
  template <class Work>
  void guarded(timestamp_ns init_ns, Work work) {
    try {
      work();
    } catch (...) {
      leave_legacy(init_ns);
      throw;
    }
  }
  void leave_legacy(timestamp_ns init_ns);
  void hand_over(const std::vector<price_tick>& ticks);
  std::string snapshot_or_last() const;
  bool brake_waits() const;
  void refresh_state();
  void report();
  void tell_performance();
  void mark_dirty();
  bot_record next_record();
  void save();
  void saved(const caf::error* reason);
  void leave();
  void on_tick();
  void arm_tick();

  // -- orders (ticker_bot_orders.cpp) --
  bool may_order() const;
  void take_pad();
  void send_asks();
  void place(const order_ask& ask, order_purpose purpose, std::vector<bot_record> record);
  void on_placed(std::uint64_t number, const order_record& order);
  void not_answered(std::uint64_t number);
  void settle_open_asks();
  void refuse_later(const order_ask& ask, const std::string& reason);
  void tell_refusals();
  void tell_refused(const order_view& order);
  void take_event(const order_event& event);
  void note_order(order_view order);
  void forget_closed_orders();
  void fate_known(std::uint64_t number);
  void read_missed_events();
  void events_read(const order_event_list& list);
  Quantity own_position() const { return holding_ + record_.claimed; }
  const order_view* open_exit_order() const;

  // -- calls (ticker_bot_calls.cpp) --
  void tell_trades();
  void give_time();
  void wait_for_task(waiting_task task);
  bool is_unsettled(const follow_task& task) const;
  void tasks_saved(const caf::error* reason);
  void answer_tasks();
  void save_tasks_again();

  // -- commands (ticker_bot_commands.cpp) --
  void serve_next();
  void stored_line_unknown(const caf::error& reason);
  void execute(const ledger_line& stored);
  bot_decision decide_safely(const bot_command& command) const;
  bot_decision decide(const bot_command& command) const;
  void decide_verb(const bot_command& command, bot_decision& decision) const;
  void decide_set(const bot_command& command, bot_decision& decision) const;
  Quantity claim_with(const std::string& parameters) const;
  std::string status_result() const;
  void claim_then_journal(bot_decision decision);
  void put_in_force(const bot_record& record);
  journal_write transaction(const bot_decision& decision);
  void journal_decision(bot_decision decision);
  void journal_failed(bot_decision decision, const std::string& why);
  void answer(const ledger_line& line, bool durable);
  void next_command();
  void unlock();
  ledger_line blank_line() const;

  // -- wishes (ticker_bot_wishes.cpp) --
  bool begin_wish(const ledger_line& stored);
  void begin(bot_wish& wish, bool begun);
  bot_wish* find_wish(std::uint64_t serial);
  bot_wish* wish_of(const std::string& message_id);
  void join(bot_wish& wish, command_sender sender);
  void end_wishes_before(const bot_wish& brake);
  void record_stop(bot_wish& wish, bool with_line);
  void told_pending_in_time(std::uint64_t serial);
  ledger_line pending_line(const bot_wish& wish) const;
  void tell_pending(bot_wish& wish);
  void finish(bot_wish& wish, line_status status, std::string code, std::string reason,
              std::string result = {});
  void finish(bot_wish& wish, ec code, std::string reason);
  static void say_not_durable(ledger_line& line, const std::string& why);
  void finished(std::uint64_t serial, const ledger_line& line, bool durable);
  void pursue_all();
  bool is_late(const bot_wish& wish) const;
  const bot_wish* earlier(const bot_wish& wish, bool (*is_one)(const bot_wish&)) const;

  // -- stop, kill and start (ticker_bot_verbs.cpp) --
  void pursue(bot_wish& wish);
  void desk_silent(bot_wish& wish, const caf::error& reason);
  void ask_gate(bot_wish& wish);
  void gate_heard(bot_wish& wish);
  void pursue_stop(bot_wish& wish);
  void stop_if_clear(bot_wish& wish);
  void pursue_start(bot_wish& wish);
  void accept_position_first(bot_wish& wish);
  void start_trading(bot_wish& wish);
  void record_start(bot_wish& wish);
  void open_the_gate(bot_wish& wish);

  // -- exit (ticker_bot_exit.cpp) --
  void pursue_exit(bot_wish& wish);
  void exit_if_alone(bot_wish& wish);
  void compare_with_gate(bot_wish& wish) const;
  Quantity position_for(const bot_wish& wish) const;
  const order_terms* closing_order(const bot_wish& wish, std::uint64_t& number) const;
  void send_closing_order(bot_wish& wish, Quantity position);
  void leave_position(bot_wish& wish);
  std::string sold_json(const bot_wish& wish) const;
  void flat(bot_wish& wish);
  void not_flat(bot_wish& wish, line_status status, ec code, const std::string& why);

  // -- enter (ticker_bot_enter.cpp) --
  void pursue_enter(bot_wish& wish);
  void place_enter(bot_wish& wish);
  void look_for_enter(bot_wish& wish);
  void judge_enter(bot_wish& wish, const order_view& order);

  ticker_bot_self* self_;
  std::shared_ptr<const bot_services> services_;
  bot_setup_ptr setup_;
  bot_record record_;
  risk_limits limits_;  ///< as `record_` says
  std::unique_ptr<strategy> strategy_;
  order_pad pad_;
  price_tick last_tick_;
  std::vector<price_tick> kept_prices_;         ///< came while `reparametrising_`
  Quantity holding_;                            ///< bought less sold, by all its fills
  std::map<std::uint64_t, order_view> orders_;  ///< open ones, and closed ones of enter and exit
  std::map<std::uint64_t, bool> placed_;  ///< not answered; true: the order desk is asked again
  std::list<order_ask> unsent_;           ///< wait for a change of the record
  std::list<order_view> refusals_;        ///< yet to be told to the strategy
  std::list<order_event> early_events_;   ///< came while older ones are being read
  std::list<bot_wish> wishes_;
  std::list<waiting_command> commands_;  ///< a list: an empty deque costs 600 bytes a bot
  std::vector<caf::typed_response_promise<bot_status>> waiting_;
  std::vector<waiting_task> tasks_;  ///< decided, and not in the journal yet
  std::string hold_;                 ///< why it is held; empty: it is not
  std::string blocked_;              ///< why it holds itself; empty: it does not
  std::int64_t since_ms_ = 0;
  std::uint64_t last_serial_ = 0;
  bot_state state_ = bot_state::starting;
  desired_state reported_desired_ = desired_state::running;
  feed_state feed_ = feed_state::waiting;
  bool ready_ = false;    ///< has read the journal: takes commands
  bool listens_ = false;  ///< its pit has answered
  bool busy_ = false;
  bool reparametrising_ = false;  ///< other parameters are on their way: prices wait for them
  bool changing_ = false;  ///< a record that is not in force yet is on its way to the journal
  bool saving_ = false;    ///< a record as it is in force is on its way to the journal
  bool save_again_ = false;
  bool leaving_ = false;    ///< ends once its state is saved
  bool last_save_ = false;  ///< on leaving: it has been tried
  bool dirty_ = false;      ///< the strategy knows more than its stored snapshot
  bool save_armed_ = false;
  bool tick_armed_ = false;
  bool journal_away_ = false;  ///< the last record could not be journalled
  bool owes_record_ = false;   ///< the journal may not hold what is in force
  bool reading_events_ = false;
  bool missed_events_ = false;  ///< some that came early were not remembered
  bool asking_claim_ = false;
  bool price_moved_ = false;
  std::uint32_t claim_pause_ = 0;  ///< ticks until shares are asked for again
};

/// The ticker bot actor. Prices for it are conflated by the pit; its mailbox takes 10,000 messages,
/// and 100 commands may wait, stop and kill beyond them; at most 16 orders may be unanswered.
bot_impl::behavior_type ticker_bot(ticker_bot_self* self, bot_setup_ptr setup,
                                   std::shared_ptr<const bot_services> services);

}  // namespace outcry
