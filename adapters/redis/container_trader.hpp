#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/redis/container_bot.hpp"
#include "messages/container_orders.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::redis {

struct container_trader_services {
  order_desk_actor orders;
  journal_actor journal;
  market_actor market;            ///< knows the prices that orders are judged by
  performance_actor performance;  ///< invalid: nobody adds up what is earned
  house_ptr house;
  /// Appends an entry with this field to the bot's stream. False: not now. Any thread.
  std::function<bool(const std::string& bot_id, std::string_view field, const std::string& json)>
      send;
  /// The entry with this id, of the stream of orders, need not come again. Any thread.
  std::function<void(const std::string& entry_id)> acknowledge;
  /// An order that has waited longer in the stream is not sent any more.
  std::int64_t max_age_ms = 15'000;
};

/// An owner of orders, and what the bridge tells it:
/// - `place_order` (bot, number and terms only), `cancel_order`, `settle_order`, each with the id
///   of its stream entry; a `settle_order` also with why a wish that nobody took is none
/// - the seq of the last event the bot has handled, -1 if it waits to be told how things stand, and
///   whether it is there
/// - `unregister_bot`: it has left for good; what it has ordered and could make its position larger
///   is cancelled, and the actor ends
/// And the bot's actor: the limits that its orders are judged by, each `exit` it is given
/// (`bot_command`), and its end (`command_outcome`).
using container_trader_interface = order_owner_actor::extend<
    caf::reacts_to<place_order, std::string>, caf::reacts_to<cancel_order, std::string>,
    caf::reacts_to<settle_order, std::string, std::string>, caf::reacts_to<std::int64_t, bool>,
    caf::reacts_to<unregister_bot>, caf::reacts_to<risk_limits>, caf::reacts_to<bot_command>,
    caf::reacts_to<command_outcome>, caf::reacts_to<wake>>;

class container_trader_state;
using container_trader_actor = observed_actor<container_trader_interface, container_trader_state>;

/// Orders for one bot in a container, and tells it what becomes of them.
///
/// What the bot wants is done one by one, in the order of the stream. An entry is let go when the
/// desk has answered, a cancel when its order is over; so one that comes again changes nothing:
/// the desk knows the order by bot and number. An order that is too old, or whose placing ended
/// without an answer, is only asked about: one the desk never took is refused then, and for ever.
///
/// While the bot has an `exit` to carry out, what brings it nearer to having nothing passes its
/// closed gate.
///
/// What the bot has earned is told in its place, as the order desk has it.
///
/// Events are the journal's. Each goes to the bot's stream when it happens, and again, with those
/// after it, while the bot's presence says that it has not handled it. A bot that has handled more
/// than the journal knows was with another floor: until it starts anew it hears of no event, and
/// what it orders is refused.
class container_trader_state {
public:
  static inline const char* name = "container_trader";

  using any_wish = std::variant<place_order, cancel_order, settle_order>;

  explicit container_trader_state(container_trader_actor* self) : self_(self) {}

  void open(bot_identity identity, container_interface bot,
            std::shared_ptr<const container_trader_services> services);
  void on_wish(any_wish wish, std::string entry_id, std::string why = {});
  void on_presence(std::int64_t last_event, bool present);
  void on_event(const order_event& event);
  void on_reopened();
  void on_farewell();
  void on_limits(const risk_limits& limits) { limits_ = limits; }
  void on_exit(const std::string& message_id, bool begins);
  void on_timer(const wake& timer);

private:
  struct task {
    any_wish wish;
    std::string entry_id;
    std::string why;  ///< it is refused if the desk never took it; empty = for no other reason
  };

  void load();
  void find_last_event(bool then_compare);
  void read_image();
  void on_image(const bot_image& image);
  void not_loaded(const caf::error& reason);
  void catch_up();
  void take(const order_event& event);
  void tell(const order_event& event, std::int64_t after);
  void find_out_whose();
  void tell_again();
  void serve_next();
  void refuse_front(std::uint64_t number);
  void ask_price(const place_order& wish);
  void place(place_order wish);
  void settle(const settle_order& question);
  void cancel(const cancel_order& wish);
  bool closes_position(const order_terms& terms) const;
  Quantity left_to_do(order_side side) const;
  void answered(order_record record);
  void not_answered(const std::string& bot_id, std::uint64_t number, const caf::error& reason);
  void finish_front();
  void ask_profit();
  void tell_profit(const position_list& all);
  bool is_too_old(const std::string& entry_id) const;
  std::int64_t now_ms() const { return services_->house->time->now_ms(); }

  container_trader_actor* self_;
  std::shared_ptr<const container_trader_services> services_;
  bot_identity identity_;
  container_interface bot_;
  container_account account_;
  bot_image image_;              ///< while loading
  risk_limits limits_;           ///< told before the introduction, and when they change
  std::set<std::string> exits_;  ///< message ids
  bool loaded_ = false;
  bool reading_ = false;     ///< events from the journal
  bool read_again_ = false;  ///< something happened meanwhile
  bool busy_ = false;        ///< with the first of `tasks_`
  bool present_ = false;
  bool elsewhere_ = false;        ///< the bot's position is another floor's
  std::int64_t handled_ = -1;     ///< by the bot, as its presence says
  std::int64_t progress_ms_ = 0;  ///< when that last changed, or events were told again
  bool has_traded_ = false;       ///< it may have earned something
  std::deque<task> tasks_;
  std::map<std::uint64_t, std::string> cancels_;  ///< the entry, by number
};

/// The actor. Its mailbox takes 10,000 messages; 1000 wishes may wait, more come again.
/// @param bot the bot's own actor, which introduces it to the order desk
container_trader_interface::behavior_type container_trader(
    container_trader_actor* self, bot_identity identity, container_interface bot,
    std::shared_ptr<const container_trader_services> services);

}  // namespace outcry::redis
