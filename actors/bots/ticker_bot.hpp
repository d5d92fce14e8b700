#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/bots/strategies/strategy.hpp"
#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// What every ticker bot of a floor uses; shared by all of them.
struct bot_services {
  journal_actor journal;
  market_actor market;
  roster_actor roster;
  relay_actor relay;  ///< invalid: there is no relay
  house_ptr house;
  strategy_factory strategies = make_strategy;
};

/// What a bot that crashed leaves to the one that is started in its place. Touched by that bot's
/// actor only.
struct bot_legacy {
  std::string snapshot;            ///< of its strategy after the throw; empty = none
  timestamp_ns fatal_init_ns = 0;  ///< of the price it died of: it is not handed over again
};

/// A bot as configured.
struct bot_setup {
  bot_identity identity;
  std::string parameters = "{}";  ///< for a bot the journal does not know yet
  std::string hold{};             ///< not empty: the bot opens held, and this is why
  mutable bot_legacy legacy{};
};

/// Shared by the bot, those who would start it again and those who speak for it while it is down.
using bot_setup_ptr = std::shared_ptr<const bot_setup>;

/// What a bot decided to do about one command, before it is journalled.
struct bot_decision {
  ledger_line line;
  std::optional<bot_record> record;  ///< the bot's record as it becomes; nothing: it stays
};

using bot_impl = bot_actor::extend<caf::reacts_to<wake>>;

class ticker_bot_state;
using ticker_bot_self = observed_actor<bot_impl, ticker_bot_state>;

/// Hosts one strategy for one ticker.
///
/// A command is decided, journalled together with the bot's own change of state, put into force and
/// only then answered. Stop and kill go into force before they are journalled, and stay in force
/// when the journal cannot be written: the answer then says `not_durable`. Commands are served one
/// after another; the same message id gets its stored answer again. A strategy that throws costs a
/// restart; the next one goes on from what the strategy knew then.
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
  caf::result<command_outcome> on_command(const bot_command& command);
  caf::result<bot_status> on_get();
  void on_exit(const caf::exit_msg& message);
  void on_timer(const wake& timer);

private:
  struct waiting_command {
    bot_command command;
    caf::typed_response_promise<command_outcome> promise;
  };

  template <class Work>
  void guarded(timestamp_ns init_ns, Work work);
  void load();
  void on_image(const bot_image& image);
  void subscribe();
  void become_ready();
  void now_listens();
  void serve_next();
  void stored_line_unknown(const caf::error& reason);
  void execute();
  bot_decision decide(const bot_command& command) const;
  bot_decision decide_safely(const bot_command& command) const;
  std::string snapshot_or_last() const;
  void decide_verb(const bot_command& command, bot_decision& decision) const;
  void decide_set(const bot_command& command, bot_decision& decision) const;
  void put_in_force(const bot_record& record);
  void journal_decision(bot_decision decision);
  void journal_failed(bot_decision decision, const std::string& why);
  void answer(const ledger_line& line, bool durable);
  void next_command();
  journal_write transaction(const bot_decision& decision) const;
  void mark_dirty();
  void save(bool then_quit);
  void leave();
  bool brake_waits() const;
  void refresh_state();
  bot_status status() const;
  void report();
  ledger_line blank_line() const;

  ticker_bot_self* self_;
  std::shared_ptr<const bot_services> services_;
  bot_setup_ptr setup_;
  bot_record record_;
  std::unique_ptr<strategy> strategy_;
  std::list<waiting_command> commands_;  ///< a list: an empty deque costs 600 bytes a bot
  std::vector<caf::typed_response_promise<bot_status>> waiting_;
  std::string hold_;  ///< why it is held; empty: it is not
  std::int64_t since_ms_ = 0;
  bot_state state_ = bot_state::starting;
  desired_state reported_desired_ = desired_state::running;
  feed_state feed_ = feed_state::waiting;
  bool ready_ = false;    ///< has read the journal: takes commands
  bool listens_ = false;  ///< its pit has answered
  bool busy_ = false;
  bool leaving_ = false;  ///< ends once its state is saved
  bool dirty_ = false;    ///< the strategy knows more than its stored snapshot
  bool save_armed_ = false;
  bool owes_record_ = false;  ///< the journal may not hold what is in force
};

/// The ticker bot actor. Prices for it are conflated by the pit; its mailbox takes 10,000 messages,
/// and 100 commands may wait, stop and kill beyond them.
bot_impl::behavior_type ticker_bot(ticker_bot_self* self, bot_setup_ptr setup,
                                   std::shared_ptr<const bot_services> services);

}  // namespace outcry
