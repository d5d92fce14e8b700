#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace outcry::firebase {

/// How a request ended, by what the caller can do about it.
enum class outcome {
  ok,                   ///< done
  precondition_failed,  ///< 412: the value is another one; `body` and `etag` hold the current one
  unauthorized,         ///< 401, 403, or no usable credentials: a human has to act
  refused,              ///< final: another 4xx, or refused here before sending (http_status 0)
  retry_later,          ///< 408, 429, 5xx: the same request later, see `retry_after`
  unreachable,          ///< no connection, no valid certificate, or the connection was cut
  timed_out,            ///< no complete answer in time
  aborted               ///< `abort` or a stop was asked for
};

/// The name of an outcome, for logs.
const char* to_string(outcome kind);

/// The answer to one request.
struct reply {
  outcome kind = outcome::unreachable;
  long http_status = 0;  ///< 0 = no answer from the database
  std::string body;      ///< JSON text as received; empty for silent writes
  std::string etag;      ///< if the server sent one
  std::string name;      ///< the new key, after a post
  std::optional<std::chrono::milliseconds> retry_after;  ///< the server's wish, never negative
  std::optional<std::int64_t> server_date_ms;  ///< its Date header, UNIX ms (whole seconds)
  /// The answer was lost after the request went out: it may have taken effect.
  bool may_have_happened = false;
  std::string error;  ///< empty if ok; readable, without secrets

  explicit operator bool() const { return kind == outcome::ok; }
};

}  // namespace outcry::firebase
