#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the inspection of a floor tells, as plain data: no actors, no clock, no I/O. Times that end
/// in `_ms` without more are UNIX milliseconds by the floor's clock. Counters are totals since the
/// name exists and outlive restarts.
namespace outcry::inspection {

template <class Row>
using by_name = std::map<std::string, Row, std::less<>>;

/// What a handler is at.
struct serving_row {
  std::string message;  ///< "price_batch"
  std::int64_t since_ms = 0;

  bool operator==(const serving_row&) const = default;
};

/// How long handlers take, of those that were timed.
struct handler_row {
  std::uint64_t sampled = 0;
  std::uint64_t busy_ns = 0;  ///< the sum over the sampled
  std::uint64_t max_ns = 0;   ///< the largest sampled of the last minute

  bool operator==(const handler_row&) const = default;
};

struct actor_row {
  std::string name;    ///< "pit:AAPL"
  std::string kind;    ///< "pit"
  std::string state;   ///< starting, running, restarting, failed, stopped, paused
  std::string parent;  ///< a name; "" = the floor itself
  bool hidden = false;
  std::int64_t since_ms = 0;
  std::int64_t started_ms = 0;
  std::uint64_t mailbox = 0;        ///< waiting, the one being served included
  std::uint64_t mailbox_bound = 0;  ///< 0 = none
  std::uint64_t enqueued = 0;
  std::uint64_t sent = 0;
  std::uint64_t handled = 0;
  std::uint64_t errors = 0;
  std::uint64_t refused = 0;
  std::uint64_t restarts = 0;
  std::int64_t backoff_left_ms = 0;
  std::int64_t oldest_wait_ms = 0;  ///< of what waits now
  std::string last_exit;            ///< why its predecessor ended
  std::optional<serving_row> serving;
  handler_row handler;

  bool operator==(const actor_row&) const = default;
};

struct pit_row {
  std::string ticker;
  std::string state;  ///< waiting, live, stale, closed, down
  std::int64_t since_ns = 0;
  std::int64_t age_ms = -1;  ///< of the last price; -1 = none yet
  std::string price;         ///< the last; "" = none yet
  std::uint64_t subscribers = 0;
  std::uint64_t received = 0;
  std::uint64_t conflated = 0;  ///< left out for slow receivers
  std::uint64_t dropped = 0;    ///< turned away at its mailbox

  bool operator==(const pit_row&) const = default;
};

/// A connection to the outside. "journal", "history" and "signal_store" are the disk.
struct link_row {
  std::string name;
  std::string state;  ///< connecting, live, down, refused
  std::int64_t since_ms = 0;
  std::uint64_t reconnects = 0;
  std::string last_error;
  std::optional<std::int64_t> lag_ms;
  std::optional<std::uint64_t> backlog;

  bool operator==(const link_row&) const = default;
};

/// An operator message and how many of its lines stand where.
struct message_row {
  std::string id;
  std::string type;
  std::string state;
  std::int64_t pressed_ms = 0;
  std::uint64_t done = 0;
  std::uint64_t ignored = 0;
  std::uint64_t error = 0;
  std::uint64_t no_answer = 0;
  std::uint64_t expired = 0;
  std::uint64_t open = 0;

  bool operator==(const message_row&) const = default;
};

struct grave_row {
  std::string name;
  std::string kind;
  std::string reason;
  std::int64_t died_ms = 0;
  std::int64_t lived_ms = 0;

  bool operator==(const grave_row&) const = default;
};

/// The switch that stops all bots when nobody answers it.
struct dead_man_row {
  std::int64_t fires_at_ms = 0;
  std::int64_t fired_at_ms = 0;  ///< 0 = it has not

  bool operator==(const dead_man_row&) const = default;
};

struct floor_row {
  std::string name;
  std::string version;
  std::string halt;  ///< none, stopped, killed
  std::optional<dead_man_row> dead_man;
  std::int64_t started_ms = 0;
  std::int64_t pid = 0;
  std::uint64_t rss_bytes = 0;
  std::map<std::string, std::uint64_t> bots;  ///< how many, by state
  std::uint64_t handled = 0;
  std::uint64_t dead_letters = 0;

  bool operator==(const floor_row&) const = default;
};

/// The floor at one moment.
struct floor_snapshot {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  floor_row floor;
  by_name<actor_row> actors;
  by_name<pit_row> pits;  ///< by ticker
  by_name<link_row> links;
  by_name<message_row> messages;  ///< by id; the newest `most_messages`
  std::vector<grave_row> graves;  ///< oldest first; the last `most_graves`
};

inline constexpr std::size_t most_messages = 20;
inline constexpr std::size_t most_graves = 100;

template <class Row>
using rows = std::vector<std::reference_wrapper<const Row>>;

/// A snapshot whose rows are kept elsewhere; they outlive it, and what is found in it.
struct floor_rows {
  std::int64_t at_ms = 0;
  const floor_row& floor;
  rows<actor_row> actors{};
  rows<pit_row> pits{};
  rows<link_row> links{};
  rows<message_row> messages{};
  rows<grave_row> graves{};  ///< oldest first

  /// Null: there is none of this name.
  const link_row* link(std::string_view name) const;
};

floor_rows rows_of(const floor_snapshot& x);

}  // namespace outcry::inspection
