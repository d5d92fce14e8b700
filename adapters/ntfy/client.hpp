#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "adapters/ntfy/topic.hpp"
#include "adapters/web/http_session.hpp"
#include "messages/notify.hpp"

namespace outcry::ntfy {

struct client_options {
  topic to;
  std::string secret;   ///< an access token, or "user:password"; empty = none
  std::string ca_file;  ///< PEM certificates trusted beside the system's; empty = none
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds total_timeout{20000};
  std::function<std::chrono::system_clock::time_point()> now;  ///< default: the system's clock
};

/// The body of one publication: JSON for the server's root. Title and text are cut to what a server
/// takes as a message (4096 bytes; more becomes an attachment), never within a character.
std::string publication(const topic& to, const push_request& message);

/// Publishes to an ntfy server (https://docs.ntfy.sh/publish/#publish-as-json). Blocks; one caller
/// at a time, only the stop token may be used from other threads. Redirects are not followed: the
/// secret goes nowhere else.
class client {
public:
  /// Throws std::invalid_argument for a secret that cannot be one.
  explicit client(client_options options);

  /// One attempt. Throws nothing but std::bad_alloc; no text of it holds the secret.
  push_reply publish(const push_request& message, const std::stop_token& stop);

private:
  std::string scrub(std::string text) const;

  client_options options_;
  std::string authorization_;
  web::http_session session_;
};

}  // namespace outcry::ntfy
