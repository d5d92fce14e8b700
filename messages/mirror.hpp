#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/inspected.hpp"
#include "messages/journal.hpp"
#include "messages/operator.hpp"

namespace outcry {

/// Which of the mirror's connections a write takes: one never waits behind the other. Each has one
/// writer, which hears what Firebase says to it, such as to come later.
enum class mirror_lane : std::uint8_t { prompt, history, actors };
constexpr std::size_t mirror_lanes = 3;

/// One atomic multi-path write. No path is an ancestor of another.
struct mirror_patch {
  mirror_lane lane = mirror_lane::prompt;
  std::vector<owed_value> values;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mirror_patch& x) {
  return f(caf::meta::type_name("mirror_patch"), x.lane, x.values);
}
OUTCRY_INSPECTED(mirror_patch);

/// How a write ended.
enum class mirror_outcome : std::uint8_t {
  stored,       ///< Firebase confirmed it
  retry_later,  ///< not stored or not known; the same write may be repeated
  refused,      ///< Firebase will never take this write as it is
};

struct mirror_reply {
  mirror_outcome outcome = mirror_outcome::stored;
  std::int64_t retry_after_ms = 0;  ///< Firebase asked for this pause; 0 = it did not
  std::string reason;               ///< for people; never holds a secret
  std::int64_t server_ms = 0;       ///< the server's clock, from its Date header; 0 = unknown
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mirror_reply& x) {
  return f(caf::meta::type_name("mirror_reply"), x.outcome, x.retry_after_ms, x.reason,
           x.server_ms);
}
OUTCRY_INSPECTED(mirror_reply);

/// An operator message that stands in Firebase with state "sent" or none, as JSON, unchecked.
struct mirrored_message {
  std::string key;   ///< as it stands in Firebase
  std::string id;    ///< the key unescaped; empty when it is none of ours
  std::string json;  ///< its value
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mirrored_message& x) {
  return f(caf::meta::type_name("mirrored_message"), x.key, x.id, x.json);
}
OUTCRY_INSPECTED(mirrored_message);

/// How the connection that hears operator messages is.
enum class link_state : std::uint8_t { connecting, live, down, refused };

std::string_view to_string(link_state x);

struct link_status {
  std::string name;  ///< "firebase.stream", "firebase.prompt", "redis.subscriber", ...
  link_state state = link_state::connecting;
  std::int64_t since_ms = 0;
  std::string reason;
  std::uint64_t reconnects = 0;
  std::int64_t lag_ms = -1;   ///< how long what goes through it takes now; -1 = not known
  std::int64_t backlog = -1;  ///< what waits to go through it; -1 = not known
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_status& x) {
  return f(caf::meta::type_name("link_status"), x.name, x.state, x.since_ms, x.reason, x.reconnects,
           x.lag_ms, x.backlog);
}
OUTCRY_INSPECTED(link_status);

/// The relay as seen from outside.
struct relay_status {
  std::vector<link_status> links;
  std::int64_t outbox_backlog = 0;
  std::int64_t history_backlog = 0;
  std::uint64_t patches = 0;
  std::uint64_t values = 0;
  std::uint64_t refused_values = 0;
  std::int64_t last_stored_ms = 0;
  std::int64_t clock_skew_ms = 0;  ///< the server's clock minus ours; 0 until known
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, relay_status& x) {
  return f(caf::meta::type_name("relay_status"), x.links, x.outbox_backlog, x.history_backlog,
           x.patches, x.values, x.refused_values, x.last_stored_ms, x.clock_skew_ms);
}
OUTCRY_INSPECTED(relay_status);

}  // namespace outcry
