#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outcry::console {

class json_cursor;

/// How an actor is, the worst last.
enum class mode : std::uint8_t { running, stopped, paused, starting, restarting, failed, unknown };

/// As in JSON: "running".
std::string_view to_string(mode x);

/// One actor as the floor tells it. Counters are totals since the name exists; times are UNIX ms
/// unless they say otherwise.
struct actor_row {
  std::string name;
  std::string kind;
  std::string parent;  ///< "" = the floor
  std::string last_exit;
  std::string serving;  ///< the message its handler is at; "" = none
  mode state = mode::unknown;
  bool hidden = false;  ///< the system's own
  std::int64_t since_ms = 0;
  std::int64_t started_ms = 0;
  std::int64_t serving_since_ms = 0;
  std::int64_t oldest_wait_ms = 0;   ///< a span: how long the oldest waiting message has waited
  std::int64_t backoff_left_ms = 0;  ///< a span
  std::uint64_t mailbox = 0;
  std::uint64_t mailbox_bound = 0;  ///< 0 = conflated by its senders
  std::uint64_t enqueued = 0;
  std::uint64_t handled = 0;
  std::uint64_t sent = 0;
  std::uint64_t errors = 0;
  std::uint64_t refused = 0;
  std::uint64_t restarts = 0;
  std::uint64_t sampled = 0;  ///< handlers that were timed
  std::uint64_t busy_ns = 0;  ///< total of those
  std::uint64_t max_ns = 0;   ///< longest of those in the last minute
};

struct floor_row {
  std::string name;
  std::string version;
  std::string halt;
  std::int64_t pid = 0;
  std::int64_t started_ms = 0;
  std::int64_t now_ms = 0;
  std::uint64_t rss_bytes = 0;
  std::uint64_t handled = 0;
  std::uint64_t dead_letters = 0;
  std::vector<std::pair<std::string, std::uint64_t>> bots;  ///< how many by state
  bool dead_man = false;
  std::int64_t fires_at_ms = 0;  ///< of the dead-man's switch
  std::int64_t fired_at_ms = 0;  ///< 0 = it has not
};

struct pit_row {
  std::string name;  ///< the ticker
  std::string state;
  std::string price;          ///< "" = none yet
  std::int64_t since_ns = 0;  ///< of `state`, UNIX
  std::int64_t age_ms = 0;    ///< a span: since the last price
  std::uint64_t ticks = 0;
  std::uint64_t received = 0;
  std::uint64_t subscribers = 0;
  std::uint64_t conflated = 0;
  std::uint64_t dropped = 0;
};

struct link_row {
  std::string name;
  std::string state;
  std::string last_error;
  std::int64_t since_ms = 0;
  std::uint64_t reconnects = 0;
  std::int64_t lag_ms = -1;   ///< a span; -1 = it has none
  std::int64_t backlog = -1;  ///< -1 = it has none
};

struct message_row {
  std::string name;  ///< the id
  std::string type;
  std::string state;
  std::int64_t pressed_ms = 0;
  std::uint64_t done = 0;
  std::uint64_t ignored = 0;
  std::uint64_t error = 0;
  std::uint64_t no_answer = 0;
  std::uint64_t expired = 0;
  std::uint64_t open = 0;
};

/// An actor that has ended.
struct grave_row {
  std::string name;
  std::string kind;
  std::string reason;
  std::int64_t died_ms = 0;
  std::int64_t lived_ms = 0;  ///< a span
};

/// Each reads the value the cursor is at. What a row does not have reads as nothing.
void read(json_cursor& in, actor_row& to);
void read(json_cursor& in, floor_row& to);
void read(json_cursor& in, pit_row& to);
void read(json_cursor& in, link_row& to);
void read(json_cursor& in, message_row& to);
void read(json_cursor& in, grave_row& to);

}  // namespace outcry::console
