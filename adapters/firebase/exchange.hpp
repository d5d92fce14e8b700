#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/credentials.hpp"
#include "adapters/firebase/reply.hpp"
#include "adapters/firebase/url.hpp"
#include "adapters/web/http_session.hpp"

namespace outcry::firebase {

/// What all requests of a client or stream have in common.
struct exchange_options {
  std::chrono::milliseconds connect_timeout{5000};
  std::size_t max_response_bytes = 16 * 1024 * 1024;
  std::string ca_file;  ///< PEM certificates trusted beside the system's; empty = none
  std::string user_agent = "outcry";
  std::function<std::chrono::system_clock::time_point()> now;  ///< default: the system's clock
};

/// Speaks to one database: adds credentials, follows redirects, classifies answers. The common
/// ground of `client` and `stream`; not thread-safe, except for the stop token.
///
/// Redirects (307, 308) keep method and body, at most 5 hops, to https only (or plain http where
/// the database itself is allowed and spoken to by it). Credentials go along only to the same
/// origin, and from a Google database host (*.firebaseio.com, *.firebasedatabase.app) to another
/// one; never to any other host. The last target is used directly by later requests until one of
/// them fails there.
///
/// A 401 or 403 to a request that carried credentials invalidates them; if that yields other ones,
/// the request is sent once more.
class exchange {
public:
  struct call {
    std::string method = "GET";
    std::string path;
    std::string parameters;  ///< encoded, without ns and auth
    std::vector<std::string> headers;
    std::optional<std::string_view> body;
    std::chrono::milliseconds total_timeout{0};  ///< 0 = none
    std::chrono::milliseconds stall_timeout{0};  ///< 0 = none
    bool never_repeat = false;  ///< not even on a kept-alive connection that turns out dead
  };

  /// `identity` must not be null.
  exchange(database_url url, std::shared_ptr<credentials> identity, exchange_options options);

  /// Without `on_body` the body is in the reply, at most `max_response_bytes`. With it, the body of
  /// a 2xx answer goes there unbounded, and the reply is `ok` if it ended whole or `on_body` ended
  /// it by returning false. Throws only what `on_body` throws.
  reply run(const call& wanted, const std::stop_token& stop, const web::http_sink& on_body = {});

  /// Tells the credentials that the server no longer accepts what the last request carried.
  void invalidate_used() { identity_->invalidate(used_); }

  const database_url& url() const { return url_; }

private:
  struct place {
    std::string origin;
    std::string name_space;
  };
  reply follow(const call& wanted, const authorization& auth, const std::stop_token& stop,
               const web::http_sink& on_body, bool& carried);
  std::string next_hop(const std::string& from, const std::string& location,
                       const std::string& path);
  reply judge(const call& wanted, const authorization& auth, const web::http_result& result,
              std::string body, bool too_large) const;

  database_url url_;
  std::shared_ptr<credentials> identity_;
  exchange_options options_;
  web::http_session session_;
  std::optional<place> moved_;
  authorization used_;
};

}  // namespace outcry::firebase
