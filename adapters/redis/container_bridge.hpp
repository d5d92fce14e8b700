#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/system_messages.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/redis/complaints.hpp"
#include "adapters/redis/container_bot.hpp"
#include "adapters/redis/inbox.hpp"
#include "adapters/redis/link_watch.hpp"
#include "adapters/redis/numsub.hpp"
#include "adapters/redis/publisher.hpp"
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
  relay_actor relay;  ///< invalid: there is no relay
  house_ptr house;
  std::set<std::string> taken;  ///< ids of the floor's own bots: no container may use them
  /// The floor itself subscribes to the channels of its tickers (its prices come from Redis).
  bool floor_subscribes = false;
  std::string consumer = "floor";  ///< of the acknowledgements' group; one for each floor
  std::chrono::milliseconds poll_interval{1000};
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
/// ticker beyond the controlled ones (and the floor's own) are taken together as the observed bot
/// "observed-<TICKER>".
class container_bridge_state {
public:
  static inline const char* name = "container_bridge";

  explicit container_bridge_state(container_bridge_actor* self) : self_(self) {}
  ~container_bridge_state();

  void open(container_bridge_options options);
  void on_timer(const wake& timer);
  void on_down(const caf::down_msg& message);
  link_list links() const { return {{link_.status()}}; }

private:
  struct known_bot {
    bot_identity identity;
    caf::actor actor;
    bool present = false;
    unsigned seen_in_a_row = 0;  ///< observed: a bot that is starting may not be announced yet
  };
  struct early_acknowledgement {
    container_acknowledgement content;
    std::string entry_id;
  };

  void start_clients();
  void ask(const arguments& words, std::function<void(const reply&)> then);
  void poll();
  void scan(const std::string& cursor, std::shared_ptr<std::vector<std::string>> keys);
  void read_presence(const std::vector<std::string>& keys);
  void on_presence(const std::vector<container_presence>& present);
  void count_channels();
  void on_counts(const std::vector<channel_count>& counts);
  void poll_later();
  void on_acknowledgement(const container_acknowledgement& content, const std::string& entry_id);
  void on_link(const link_report& report);
  void refresh_all();
  known_bot* find(const bot_identity& identity);
  void tell(known_bot& bot, bot_state state, const std::string& details, const std::string& reason);

  container_bridge_actor* self_;
  container_bridge_options options_;
  std::shared_ptr<inbox> inbox_;
  std::shared_ptr<publisher> publisher_;
  std::shared_ptr<stream_reader> reader_;
  std::shared_ptr<const container_services> services_;
  std::shared_ptr<complaints> unreadable_ = std::make_shared<complaints>();
  link_watch link_{"redis.bots"};
  std::map<std::string, known_bot> bots_;
  std::deque<early_acknowledgement> early_;  ///< of bots that are not back yet
  bool said_too_many_ = false;
};

/// The container bridge. What its clients' threads have for it is conflated to one wake.
container_bridge_interface::behavior_type container_bridge(container_bridge_actor* self,
                                                           container_bridge_options options);

}  // namespace outcry::redis
