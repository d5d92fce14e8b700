#pragma once

#include <string>
#include <string_view>

namespace outcry::ntfy {

/// Where messages go: a server and one of its topics (https://docs.ntfy.sh/publish/).
struct topic {
  std::string server;  ///< "https://ntfy.sh/": JSON is posted to the server's root
  std::string name;    ///< 1 to 64 of A-Z a-z 0-9 - _

  bool operator==(const topic&) const = default;
};

/// Reads "https://ntfy.sh/TOPIC". Plain http is taken to this machine only. Throws
/// std::invalid_argument: what was expected and what is wrong, without the topic, which on an open
/// server is as good as a password.
topic parse_topic(std::string_view url);

/// The header for a secret: "Authorization: Bearer tk_..." or, for "user:password", "Authorization:
/// Basic ..."; empty for none. Throws std::invalid_argument, which never shows the secret, for one
/// that is no single line of at most 512 characters.
std::string authorization(const std::string& secret);

}  // namespace outcry::ntfy
