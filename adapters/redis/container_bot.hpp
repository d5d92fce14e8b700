#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "messages/bots_codec.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::redis {

/// How a container bot's actor speaks to it. All may be called from any thread and never wait.
struct container_wire {
  /// Appends the command to the bot's stream. False: not now; it is tried again.
  std::function<bool(const std::string& bot_id, const bot_command& command)> send;
  /// Appends what a bot that starts must know. False: not now; the bot asks until it hears it.
  std::function<bool(const std::string& bot_id, const container_briefing& briefing)> brief;
  /// The acknowledgement with this stream id is in the journal and need not come again.
  std::function<void(const std::string& entry_id)> acknowledge;
};

struct container_services {
  journal_actor journal;
  command_desk_actor desk;
  roster_actor roster;
  relay_actor relay;  ///< invalid: there is no relay
  house_ptr house;
  container_wire wire;
};

/// A commandable bot, and what the bridge tells it:
/// - `bot_status`: what the bot's presence says now, and whether it was briefed; state `absent`
///   once its lease has ended or Redis is gone
/// - `command_outcome` with a stream id: an acknowledgement of the bot
/// - `link_status`: Redis is back and may have lost what was in it
/// - `unregister_bot`: it has left for good; the actor ends once it has journalled what it heard
using container_interface = commandable_actor::extend<
    caf::reacts_to<bot_status, bool>, caf::reacts_to<command_outcome, std::string>,
    caf::reacts_to<link_status>, caf::reacts_to<unregister_bot>, caf::reacts_to<wake>>;

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
  void on_timer(const wake& timer);
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
  };
  struct acknowledgement {
    command_outcome outcome;
    std::string entry_id;
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
  journal_write answer_write(const bot_command& command, const bot_record& record);
  void journal_front(const bot_command& command);
  void settle_front(bot_record record, bool carried, const caf::error* refusal);
  void let_go(const acknowledgement& entry);
  void finish_front();
  void finish();
  void owe_record();
  void pay_record();
  void write_owed(const bot_image& image);
  void resend();
  void brief();
  void reconcile();
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
