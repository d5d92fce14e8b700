#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "adapters/firebase/credentials.hpp"
#include "adapters/firebase/exchange.hpp"
#include "adapters/firebase/query.hpp"
#include "adapters/firebase/reply.hpp"
#include "adapters/firebase/url.hpp"

namespace outcry::firebase {

/// The etag of an absent value: `put_if_match` with it creates, and never overwrites.
inline constexpr std::string_view null_etag = "null_etag";

struct client_options {
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds total_timeout{30000};  ///< of each request, connecting included
  std::size_t max_response_bytes = 16 * 1024 * 1024;
  std::string ca_file;  ///< PEM certificates trusted beside the system's; empty = none
  std::string user_agent = "outcry";
  std::function<std::chrono::system_clock::time_point()> now;  ///< default: the system's clock
};

/// Blocking client of one Realtime Database, on one connection kept alive
/// (firebase.google.com/docs/reference/rest/database). Bodies are JSON texts, passed on unread.
///
/// One thread at a time may call it; `abort` may be called from any thread. Nothing here throws
/// (except std::bad_alloc): what goes wrong is in the reply. A request whose answer was lost may
/// have been sent twice by libcurl (a kept-alive connection that died), which repeats the same
/// write; only `post` is never repeated. After a lost answer `put_if_match` may therefore report
/// `precondition_failed` for its own success: compare the reply's body.
class client {
public:
  /// `identity` null = no credentials.
  explicit client(database_url url, std::shared_ptr<credentials> identity = nullptr,
                  client_options options = {});

  reply get(std::string_view path, const query& query = {});
  /// The value and, in `etag`, its version.
  reply get_with_etag(std::string_view path);
  reply put(std::string_view path, std::string_view json);
  /// Writes all of `{"relative/path": value, ...}` at once or nothing; null deletes.
  reply patch(std::string_view path, std::string_view json);
  /// Adds a child; its key, made by the server, is in `name`.
  reply post(std::string_view path, std::string_view json);
  reply remove(std::string_view path);
  /// Writes only if the value's version is still `etag`. Never with print=silent: the service
  /// refuses the two together.
  reply put_if_match(std::string_view path, std::string_view json, std::string_view etag);
  reply remove_if_match(std::string_view path, std::string_view etag);

  /// Ends the running call, if any, within milliseconds, and all later ones at once, with
  /// `aborted`, until `resume`. Thread-safe.
  void abort();
  void resume();

  const database_url& url() const { return exchange_.url(); }

private:
  std::stop_token token();
  reply run(exchange::call call);
  reply conditional(exchange::call call, std::string_view etag);

  exchange exchange_;
  std::chrono::milliseconds total_timeout_;
  std::mutex mutex_;
  std::stop_source stop_;
};

}  // namespace outcry::firebase
