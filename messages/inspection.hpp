#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/inspected.hpp"
#include "messages/market.hpp"
#include "messages/roster.hpp"

/// What the floor tells of itself to a console. Times are UNIX milliseconds of the floor's clock.
namespace outcry {

/// What an actor's handler is at.
struct serving_now {
  std::string message;        ///< "price_batch"; empty = it is at nothing
  std::int64_t since_ms = 0;  ///< true within 100 ms

  bool operator==(const serving_now&) const = default;
};

/// How long an actor's handlers took: sampled, not of each message.
struct handler_times {
  std::uint64_t sampled = 0;  ///< so many of the handled
  std::uint64_t busy_ns = 0;  ///< all of them together
  std::uint64_t max_ns = 0;   ///< the longest of the last minute

  bool operator==(const handler_times&) const = default;
};

/// One actor as a console sees it. Its counters are totals since its name exists and exact.
struct actor_row {
  actor_status status;
  std::uint64_t enqueued = 0;  ///< taken into its mailbox
  std::uint64_t sent = 0;      ///< put into other actors' mailboxes, answers included
  std::uint64_t lost = 0;      ///< taken or sent, and never handled: it had ended
  std::string parent;          ///< who started it; "" = the floor
  bool hidden = false;         ///< the system's own: sessions, the console
  std::int64_t started_ms = 0;
  std::int64_t backoff_left_ms = 0;  ///< until it is started again
  serving_now serving;
  /// Of what waits now; true within the step of looks, or a sixteenth of itself if that is more.
  std::int64_t oldest_wait_ms = 0;
  handler_times handler;

  bool operator==(const actor_row&) const = default;
};

/// What somebody who died left behind.
struct grave {
  std::string name;
  std::string kind;
  std::int64_t died_ms = 0;
  std::string reason;
  std::int64_t lived_ms = 0;
};

/// The floor as a whole.
struct floor_row {
  std::string name;
  std::string version;
  std::int64_t started_ms = 0;
  std::int64_t now_ms = 0;
  std::int64_t pid = 0;
  std::uint64_t rss_bytes = 0;
  std::string halt = "none";       ///< none, stopped, killed
  std::string bots = "{}";         ///< JSON: how many in each state
  std::uint64_t handled = 0;       ///< by all actors
  std::uint64_t dead_letters = 0;  ///< messages for actors that had ended, and all that was lost
  std::string dead_man = "null";   ///< JSON, as at /floor/deadMan
  std::int64_t look_ms = 0;        ///< the step of looks: what times are true to
};

struct pit_row {
  pit_status status;
  std::int64_t age_ms = -1;   ///< of the last price; -1 = none yet
  std::uint64_t dropped = 0;  ///< turned away at its mailbox
};

/// A connection to the outside.
struct link_row {
  std::string name;  ///< redis, firebase, broker, feed, discord, postgres
  std::string state;
  std::int64_t since_ms = 0;
  std::uint64_t reconnects = 0;
  std::string last_error;
  std::int64_t lag_ms = -1;   ///< -1 = it has none
  std::int64_t backlog = -1;  ///< likewise
};

/// One operator message and how far it is.
struct message_row {
  std::string id;
  std::string type;
  std::string state;
  std::int64_t pressed_ms = 0;
  std::uint32_t done = 0;
  std::uint32_t ignored = 0;
  std::uint32_t error = 0;
  std::uint32_t no_answer = 0;
  std::uint32_t expired = 0;
  std::uint32_t open = 0;  ///< pending ones too
};

/// One action of an operator on an actor, as it is written down.
struct action_record {
  std::int64_t at_ms = 0;
  std::string who;  ///< the account
  std::string action;
  std::string name;  ///< the actor
  std::string why;
};

/// Which parts of a snapshot are wanted: bits.
namespace part {
inline constexpr std::uint32_t floor = 1;
inline constexpr std::uint32_t actors = 2;
inline constexpr std::uint32_t pits = 4;
inline constexpr std::uint32_t links = 8;
inline constexpr std::uint32_t messages = 16;
inline constexpr std::uint32_t graves = 32;
inline constexpr std::uint32_t all = 63;
}  // namespace part

/// Everything wanted, at one time. Parts that were not wanted are empty.
struct floor_snapshot {
  std::int64_t at_ms = 0;
  floor_row floor;
  std::vector<actor_row> actors;  ///< by name
  std::vector<pit_row> pits;
  std::vector<link_row> links;
  std::vector<message_row> messages;  ///< newest first
  std::vector<grave> graves;          ///< oldest first; the last hundred
  std::uint64_t buried = 0;           ///< ever: the number of the newest grave
};

/// JSON, one object each; names as in the structs.
std::string to_json(const actor_row& x);
std::string to_json(const grave& x);
std::string to_json(const floor_row& x);
std::string to_json(const pit_row& x);
std::string to_json(const link_row& x);
std::string to_json(const message_row& x);
std::string to_json(const action_record& x);

}  // namespace outcry
