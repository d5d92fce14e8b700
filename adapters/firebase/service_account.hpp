#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/firebase/credentials.hpp"

namespace outcry::firebase {

/// How a service account gets its access tokens.
struct service_account_options {
  std::string key_file;  ///< the JSON key file from the Google console
  /// What the tokens may be used for; the default is the Realtime Database
  /// (firebase.google.com/docs/database/rest/auth).
  std::vector<std::string> scopes{"https://www.googleapis.com/auth/userinfo.email",
                                  "https://www.googleapis.com/auth/firebase.database"};
  std::string ca_file;  ///< PEM certificates trusted beside the system's; empty = none
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds total_timeout{15000};
  std::chrono::milliseconds backoff_base{1000};
  std::chrono::milliseconds backoff_cap{60000};
  std::function<std::chrono::system_clock::time_point()> now;  ///< default: the system's clock
  std::function<double()> random;  ///< in [0, 1); default: seeded by the system
  warning_sink warn;               ///< default: the log
};

/// Access tokens of a service account, as `Authorization: Bearer`: a JWT signed with the key
/// (RS256) is exchanged at the file's token_uri, which must be https, or http on this machine.
///
/// A token is kept until 5 minutes before its expiry. Only one exchange runs at a time; other
/// callers of `apply` wait for it. After a failure `apply` answers the same failure without asking
/// again, until a backoff has passed (`unreachable`) or the file changes (`bad_file`,
/// `key_refused`). A refusal while this machine's clock is more than a minute off the endpoint's is
/// tried again after `backoff_cap`, since a corrected clock cures it. A token refused by the
/// database within 30 s of its issue is kept: the permission is missing, not the token.
///
/// The file is first read by `apply`, and again when it changes.
std::shared_ptr<credentials> service_account(service_account_options options);

}  // namespace outcry::firebase
