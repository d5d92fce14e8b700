#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "messages/bots_codec.hpp"
#include "messages/error.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::redis {

/// How a container bot's actor speaks to it. All may be called from any thread and never wait.
struct container_wire {
  /// Appends the command to the bot's stream, with what the bot noted when it began it ("" =
  /// nothing). False: not now; it is tried again.
  std::function<bool(const std::string& bot_id, const bot_command& command,
                     const std::string& noted)>
      send;
  /// Appends what a bot that starts must know. False: not now; the bot asks until it hears it.
  std::function<bool(const std::string& bot_id, const container_briefing& briefing)> brief;
  /// The acknowledgement with this stream id is in the journal and need not come again.
  std::function<void(const std::string& entry_id)> acknowledge;
};

struct container_services {
  journal_actor journal;
  command_desk_actor desk;
  roster_actor roster;
  relay_actor relay;        ///< invalid: there is no relay
  order_desk_actor orders;  ///< invalid: nobody orders on this floor
  house_ptr house;
  container_wire wire;
};

/// A commandable bot, and what the bridge tells it:
/// - `bot_status`: what the bot's presence says now, and whether it was briefed; state `absent`
///   once its lease has ended or Redis is gone
/// - `command_outcome` with a stream id: an acknowledgement of the bot
/// - `link_status`: Redis is back and may have lost what was in it
/// - `unregister_bot`: it has left for good; the actor ends once it has journalled what it heard
/// - `bot_command` with true: the desk cannot give it while the bot is absent; answered if that
///   needs no bot
/// And its trader: `meet_order_desk` is handed on once no order can slip past a closed gate. The
/// trader hears the bot's limits (`risk_limits`) before that and after each change, each `exit`
/// given to the bot (`bot_command`), and its end (`command_outcome`).
using container_interface = commandable_actor::extend<
    caf::replies_to<meet_order_desk>::with<order_desk_greeting>, caf::reacts_to<bot_status, bool>,
    caf::reacts_to<command_outcome, std::string>, caf::reacts_to<link_status>,
    caf::reacts_to<unregister_bot>, caf::reacts_to<bot_command, bool>, caf::reacts_to<wake>>;

/// True for the bot's own last word: no_answer is the desk's.
constexpr bool is_answer(line_status status) {
  return is_final(status) && status != line_status::no_answer;
}

class container_bot_state;
using container_bot_actor = observed_actor<container_interface, container_bot_state>;

/// Stands for one bot in a container.
///
/// Controlled: a command goes to the bot's stream, again after every loss until it is answered (the
/// bot tells repetitions by the message's id), and the bot's answer is journalled together with
/// what it changed before the desk hears it and before the stream lets it go. What the operator
/// wants of the bot is remembered: one that starts is told it, with the parameters in force, before
/// it acts; one that runs although it was told to stop is told again. What the journal refused of
/// that is owed to it: written again every five seconds, and until then no answer of the bot is let
/// go and the actor does not leave.
///
/// While the bot is absent the desk writes its stops into the journal by itself, so what is known
/// of the bot is read anew whenever it comes back.
///
/// Where there is an order desk, the bot's word is not enough: its gate is closed the moment a stop
/// comes, and a `done` is given on only when the desk has nothing of it left that should not be.
/// Only a `start` opens the gate, before the bot hears it. An `exit` is done when the bot says so
/// and owns nothing; from its `pending` on the gate lets nothing through but what closes the
/// position. One that is to start the bot again is journalled as flat then, and done when a start
/// of the floor's own is.
///
/// The bot's limits are the floor's: a `set` that is wrong about them, or about nothing else, is
/// answered here, without the bot and also while it is absent; what else a `set` says goes to the
/// bot, and the limits are in force with its `done`.
///
/// Observed: takes no commands and says so at once.
class container_bot_state {
public:
  static inline const char* name = "container_bot";

  explicit container_bot_state(container_bot_actor* self) : self_(self) {}
  ~container_bot_state();

  void open(bot_identity identity, std::shared_ptr<const container_services> services);
  caf::result<command_outcome> on_command(const bot_command& command);
  void on_presence(const bot_status& seen, bool briefed);
  void on_acknowledgement(command_outcome outcome, std::string entry_id);
  void on_link(const link_status& link);
  void on_farewell();
  void on_unheard(const bot_command& command);
  void on_timer(const wake& timer);
  caf::result<order_desk_greeting> on_trader(const meet_order_desk& hello);
  bot_status status() const;

private:
  using outcome_promise = caf::typed_response_promise<command_outcome>;

  struct open_command {
    bot_command command;
    std::vector<outcome_promise> promises;
    std::int64_t since_ms = 0;
    bool asked = false;   ///< the journal knew no answer: it was sent to the bot
    bool heard = false;   ///< the bot is at work on it
    bool halted = false;  ///< a brake came after it: it is not sent again
    bool alone = false;   ///< answered without the bot, which never hears of it
    bool ended = false;   ///< an exit a brake came after: its orders pass no closed gate any more
    std::string note{};   ///< JSON: the result of its pending answer; what a restart must know
  };
  struct acknowledgement {
    command_outcome outcome;
    std::string entry_id;
    bool settled = false;   ///< nothing of the order desk's holds it back
    bool alone = false;     ///< the floor's own word, of which nothing is done unless journalled
    bool flat = false;      ///< of an exit that the journal knows to be flat
    bool runs = false;      ///< of an exit after which the bot runs again
    bool compared = false;  ///< of a set: `overruled` is known
    std::set<std::string> overruled{};  ///< limits that a later message has set
  };
  /// An answer that waits for the order desk, or behind one that does.
  struct held_answer {
    bot_command command;
    acknowledgement answer;
    std::int64_t since_ms = 0;
    bool asking = false;
    bool told = false;  ///< the desk of commands knows that it is pending
    std::string waiting_for{};
    bool flat = false;      ///< an exit that starts the bot again: nothing is left to close
    bool starting = false;  ///< the gate is open, and the bot is told
    bool stale = false;     ///< the bot was away since it was judged
    bool noting = false;    ///< that it is flat is on its way to the journal
    std::int64_t not_before_ms = 0;  ///< the journal could not: it is not asked again until then
    std::string start_id{};          ///< of the floor's own message that tells it
  };

  void load();
  void forget_image();
  void on_image(const bot_image& image);
  void take_in(const bot_image& image);
  command_outcome refuse(const bot_command& command) const;
  open_command* find_open(const std::string& message_id);
  void close(const std::string& message_id);
  void take(const std::string& message_id);
  void halt_before(const std::string& brake_id);
  void remember_stop();
  void serve_next();
  void serve_unasked();
  void take_name(const ledger_line& line);
  std::optional<ledger_line> answer_alone(const bot_command& command) const;
  void say_alone(const std::string& message_id, ledger_line line);
  void take_set(const bot_command& command, bot_record& record, acknowledgement& said) const;
  bool must_compare(const bot_command& command) const;
  void compare_set(const bot_command& command);
  void tell_limits();
  void look_for_brake();
  journal_write answer_write(const bot_command& command, const bot_record& record);
  void journal_front(const bot_command& command);
  void settle_front(bot_record record, bool carried, verb wish, const caf::error* refusal);
  void let_go(const acknowledgement& entry);
  void finish_front();
  void finish();
  void owe_record();
  void pay_record();
  void write_owed(const bot_image& image);
  void resend();
  void brief();
  void reconcile();
  bool trades() const;
  bool brake_waits() const;
  void send_to_bot(const open_command& entry);
  static gate_closing closing_for(const bot_command& command);
  bool starts_wait() const;
  void shut_gate(gate_closing how);
  void open_the_gate(std::string message_id);
  void shut_if_stopped();
  void introduce_traders();
  void tell_trader(const open_command& entry);
  void end_exit(open_command& entry);
  void follow_gate(const command_outcome& outcome, verb wish);
  bool must_wait(const bot_command& command) const;
  void hold_front(const bot_command& command);
  held_answer* find_held(const std::string& message_id);
  void look_at_held();
  void ask_gate(held_answer& held);
  void gate_heard(held_answer& held, const gate_report& gate, std::uint64_t openings);
  void release(held_answer& held);
  void tell_pending(held_answer& held);
  void arm_gate_timer();
  bool holds_brake() const;
  bool starts_bot() const;
  void begin_start(held_answer& held);
  void judge_start(held_answer& held, verb decided);
  void interrupt_starts();
  void note_heard(const std::string& message_id, bool durable);
  void drop_held(const std::string& message_id);
  void look_back(std::string id, std::function<bool(const ledger&)> see,
                 std::function<void(bool)> over, std::int64_t before_ms = 0);
  void start_again(held_answer& held);
  void start_heard(held_answer& held, const ledger_line& said);
  void end_starts(ec code, const std::string& why, const std::string& but = {});
  void resume_start(open_command& entry);
  void report();
  void register_at_desk();
  bool is_present() const { return seen_.state != bot_state::absent; }
  ledger_line own(ledger_line line, bool addressed) const;
  std::int64_t now_ms() const { return services_->house->time->now_ms(); }

  container_bot_actor* self_;
  std::shared_ptr<const container_services> services_;
  bot_identity identity_;
  bot_record record_;
  bool loading_ = false;
  bool loaded_ = false;
  bool stale_ = false;  ///< to be loaded again once nothing is on its way to the journal
  bot_status seen_;     ///< the last presence
  bool briefed_ = true;
  bool leaving_ = false;
  std::int64_t since_ms_ = 0;
  std::int64_t reported_ms_ = 0;
  /// In the order in which they came, in which they are sent again: a stop stays behind what it
  /// was to end.
  std::list<open_command> open_;
  std::deque<acknowledgement> acknowledgements_;
  std::list<held_answer> held_;  ///< in the order in which they came
  caf::actor trader_;
  std::vector<caf::typed_response_promise<order_desk_greeting>> traders_;  ///< not yet introduced
  meet_order_desk hello_;
  bool shut_ = false;  ///< the order desk has confirmed the gate that the record demands
  bool shutting_ = false;
  std::uint64_t openings_ = 0;  ///< of the gate: what was asked before the last one says nothing
  bool gate_timer_armed_ = false;
  bool brake_came_ = false;   ///< while an answer was on its way to the journal
  bool busy_ = false;         ///< something of the record is on its way to or from the journal
  bool owes_record_ = false;  ///< the journal does not hold `record_` and is to
  std::int64_t reconciled_ms_ = 0;
};

/// The actor of one container bot. Its mailbox takes 10,000 messages; 1000 commands may be open.
container_interface::behavior_type container_bot(
    container_bot_actor* self, bot_identity identity,
    std::shared_ptr<const container_services> services);

}  // namespace outcry::redis
