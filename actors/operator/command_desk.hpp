#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/system_messages.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "actors/operator/adoption.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// Who can be addressed. It outlives a crash of the desk's actor.
struct desk_book {
  bot_directory bots;
  std::map<std::string, caf::actor> addresses;  ///< by bot id; missing: nobody hosts it now
};

struct desk_services {
  journal_actor journal;
  relay_actor relay;  ///< invalid: there is no relay
  house_ptr house;
  desk_limits limits;
  bool hosts_guests = true;   ///< bots in containers are expected; false: there is no way to them
  order_desk_actor orders{};  ///< invalid: nobody trades
};

/// A message the desk is busy with.
struct open_message {
  adoption adopted;
  std::uint64_t number = 0;           ///< in the order of adoption
  halt_state halt_before;             ///< in force again if the message is not taken
  std::int64_t deadline_ms = 0;       ///< steady clock
  std::int64_t next_reminder_ms = 0;  ///< steady clock: who is pending is told of it again then
  std::int64_t late_until_ms = 0;     ///< steady clock: until then a no_answer may be amended
  bool mirrored = false;              ///< Firebase holds the message itself already
  bool durable = true;                ///< false: the journal has not taken it yet
  bool saving = false;                ///< a write about it is on its way
  bool deadline_passed = false;
  bool reopened = false;    ///< found in the journal; later ones may be over already
  bool state_owed = false;  ///< its count or state changed since it was last owed
  std::map<std::string, std::size_t> line_of;  ///< by bot id
  std::set<std::string> retry;                 ///< bots to be asked again
  std::set<std::string> stops;                 ///< bots whose record is known to say stopped
  std::set<std::string> unremembered;          ///< bots whose record is yet to be told of the stop
  std::set<std::string> unsaved;               ///< bots whose line the journal has not taken yet
  std::set<std::string> being_saved;           ///< those whose line is on its way to the journal
  std::vector<caf::actor> watchers;
};

/// The latest brake for one bot, however long it is over.
struct known_brake {
  std::int64_t adopted_at_ms = 0;
  std::int64_t pressed_at_ms = 0;
};

using desk_impl = command_desk_actor::extend<caf::reacts_to<wake>>;

class command_desk_state;
using command_desk_self = observed_actor<desk_impl, command_desk_state>;

/// Takes operator messages from every source, decides who is meant, collects acknowledgements.
///
/// A message is journalled with its expected set before anybody hears of it; a message whose id is
/// known gets its stored ledger. Every line becomes final: by the bot's word, by its failure, or as
/// `no_answer` at the deadline, which a later answer amends. A stop that was done while an order of
/// its bot had wrongly been given up becomes an error when the order comes up. When the journal
/// cannot be written, stop and kill are carried out from memory and written as soon as it can; all
/// else is refused.
class command_desk_state {
public:
  static inline const char* name = "desk";

  explicit command_desk_state(command_desk_self* self) : self_(self) {}
  ~command_desk_state();

  void open(std::shared_ptr<desk_book> book, desk_services services);
  caf::result<ledger> submit(const submit_message& request);
  caf::result<ledger> submit_broken(const submit_unreadable& request);
  void on_outcome(const command_outcome& outcome);
  void on_register(const register_bot& entry);
  void on_unregister(const unregister_bot& gone);
  caf::result<ledger_list> surfaced(const order_surfaced& news);
  void watch(const watch_message& request);
  void forget_watcher(const caf::actor_addr& watcher);
  caf::result<ledger_list> find(const find_ledgers& query);
  void on_timer(const wake& timer);
  halt_state halt() const { return halt_; }

private:
  using ledger_promise = caf::typed_response_promise<ledger>;

  struct submission {
    submit_message request;
    std::string unreadable;  ///< why it could not be read; empty: it could
  };

  caf::result<ledger> enter(submission entry);
  void load();
  void load_recent(const floor_image& image);
  void on_image(const floor_image& image);
  void expect_guests_of(open_message& message);
  void remember_guests();
  void forget_guest(const std::string& bot_id);
  void not_loaded(const caf::error& reason);
  void note_brakes(const ledger_list& recent);
  void note_brake(const ledger& entry);
  void look_up(const submission& entry);
  void owe_again(const ledger& entry);
  void take_waiting_brakes();
  void take_in(const submission& entry);
  void not_taken(const std::string& id, const caf::error& reason);
  void look_for_unsure();
  void take_up(const ledger& entry);
  void look_again(const std::string& id, std::int64_t until_ms);
  void read_halt_again();
  void reopen(const ledger& entry);
  void adopted(const std::string& id, bool durable);
  void settle_promises(const std::string& id, const ledger& entry);
  void fail_promises(const std::string& id, const caf::error& reason);
  journal_write adoption_write(const open_message& message) const;

  void dispatch(const std::string& id, const std::string& bot_id);
  void delivery_failed(const std::string& id, const std::string& bot_id, const caf::error& reason);
  void remember_stop(const std::string& id, const std::string& bot_id);
  void set_line(const std::string& id, ledger_line line, bool journalled);
  bool note_state(open_message& message);
  void save(const std::string& id);
  journal_write change_write(const open_message& message) const;
  void saved(const std::string& id);
  void not_saved(const std::string& id, bool adopts, const caf::error& reason);
  void note_journalled(const open_message& message);
  bool must_wait_for_halt(const open_message& message) const;
  std::vector<std::string> in_order() const;
  void look_after(const std::string& id, std::set<std::string>& waited_for);
  void ask_again(const std::string& id, std::set<std::string>& waited_for);
  bool must_wait(const open_message& message, const std::string& bot_id) const;
  void overtake(const std::string& id, ledger_line line);
  bool is_overtaken(const open_message& message, const std::string& bot_id) const;
  void remind_pending(const std::string& id);
  void close_deadline(const std::string& id);
  bool is_over(const open_message& message) const;
  void tell(const open_message& message, const ledger_line* line);
  ledger_list amend(const order_surfaced& news, const std::vector<ledger>& recent);
  void introduce();
  void hint();
  void tell_halt();
  void close_gates_for(const open_message& message);
  void arm_timer();
  std::int64_t now_ms() const { return services_.house->time->now_ms(); }
  /// For pauses and deadlines: goes on when somebody sets the clock.
  std::int64_t steady_ms() const {
    auto since = self_->clock().now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }

  command_desk_self* self_;
  std::shared_ptr<desk_book> book_;
  desk_services services_;
  halt_state halt_;
  bool loaded_ = false;
  bool load_failed_ = false;  ///< the last try
  bool timer_armed_ = false;
  std::uint64_t last_reopened_ = 0;
  std::uint64_t last_halt_ = 0;  ///< number of the latest message whose halt is journalled
  std::uint64_t last_number_ = std::uint64_t{1} << 32U;  ///< after all that are reopened
  std::map<std::string, std::uint64_t> last_brake_;      ///< by bot id: the latest brake's number
  std::map<std::string, known_brake> brakes_;            ///< by bot id
  std::int64_t halt_pressed_ms_ = 0;                     ///< of the latest brake for all
  std::map<std::string, bot_identity> guests_;           ///< as the journal has them
  bool guests_being_saved_ = false;
  std::vector<submission> before_load_;
  std::map<std::string, open_message> open_;
  /// Refused because the journal did not answer in time: by id, until when it is looked for.
  std::map<std::string, std::int64_t> unsure_;
  std::int64_t next_look_ms_ = 0;                                ///< steady clock
  std::map<std::string, std::vector<ledger_promise>> promises_;  ///< of messages being taken in
};

/// The command desk actor. Its mailbox takes 100,000 messages (outcomes are requests' responses and
/// never turned away); 1000 messages may be open, beyond which only stop and kill are taken.
desk_impl::behavior_type command_desk(command_desk_self* self, std::shared_ptr<desk_book> book,
                                      desk_services services);

}  // namespace outcry
