#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "adapters/firebase/backoff.hpp"
#include "adapters/firebase/credentials.hpp"
#include "adapters/firebase/exchange.hpp"
#include "adapters/firebase/query.hpp"
#include "adapters/firebase/sse_parser.hpp"
#include "adapters/firebase/url.hpp"

namespace outcry::firebase {

/// A change below the streamed path. The first event of every connection is a put at "/" with the
/// whole value: replace what you hold.
struct stream_event {
  enum class kind {
    put,   ///< `data` replaces the value at `path`
    patch  ///< each member of `data` replaces the value at `path` + "/" + its name
  };
  kind what = kind::put;
  std::string_view path;  ///< relative to the streamed path, starts with '/'
  std::string_view data;  ///< JSON text as the server wrote it; null = deleted
};

enum class stream_state {
  connecting,
  live,             ///< the first event of a connection has come
  down,             ///< see `reason`; next attempt in `retry_in`
  cancelled,        ///< final: the rules no longer allow it; nothing more will come
  fallback_polling  ///< the server refuses to stream this query: it is read every `poll_interval`
};

/// The name of a state, for logs.
const char* to_string(stream_state state);

struct stream_status {
  stream_state state = stream_state::connecting;
  std::string reason;                     ///< without secrets; empty while connecting and live
  std::chrono::milliseconds retry_in{0};  ///< with `down`
};

/// What a stream has seen so far.
struct stream_counters {
  std::uint64_t connections = 0;  ///< attempts to stream
  std::uint64_t polls = 0;
  std::uint64_t events = 0;  ///< puts and patches passed on
  std::uint64_t keep_alives = 0;
  std::uint64_t auth_revoked = 0;
  std::uint64_t stalls = 0;
  std::uint64_t unknown_events = 0;
  std::uint64_t malformed_events = 0;
  std::uint64_t callback_errors = 0;  ///< exceptions of on_event and on_state
};

struct stream_options {
  std::string path;
  firebase::query query;
  /// All three run on the stream's thread. Their exceptions are caught and counted.
  std::function<void(const stream_event&)> on_event;
  std::function<void(const stream_status&)> on_state;

  std::chrono::milliseconds connect_timeout{5000};
  /// Longest silence before the connection counts as dead. The service sends a keep-alive about
  /// every 30 s.
  std::chrono::milliseconds stall_timeout{60000};
  std::chrono::milliseconds backoff_base{500};
  std::chrono::milliseconds backoff_cap{30000};
  std::chrono::milliseconds poll_interval{2000};
  std::chrono::milliseconds poll_timeout{30000};
  sse_limits limits;
  std::string ca_file;  ///< PEM certificates trusted beside the system's; empty = none
  std::string user_agent = "outcry";

  /// For tests: all waiting between attempts, and all randomness and time it depends on. `wait`
  /// returns at once when stop is requested.
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> wait;
  std::function<double()> random;                                   ///< in [0, 1)
  std::function<std::chrono::steady_clock::time_point()> now;       ///< default: steady_clock
  std::function<std::chrono::system_clock::time_point()> wall_now;  ///< default: system_clock
};

/// Keeps one streaming GET alive on a thread of its own, from construction until `stop`
/// (firebase.google.com/docs/reference/rest/database, "Streaming").
///
/// Every interruption (cut, silence, refusal, a malformed or oversized event) leads to a new
/// connection after an exponential backoff with full jitter, at least the server's Retry-After;
/// a live event resets the backoff. Half an event is never passed on. `auth_revoked` renews the
/// credentials and reconnects at once, unless it comes twice within 30 s. 400 to a query falls back
/// to polling; a changed answer is then passed on as a put at "/". If a poll fails for good,
/// streaming is tried again.
class stream {
public:
  /// `identity` null = no credentials. Throws std::invalid_argument for a bad path or query, or if
  /// `on_event` is missing.
  stream(database_url url, std::shared_ptr<credentials> identity, stream_options options);
  ~stream();
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  /// Ends the thread and waits for it: milliseconds, plus the callback that is running. From inside
  /// a callback it only asks for the end. Idempotent.
  void stop();

  /// Thread-safe.
  stream_counters counters() const;

private:
  struct counts {
    std::atomic<std::uint64_t> connections{0}, polls{0}, events{0}, keep_alives{0}, auth_revoked{0},
        stalls{0}, unknown_events{0}, malformed_events{0}, callback_errors{0};
  };
  /// Why a connection ended and what follows.
  struct verdict {
    enum class next { back_off, at_once, poll, finish };
    next what = next::back_off;
    std::string reason;
    std::chrono::milliseconds at_least{0};
  };

  void run(const std::stop_token& stop);
  verdict connect(const std::stop_token& stop);
  verdict poll(const std::stop_token& stop);
  verdict explain(const reply& answer) const;
  void rest(const verdict& why, const std::stop_token& stop);
  /// Returns false if the connection is of no more use; then `ending` says why.
  bool take(const sse_event& event, verdict& ending);
  void pass_on(stream_event::kind what, std::string_view path, std::string_view data);
  void announce(stream_state state, std::string reason = {},
                std::chrono::milliseconds retry_in = {});

  stream_options options_;
  std::string parameters_;
  exchange exchange_;
  backoff backoff_;
  counts counts_;
  bool live_ = false;
  bool revoked_before_ = false;
  std::chrono::steady_clock::time_point revoked_at_;
  std::jthread thread_;
};

}  // namespace outcry::firebase
