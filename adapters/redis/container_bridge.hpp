#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/system_messages.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/redis/complaints.hpp"
#include "adapters/redis/container_bot.hpp"
#include "adapters/redis/container_trader.hpp"
#include "adapters/redis/inbox.hpp"
#include "adapters/redis/link_watch.hpp"
#include "adapters/redis/publisher.hpp"
#include "adapters/redis/questions.hpp"
#include "adapters/redis/stream_reader.hpp"
#include "messages/bots_codec.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::redis {

struct container_bridge_options {
  connection_options connection;
  link_options link;
  journal_actor journal;
  command_desk_actor desk;
  roster_actor roster;
  relay_actor relay;                ///< invalid: there is no relay
  order_desk_actor orders;          ///< invalid: no bot can order through this floor
  market_actor market;              ///< where there is an order desk
  performance_actor performance{};  ///< invalid: nobody adds up what is earned
  house_ptr house;
  std::set<std::string> taken;        ///< ids of the floor's own bots: no container may use them
  std::string floor_name = "outcry";  ///< said to another floor that finds us here
  std::string consumer = "floor";     ///< of the acknowledgements' group; one for each floor
  std::chrono::milliseconds poll_interval{1000};
  /// How long nobody may listen to a ticker until its observed bot has left. Redis being away does
  /// not count.
  std::chrono::milliseconds observed_grace{60'000};
  /// An acknowledgement that was read and not dealt with comes again after this long.
  std::chrono::milliseconds claim_idle{30'000};
  /// How long after its last word another floor may not speak to the bots of this Redis.
  std::chrono::milliseconds lease{10'000};
  std::size_t max_bots = 2000;            ///< beyond these nobody is taken in; said once
  std::size_t command_stream_cap = 1000;  ///< about so many commands are kept for each bot
};

using container_bridge_interface =
    caf::typed_actor<caf::reacts_to<wake>, caf::replies_to<get_links>::with<link_list>>;

class container_bridge_state;
using container_bridge_actor = observed_actor<container_bridge_interface, container_bridge_state>;

/// The bots in containers: finds them and keeps an actor for each.
///
/// Controlled bots hold a leased key, whose value says who they are; their commands go to a stream
/// each, their acknowledgements come from one stream through a consumer group. Subscribers of a
/// ticker who do not also count on channels::listeners, as every program of ours does, are taken
/// together as the observed bot "observed-<TICKER>".
///
/// One that is gone is absent and still expected by messages for all. An observed bot leaves the
/// floor when nobody has listened for a while; a controlled one by a farewell on the stream of
/// acknowledgements, obeyed once its presence has ended. While Redis is away everybody is absent
/// and nobody leaves.
///
/// One floor speaks to the bots of one Redis: the one that holds the lease channels::floor, renewed
/// at every look. Another stays out, says so, and takes over when the lease has ended; a floor that
/// was killed knows its own lease by the id of its journal.
///
/// Their orders come from one stream, too; each controlled bot that orders has a second actor for
/// that. Whose orders nobody here places is told so; an entry nobody can read is counted, and its
/// number, if it has one, refused for ever.
///
/// What Redis refuses is an error of the bridge and the reason why its link is not live.
class container_bridge_state {
public:
  static inline const char* name = "container_bridge";

  explicit container_bridge_state(container_bridge_actor* self) : self_(self) {}
  ~container_bridge_state();

  void open(container_bridge_options options);
  void on_timer(const wake& timer);
  void on_down(const caf::down_msg& message);
  link_list links() const { return {{link_.status(*publisher_)}}; }

private:
  struct known_bot {
    bot_identity identity;
    caf::actor actor;
    caf::actor trader;  ///< once it orders
    bool present = false;
    bool unheard = false;                       ///< absent because Redis is, or was
    bool leaving = false;                       ///< its actor is asked to end, or has
    std::string farewell;                       ///< why it is leaving
    std::vector<std::string> farewell_entries;  ///< acknowledged when it has left
    unsigned seen_in_a_row = 0;  ///< observed: one look may fall between two steps of a listener
    std::int64_t gone_since_ms = 0;  ///< observed: 0 while somebody listens, or nobody knows
  };
  struct heard_farewell {
    std::string reason;
    std::vector<std::string> entry_ids;
  };
  struct early_acknowledgement {
    container_acknowledgement content;
    std::string entry_id;
  };
  struct order_entry {
    container_order content;
    std::string entry_id;
    std::string wrong;  ///< why nobody can read the rest of it
  };

  using writer = std::function<bool(const std::string& bot_id, std::string_view kind,
                                    const std::string& json)>;

  void start_clients();
  void start_reader();
  void start_order_reader();
  stream_reader_options reader_options(std::string_view stream);
  void offer_orders(const container_services& services);
  caf::actor trader_of(known_bot& bot);
  void read_order(const std::shared_ptr<inbox>& to, const stream_entry& entry);
  void on_order(order_entry entry);
  void hand_on(known_bot& bot, const order_entry& entry);
  void refuse_order(const order_entry& entry, ec code, const std::string& reason);
  void refuse_early_orders();
  void tell_trader(known_bot& bot, const container_presence& seen);
  writer make_writer();
  void acknowledge(const std::string& entry_id);
  void know_floor(const std::string& floor_id);
  void poll();
  void hold();
  void stay_out(const std::string& holder);
  void let_lease_go();
  void set_trouble(const std::string& source, const std::string& reason);
  void on_refused(const std::string& what, const failure& reason);
  void on_reader(const link_report& report);
  void looked();
  void look_refused(const failure& reason);
  void look_at_reader();
  void scan(const std::string& cursor, const std::shared_ptr<std::vector<std::string>>& keys);
  void read_presence(const std::vector<std::string>& keys);
  void on_presence(const std::vector<container_presence>& present);
  void on_counts(const std::vector<channel_count>& counts);
  void poll_later();
  void on_observed(const std::string& ticker, bool listened);
  void read_entry(const std::shared_ptr<inbox>& to, const stream_entry& entry);
  void recall_guests();
  void on_farewell(const container_farewell& content, const std::string& entry_id);
  void look_for_limits();
  void obey_farewells(const std::set<std::string>& seen);
  void let_go(known_bot& bot, const std::string& reason);
  void forget(const std::string& id);
  void on_acknowledgement(const container_acknowledgement& content, const std::string& entry_id);
  void on_link(const link_report& report);
  void refresh_all();
  void all_unheard(const std::string& reason);
  known_bot* find(const bot_identity& identity);
  void spawn_for(known_bot& bot);
  void tell(known_bot& bot, const container_presence& seen);
  void tell_absent(known_bot& bot, const std::string& reason);

  container_bridge_actor* self_;
  container_bridge_options options_;
  std::shared_ptr<inbox> inbox_;
  std::shared_ptr<publisher> publisher_;
  std::shared_ptr<stream_reader> reader_;
  std::shared_ptr<stream_reader> order_reader_;
  std::unique_ptr<questions> redis_;
  std::shared_ptr<const container_services> services_;
  std::shared_ptr<const container_trader_services> trader_services_;
  writer write_;
  std::shared_ptr<complaints> unreadable_ = std::make_shared<complaints>();
  std::shared_ptr<complaints> refusals_ = std::make_shared<complaints>("refused");
  link_watch link_{"redis.bots"};
  std::string lease_value_;
  /// We hold the lease, as last heard. Also read on the container bots' threads.
  std::shared_ptr<std::atomic<bool>> holding_ = std::make_shared<std::atomic<bool>>(false);
  std::map<std::string, std::string> troubles_;  ///< why the link is of no use, by what fails
  unsigned reader_live_polls_ = 0;
  std::map<std::string, known_bot> bots_;
  std::deque<early_acknowledgement> early_;          ///< of bots that are not back yet
  std::deque<order_entry> early_orders_;             ///< likewise; until the next look
  std::map<std::string, heard_farewell> farewells_;  ///< by bot id: until the next look
  bool said_too_many_ = false;
  bool reading_open_ = false;  ///< messages, from the journal
};

/// The container bridge. What its clients' threads have for it is conflated to one wake.
container_bridge_interface::behavior_type container_bridge(container_bridge_actor* self,
                                                           container_bridge_options options);

}  // namespace outcry::redis
