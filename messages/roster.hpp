#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/bots.hpp"
#include "messages/inspected.hpp"
#include "messages/market.hpp"
#include "messages/mirror.hpp"

namespace outcry {

/// How a supervised actor is.
enum class actor_state : std::uint8_t {
  starting,
  running,
  restarting,
  failed,
  stopped,
  paused,  ///< by the operator: what comes for it waits
};

std::string_view to_string(actor_state x);

/// One actor of the floor.
struct actor_status {
  std::string name;  ///< unique among living actors: "pit:AAPL"
  std::string kind;  ///< "pit"
  actor_state state = actor_state::running;
  std::int64_t since_ms = 0;        ///< when `state` changed last
  std::uint64_t mailbox = 0;        ///< messages waiting, the one being served included
  std::uint64_t mailbox_bound = 0;  ///< 0 = conflated by its senders
  std::uint64_t handled = 0;
  std::uint64_t errors = 0;   ///< handlers that threw or answered with an error
  std::uint64_t refused = 0;  ///< messages turned away: its mailbox was full, or it was down
  std::uint32_t restarts = 0;
  std::string last_exit;  ///< why its predecessor ended; empty = it never did

  bool operator==(const actor_status&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, actor_status& x) {
  return f(caf::meta::type_name("actor_status"), x.name, x.kind, x.state, x.since_ms, x.mailbox,
           x.mailbox_bound, x.handled, x.errors, x.refused, x.restarts, x.last_exit);
}
OUTCRY_INSPECTED(actor_status);

/// Asks the roster for every actor.
struct list_actors {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, list_actors&) {
  return f(caf::meta::type_name("list_actors"));
}

struct actor_list {
  std::vector<actor_status> actors;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, actor_list& x) {
  return f(caf::meta::type_name("actor_list"), x.actors);
}
OUTCRY_INSPECTED(actor_list);

/// Asks for every bot.
struct list_bots {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, list_bots&) {
  return f(caf::meta::type_name("list_bots"));
}

struct bot_list {
  std::vector<bot_status> bots;  ///< ordered by id
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_list& x) {
  return f(caf::meta::type_name("bot_list"), x.bots);
}
OUTCRY_INSPECTED(bot_list);

/// Asks for every pit.
struct list_pits {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, list_pits&) {
  return f(caf::meta::type_name("list_pits"));
}

struct pit_list {
  std::vector<pit_status> pits;  ///< ordered by ticker
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pit_list& x) {
  return f(caf::meta::type_name("pit_list"), x.pits);
}
OUTCRY_INSPECTED(pit_list);

/// Asks an actor for the state of its outside connections.
struct get_links {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_links&) {
  return f(caf::meta::type_name("get_links"));
}

struct link_list {
  std::vector<link_status> links;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_list& x) {
  return f(caf::meta::type_name("link_list"), x.links);
}
OUTCRY_INSPECTED(link_list);

}  // namespace outcry
