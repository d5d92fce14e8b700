#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "adapters/discord/rate_limiter.hpp"
#include "adapters/discord/snowflake.hpp"
#include "adapters/web/http_session.hpp"

namespace outcry::discord {

/// "https://discord.com/api/v10"
extern const char* const default_api;

struct rest_options {
  std::string api = default_api;  ///< https, or http on this machine
  std::string ca_file;            ///< PEM certificates trusted beside the system's
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds total_timeout{20000};
  std::size_t max_body_bytes = 16 * 1024 * 1024;
  int max_attempts = 5;                        ///< of one request, on 429 and 5xx
  std::chrono::milliseconds first_retry{500};  ///< after a 5xx; doubled each time
  /// ms of a monotonic clock; default: the system's.
  std::function<std::int64_t()> now_ms;
  /// Waits so many ms, or less when stop is requested; default: really.
  std::function<void(std::int64_t ms, const std::stop_token&)> sleep;
};

enum class rest_outcome {
  ok,            ///< 2xx
  unauthorized,  ///< 401: nothing is asked any more, ever
  forbidden,     ///< 403
  not_found,     ///< 404
  refused,       ///< another 4xx: our request is wrong
  unreachable,   ///< no answer, 5xx or limits, after all attempts: later
  stopped
};

struct rest_answer {
  rest_outcome outcome = rest_outcome::unreachable;
  long status = 0;
  std::string body;
  std::string error;  ///< why not ok; never holds the token
};

/// Asks Discord's REST API as a bot. Blocks, also to keep within the limits (`rate_limiter`); one
/// caller at a time, only the stop token may be used from other threads.
class rest_client {
public:
  /// Throws std::invalid_argument when `options.api` is plain http to another machine.
  rest_client(std::string token, rest_options options);

  /// GET `path` ("/channels/1/messages?limit=1"); `route` is the path without its ids and `major`
  /// the id that buckets are counted for, 0 = none.
  rest_answer get(const std::string& path, const std::string& route, snowflake major,
                  const std::stop_token& stop);

  const rate_limiter& limits() const { return limits_; }

private:
  rest_answer ask(const std::string& path, limit_headers& said, const std::stop_token& stop);

  const std::string token_;
  rest_options options_;
  web::http_session session_;
  rate_limiter limits_;
  bool unauthorized_ = false;
};

}  // namespace outcry::discord
