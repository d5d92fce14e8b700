#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/behavior.hpp>
#include <caf/duration.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/control/reply.hpp"
#include "adapters/control/request.hpp"
#include "adapters/control/server.hpp"
#include "messages/interfaces/dead_man.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/inspection.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry::control {

/// What the bridge needs of the floor.
struct bridge_options {
  std::filesystem::path socket;  ///< data_dir/outcry.sock
  std::string floor_name = "outcry";
  std::string version;
  command_desk_actor desk;
  roster_actor roster;
  market_actor market;
  relay_actor relay;              ///< invalid: this floor has no mirror
  order_desk_actor orders;        ///< invalid: this floor has no broker
  performance_actor performance;  ///< invalid: this floor has no broker
  journal_actor journal;          ///< invalid: what bots remember cannot be asked for
  dead_man_actor dead_man;        ///< invalid: the dead-man's switch is off
  inspector_actor inspector;      ///< invalid: nobody can look into this floor
  house_ptr house = std::make_shared<const outcry::house>();
  std::function<std::uint64_t()> random_bits;            ///< for message ids; empty = the system's
  caf::duration request_limit{std::chrono::seconds(5)};  ///< for each question to an actor
  /// For a message to be taken in: longer than the command desk itself waits for its journal.
  caf::duration submit_limit{std::chrono::seconds(65)};
  std::chrono::milliseconds new_pit_poll{2000};  ///< while everything is tailed
  server::options limits;                        ///< only its bounds and own_uid are used
};

using bridge_context = std::shared_ptr<const bridge_options>;

class bridge_state;
using bridge_self = caf::stateful_actor<bridge_state, observed<caf::event_based_actor>>;

/// Translates requests from the floor's Unix socket into messages and answers them.
class bridge_state {
public:
  static inline const char* name = "socket";

  explicit bridge_state(bridge_self* self) : self_(self) {}
  ~bridge_state();

  /// Throws socket_error.
  void open(bridge_options options);

  void on_line(connection_id from, const std::string& line, const std::string& user);
  void on_closed(connection_id connection);

  /// Ends every session; their clients hear an error.
  void end_sessions();

  /// A session of some client has ended.
  void forget(const caf::actor_addr& session);

private:
  struct running_session {
    connection_id connection;
    caf::actor handle;
  };

  using session_start = caf::actor (*)(caf::actor_system&, bridge_context, request, reply_ptr);

  void answer(connection_id from, request asked);
  void watch(connection_id from, request asked, const reply_ptr& answer, session_start start);
  void keep(connection_id connection, const caf::actor& session);

  bridge_self* self_;
  bridge_context context_;
  std::shared_ptr<server> server_;
  std::vector<running_session> sessions_;
};

/// The bridge actor. Opens the socket before it serves anything; when that fails it quits with
/// `ec::refused` and the reason (ask `why_not_listen_on` first to tell it to people). Its mailbox
/// needs no bound: a client has at most 16 requests in hand, and there are at most 64 clients.
/// Everything it started ends with it.
caf::behavior bridge(bridge_self* self, bridge_options options);

}  // namespace outcry::control
