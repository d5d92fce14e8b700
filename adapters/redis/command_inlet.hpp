#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <caf/system_messages.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/redis/command_reader.hpp"
#include "adapters/redis/complaints.hpp"
#include "adapters/redis/inbox.hpp"
#include "adapters/redis/link_watch.hpp"
#include "adapters/redis/publisher.hpp"
#include "adapters/redis/remembered_answers.hpp"
#include "messages/bots_codec.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::redis {

using lent_actor = commandable_actor::extend_with<holdable_actor>;

/// Why a bot is held until the main floor has said what it is to do.
inline constexpr std::string_view unbriefed = "waits for its briefing by the main floor";

/// A bot that is hosted here and commanded from elsewhere. It opens held.
struct lent_bot {
  bot_identity identity;
  lent_actor address;  ///< stable across the bot's restarts
};

struct command_inlet_options {
  connection_options connection;
  link_options link;
  std::vector<lent_bot> bots;
  journal_actor journal;
  roster_actor roster;
  house_ptr house;
  /// Says where these bots are; no other machine or container with bots of these ids has it too.
  std::string container = "outcry";
  std::chrono::milliseconds lease{6000};      ///< of a bot's presence
  std::chrono::milliseconds heartbeat{2000};  ///< renews it
  std::chrono::milliseconds retry_pause{1000};
  std::chrono::milliseconds answer_timeout{600'000};  ///< of a bot; then it is asked again
  std::size_t max_open = 10'000;  ///< commands in hand; stop and kill may be as many again
};

using command_inlet_interface =
    command_desk_actor::extend<caf::reacts_to<wake>, caf::replies_to<get_links>::with<link_list>>;

class command_inlet_state;
using command_inlet_actor = observed_actor<command_inlet_interface, command_inlet_state>;

/// The command desk of a floor that only hosts bots: operator messages are for the main floor,
/// which writes to the stream of each bot what it wants of it. Speaks for every bot what the bots
/// in containers speak (apps/bot-python/README.md).
///
/// A command is journalled under an id of its own, "<message id>@<bot id>", before its bot hears of
/// it; the bot journals its answer with its own change. The stream forgets the command once Redis
/// has taken the answer. So whatever ends in between, the command comes again and the bot gives its
/// stored answer.
///
/// A bot is held, and obeys nothing but the brake, until it is briefed: at every start, and again
/// when its presence could not be renewed in time or was another container's. A bot that its own
/// journal or its briefing says is stopped stays stopped, unless it was started here after the stop
/// that the briefing speaks of; parameters are the briefing's. Whoever starts a bot's actor anew
/// has it open held: this releases it with the next heartbeat.
///
/// Order is kept for each bot; a stop goes ahead of what waits, and a start that a bot has not
/// heard by then is answered `halted`.
class command_inlet_state {
public:
  static inline const char* name = "inlet";

  explicit command_inlet_state(command_inlet_actor* self) : self_(self) {}

  void open(command_inlet_options options);
  void on_outcome(const command_outcome& outcome);
  caf::result<ledger_list> find(const find_ledgers& query);
  void on_exit(const caf::exit_msg& message);
  void on_timer(const wake& timer);
  link_list links() const { return {{link_.status(*publisher_)}}; }

private:
  enum class phase : std::uint8_t {
    reading,   ///< the journal is asked, or told
    waiting,   ///< the bot is to be asked
    asked,     ///< by the bot's `pending` too
    answered,  ///< Redis is to take the answer
  };

  struct order {
    bot_command command;     ///< its id is ours
    std::string message_id;  ///< the main floor's; empty: of a briefing, which needs no answer
    std::set<std::string> entries;  ///< where it stands in the stream
    std::uint64_t number = 0;       ///< in the order in which they came
    phase at = phase::reading;
    bool retries = false;     ///< waits for the timer
    bool remembered = false;  ///< a stop the bot could not hear is in its record
    ledger_line line;         ///< the bot's last word
    bool owed = false;        ///< and Redis has not taken it yet
    bool sending = false;
    bool again = false;  ///< it came again while its answer was on its way
  };

  struct hosted {
    lent_bot bot;
    std::string stream;
    std::string from;  ///< where its stream is read from, if it is new
    std::int64_t started_ms =
        0;                 ///< when it was told to run, as its own journal knew; 0: it was not
    bool briefed = false;  ///< the main floor has said what it is to do
    /// By Redis' clock; nothing: not asked for yet. An older briefing is not for this bot's life.
    std::optional<std::int64_t> brief_after_ms;
    bool foreign = false;  ///< another container holds its presence
    std::list<order> orders;
    std::uint64_t last_brake = 0;  ///< number of the latest stop that is addressed to it
  };

  void start_clients();
  void look_up_bots();
  void read_streams();

  void on_entry(const std::string& stream, const std::string& entry, const std::string& text);
  void on_briefing(const std::string& stream, const std::string& entry, const std::string& text);
  void take_briefing(hosted& bot, verb wish, const std::string& config, const std::string& entry);
  void take(hosted& bot, bot_command command, const std::string& entry);
  void look_up(const std::string& bot_id, const std::string& id);
  void adopt(const std::string& bot_id, const order& entry);
  void set_ready(const std::string& bot_id, const std::string& id);
  void pump(hosted& bot);
  void ask(hosted& bot, order& entry);
  void not_asked(const std::string& bot_id, const std::string& id, const caf::error& reason);
  void answer_myself(order& entry, ec code, const std::string& reason);
  void remember_stop(const std::string& bot_id, order& entry);
  void answered(hosted& bot, order& entry, const ledger_line& line);
  void send_answers();
  void send_answer(const std::string& bot_id, order& entry);
  void sent(const std::string& bot_id, const std::string& id, const ledger_line& line);
  void forget(const std::string& stream, const std::set<std::string>& entries);
  order* find_order(const std::string& bot_id, const std::string& id);
  void close(hosted& bot, const std::string& id);

  bool has_its_briefing(const hosted& bot) const;
  void unbrief(hosted& bot);
  void hold_or_release(const hosted& bot);
  void announce();
  void ask_who_is_there();
  void write_presence(const std::vector<std::string>& there);
  container_presence presence_of(const hosted& bot) const;
  void announced();
  void on_link(const link_report& report);
  void retry();
  std::int64_t now_ms() const { return options_.house->time->now_ms(); }

  command_inlet_actor* self_;
  command_inlet_options options_;
  std::shared_ptr<inbox> inbox_;
  std::shared_ptr<publisher> publisher_;
  std::shared_ptr<command_reader> reader_;
  std::shared_ptr<complaints> unreadable_ = std::make_shared<complaints>();
  link_watch link_{"redis.commands"};
  std::map<std::string, hosted> bots_;        ///< by id
  std::map<std::string, std::string> owner_;  ///< bot id by stream
  std::map<std::string, bot_status> states_;  ///< by bot id, as the roster last said
  remembered_answers answers_{1000};
  std::optional<std::int64_t> redis_ms_;  ///< Redis' clock when it was asked last
  std::int64_t renewed_ms_ = 0;           ///< when the presence was renewed last
  bool lapsed_ = false;                   ///< that is longer ago than the lease
  std::size_t open_ = 0;
  std::uint64_t last_number_ = 0;
  std::size_t unknown_bots_ = 0;  ///< of whom the journal has not said whether it knows them
  bool reading_ = false;          ///< the reader has been started
  bool left_behind_ = false;      ///< something was not taken in hand: it is to be read again
  bool announcing_ = false;
  bool announce_again_ = false;
};

/// The command inlet. Its mailbox takes 10,000 messages; what its clients' threads have for it is
/// conflated to one wake. When it ends in good order its bots' presence ends too.
command_inlet_interface::behavior_type command_inlet(command_inlet_actor* self,
                                                     command_inlet_options options);

}  // namespace outcry::redis
