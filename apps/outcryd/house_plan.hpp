#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>

#include "actors/floor/floor.hpp"
#include "actors/floor/house.hpp"
#include "actors/floor/supervisor.hpp"
#include "actors/operator/command_desk.hpp"
#include "actors/signals/desk/desk_options.hpp"
#include "apps/config/config.hpp"
#include "messages/interfaces/dead_man.hpp"
#include "messages/interfaces/inspection.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry {
class actor_log;
}

namespace outcry::app {

/// The addresses of a floor's people while it is being opened.
struct open_house {
  caf::actor_system& system;
  const config::config& settings;
  house_ptr house;
  floor_actor floor;
  bool in_container_network = false;  ///< plain http to a neighbour container is allowed
  /// Called by an actor when those who are waited for have answered, or had their time.
  std::function<void()> when_ready = [] {};

  journal_actor journal{};
  history_actor history{};
  mirror_actor mirror{};
  relay_actor relay{};
  roster_actor roster{};
  feed_actor feed{};
  market_actor market{};
  broker_actor broker{};  ///< invalid, as the next two: nobody trades on this floor
  order_desk_actor orders{};
  performance_actor performance{};
  signal_store_actor signal_store{};  ///< invalid, as the next: nothing here has to do with signals
  signal_desk_actor signals{};
  std::shared_ptr<signal_book> followers{};
  command_desk_actor desk{};
  dead_man_actor dead_man{};         ///< invalid: the switch is off
  std::shared_ptr<actor_log> log{};  ///< may be null
  inspector_actor inspector{};
  std::vector<caf::actor> bots{};
  std::map<std::string, caf::actor> links{};  ///< who answers get_links, by the name of the link
  std::shared_ptr<desk_book> book = std::make_shared<desk_book>();
};

/// Starts a child under a supervisor of the floor. `start` may be called again after a crash.
caf::actor place(open_house& at, floor_tier tier, child_spec spec);

/// The steps of opening, each of which needs the ones before it.
void open_stores(open_house& at);
void open_roster(open_house& at);
void open_market(open_house& at);  ///< and the feed, which waits for `await_bots`
/// `hold`: not empty, they open held for that reason, until somebody releases them.
void open_bots(open_house& at, const std::string& hold = {});
void open_socket(open_house& at);

/// Has the feed opened and `when_ready` called once every configured bot has subscribed and the
/// order desk has compared itself with the broker, or after 10 s. Does not wait: whoever opens the
/// floor can be told to end it meanwhile.
void await_bots(open_house& at);

/// Starts everybody in order. Throws std::runtime_error with what is wrong for people. The floor is
/// open when `when_ready` is called.
void open_floor(open_house& at);

}  // namespace outcry::app
