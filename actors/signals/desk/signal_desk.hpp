#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/floor/observed.hpp"
#include "actors/signals/desk/call_rules.hpp"
#include "actors/signals/desk/desk_options.hpp"
#include "actors/signals/desk/known_calls.hpp"
#include "actors/signals/desk/later_words.hpp"
#include "actors/signals/reading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

using signal_desk_impl = signal_desk_actor::extend<caf::reacts_to<wake>>;

class signal_desk_state;
using signal_desk_self = observed_actor<signal_desk_impl, signal_desk_state>;

/// Decides what becomes of calls. docs/signal-desk.md states its rules.
///
/// One message after another: read, judged, stored with its verdict in one transaction, and only
/// then acted on. A call goes to its bot again and again until the bot has answered; the bot knows
/// it by its name and takes it once. What the bot tells of the trade is stored as it comes. While
/// the store does not answer, what was decided is neither acted on nor answered: it waits to be
/// known.
class signal_desk_state {
public:
  static inline const char* name = "signals";

  explicit signal_desk_state(signal_desk_self* self) : self_(self) {}
  ~signal_desk_state();

  void open(std::shared_ptr<signal_book> book, signal_desk_services services);

  caf::result<desk_verdict> on_message(const raw_message& message);
  caf::result<desk_verdict> on_contribution(const contributed_signal& contribution);
  void on_trade(const trade_record& trade);
  void on_watcher(const watch_signals& watcher);
  void on_watcher_down(const caf::down_msg& down);
  caf::result<command_outcome> on_command(const bot_command& command);
  bot_status status() const;
  void on_timer(const wake& timer);

private:
  using verdict_promise = caf::typed_response_promise<desk_verdict>;
  /// Where something was said, by whom and when.
  struct origin {
    std::string source;
    std::string source_id;
    std::int64_t edited_ns = 0;
    std::string author_id;
    std::string author;
    std::string reply_to;
    std::string contributor;
    bool trusted = true;
    timestamp_ns said_ns = 0;
    timestamp_ns received_ns = 0;
  };
  struct waiting_answer {
    caf::typed_response_promise<command_outcome> promise;
    command_outcome outcome;
  };
  /// The operator's word waits its turn: between reading a message and storing it nobody else
  /// decides.
  struct confirmation {
    std::string signal;
    bool yes = false;
    waiting_answer answer;
  };
  using utterance = std::variant<raw_message, contributed_signal, confirmation>;
  struct intake {
    utterance what;
    verdict_promise promise;
  };

  /// What was decided, and what follows once the store has it, or has said that it never will.
  struct decision {
    std::variant<store_message, store_signals> what;
    std::function<void(const store_receipt&)> stored;
    std::function<void(const caf::error&)> failed;
    bool may_be_stored = false;  ///< it was sent once, and the store did not answer
  };

  // -- opening (signal_desk.cpp) --
  void load();
  void on_loaded(const signal_list& stored);
  void take_up_updates();

  // -- one after another (signal_desk_intake.cpp) --
  caf::result<desk_verdict> take(intake item);
  void next();
  void look_up_later_words(const contributed_signal& x);
  void look_up_prices();
  bool may_need_prices(const utterance& what) const;
  void look_at(const pit_list& pits);
  void write(decision what);
  void write_again();
  void stored(const store_message& decided, const store_receipt& receipt);
  void done_with_front();

  // -- how it is read (signal_desk_reading.cpp) --
  signals::message_context context_for(const origin& from, const pit_list& pits) const;
  signals::message_context context_of(const raw_message& message, const origin& from,
                                      const pit_list& pits) const;
  signals::reading read(const contributed_signal& x, const signals::message_context& context) const;

  // -- what it becomes (signal_desk_decide.cpp) --
  store_message decide(const origin& from, const signals::reading& read) const;
  std::vector<signal_record> decide_call(const origin& from, const signals::reading& read,
                                         std::vector<signal_update_record>& updates) const;
  void decide_edit(const origin& from, const signals::reading& read, const signal_record& known,
                   store_message& to) const;
  void heed_later_word(const signals::message_context& context, store_message& to) const;
  bool is_heard(const origin& from) const;
  void decide_update(const origin& from, const signals::update& said, store_message& to) const;
  store_message decide_deletion(const origin& from) const;
  store_message decide_nothing(const char* rule, const char* reason) const;
  signal_record record_of(const origin& from, const signals::reading& read) const;

  // -- what follows (signal_desk_tasks.cpp) --
  void act(const signal_record& record);
  void act(const signal_update_record& update);
  void send_call(const call_key& key);
  void send_update(const signal_update_record& update);
  void send_withdrawal(const call_key& key);
  void resend_updates();
  void on_receipt(const call_key& key, const follow_receipt& receipt);
  void apply(signal_record& record, const trade_record& trade);
  void change(signal_record& record, signal_state state, std::string code, std::string reason);
  void save(const signal_record& record);
  void write_unsaved();
  void tell(const signal_record& record);
  void owe(const signal_record& record);
  const follower* bot_of(const signal_record& record) const;

  // -- what the operator says (signal_desk_confirm.cpp) --
  command_outcome blank_outcome(const bot_command& command) const;
  void confirm(confirmation wish);
  void answer(waiting_answer answer);
  void answer_confirmed(const signal_record& record);
  void expire();

  timestamp_ns now() const { return services_.house->time->now(); }

  signal_desk_self* self_;
  std::shared_ptr<signal_book> book_;
  signal_desk_services services_;
  known_calls known_;
  std::deque<intake> queue_;
  std::optional<decision> writing_;        ///< of the queue's front
  std::optional<raw_message> later_word_;  ///< an edit or deletion that was here before its call
  std::map<call_key, bool> asked_;         ///< calls a bot is being asked about; true: ask again
  struct open_update {
    signal_update_record update;
    bool under_way = false;
  };
  std::map<call_key, open_update> open_updates_;   ///< by their own name
  std::set<call_key> withdrawals_;                 ///< of calls whose bot has not answered
  std::map<call_key, timestamp_ns> said_updates_;  ///< messages that were updates, and when
  std::map<call_key, signal_record> unsaved_;      ///< the store lacks them
  std::map<std::string, owed_value> unowed_;       ///< by path: the journal lacks them
  std::map<call_key, std::vector<waiting_answer>> confirmed_;  ///< wait for the bot's answer
  std::vector<caf::actor> watchers_;
  bool loaded_ = false;
  bool busy_ = false;
  bool saving_ = false;
  bool owing_ = false;
};

/// The signal desk's actor. 1000 messages may wait to be read, then `mailbox_full`; its mailbox
/// takes 20,000.
signal_desk_impl::behavior_type signal_desk(signal_desk_self* self,
                                            std::shared_ptr<signal_book> book,
                                            signal_desk_services services);

}  // namespace outcry
