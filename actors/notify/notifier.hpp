#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "actors/notify/bot_watch.hpp"
#include "actors/notify/command_watch.hpp"
#include "actors/notify/market_watch.hpp"
#include "actors/notify/notice_book.hpp"
#include "actors/notify/order_watch.hpp"
#include "actors/notify/word_watch.hpp"
#include "messages/interfaces/dead_man.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/notify.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

struct notifier_options {
  notice_limits limits;
  std::set<notice_kind> muted;  ///< kinds that are switched off
  int quiet_from = 0;           ///< minute of the day; as quiet_to = no quiet hours
  int quiet_to = 0;
  /// Minute of the trader's day at a UNIX time in seconds.
  std::function<int(std::int64_t)> minute_of_day;
  std::int64_t look_ms = 2'000;  ///< between two looks at the floor
};

/// Whom the notifier asks. Only the first four are always there.
struct notifier_services {
  pusher_actor pusher;
  command_desk_actor desk;
  roster_actor roster;
  journal_actor journal;
  house_ptr house;
  notifier_options options;
  relay_actor relay{};  ///< invalid: there is no mirror
  market_actor market{};
  order_desk_actor orders{};  ///< invalid, as the next: nobody trades
  performance_actor performance{};
  signal_store_actor signals{};  ///< invalid: nothing here has to do with signals
  dead_man_actor dead_man{};     ///< invalid: the switch is off
};

/// It is sent nothing but its own timer: what it knows it has asked for.
using notifier_actor = caf::typed_actor<caf::reacts_to<wake>>;

class notifier_state;
using notifier_self = observed_actor<notifier_actor, notifier_state>;

/// Tells the trader's phone what happens on the floor.
///
/// It looks at the floor now and then and asks nobody twice before there was an answer, so that
/// nobody has to tell it anything and nobody can be held up or flooded by it. What it is to say,
/// and when, the `notice_book` decides. What waits to be said is in memory only.
class notifier_state {
public:
  static inline const char* name = "notifier";

  explicit notifier_state(notifier_self* self) : self_(self) {}

  void open(notifier_services services);
  void on_timer();

private:
  enum class question : std::uint8_t {
    newest,
    messages,
    halt,
    bots,
    actors,
    positions,
    risk,
    last_event,
    events,
    prices,
    mirror,
    signals,
    day,
    dead_man,
  };

  template <class Answer, class Whom, class What, class Then>
  void ask(question which, const Whom& whom, What what, Then then);

  void look();
  void look_at_orders();
  void look_at_messages();
  void ask_for_messages();
  void ask_for_events();
  void ask_for_day(const std::string& day);
  void hear(std::int64_t operator_ms);
  void take(const news& brought);
  void say();
  void said(const push_reply& reply);
  bool is_quiet() const;
  std::int64_t now_ms() const { return services_.house->time->now_ms(); }
  /// For pauses: goes on when somebody sets the clock.
  std::int64_t steady_ms() const {
    auto since = self_->clock().now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }

  notifier_self* self_;
  notifier_services services_;
  std::optional<notice_book> book_;  ///< always there once it is open
  bot_watch bots_;
  command_watch commands_;
  market_watch market_;
  halt_watch halt_;
  dead_man_watch dead_man_;
  signal_watch signals_;
  std::optional<order_watch> orders_;  ///< nothing: the journal has not been asked yet
  std::set<std::string> holders_;
  bool knows_holders_ = false;
  std::set<question> asking_;
  std::int64_t heard_ms_ = 0;  ///< the operator, as the book knows
  std::int64_t next_sweep_ms_ = 0;
  bool complained_ = false;  ///< about a secret that is not taken
  bool unreachable_ = false;
};

/// The notifier. Its mailbox takes 1000 messages; nobody but itself sends to it.
notifier_actor::behavior_type notifier(notifier_self* self, notifier_services services);

}  // namespace outcry
