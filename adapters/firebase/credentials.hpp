#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace outcry::firebase {

/// What is added to a request. Holds a secret: never log it. At most one of the two is set.
struct authorization {
  std::string query;   ///< "auth=<encoded token>" or empty
  std::string header;  ///< "Authorization: Bearer <token>" or empty
  std::string secret;  ///< the bare token, for `scrub`

  bool empty() const { return query.empty() && header.empty(); }
  bool operator==(const authorization&) const = default;

  static authorization by_query(std::string_view token);
  static authorization by_header(std::string_view token);

  /// `text` with the secret, also in its encoded form, replaced by "***".
  std::string scrub(std::string text) const;
};

/// Why there is no authorization.
enum class credentials_problem {
  none,
  bad_file,     ///< missing, unreadable or malformed: a human has to act
  key_refused,  ///< the token endpoint says no: a human has to act
  unreachable,  ///< the token endpoint does not answer, or asks to wait
  aborted       ///< stop was requested
};

/// The answer of `credentials::apply`.
struct grant {
  authorization auth;
  credentials_problem problem = credentials_problem::none;
  std::string error;                                     ///< readable, without secrets
  std::optional<std::chrono::milliseconds> retry_after;  ///< with `unreachable`: not earlier
};

/// Where the proof of identity of requests comes from. Thread-safe: one object may serve any number
/// of clients and streams.
class credentials {
public:
  virtual ~credentials() = default;

  /// The authorization to use now. May block on the network; `stop` ends that at once.
  virtual grant apply(const std::stop_token& stop) = 0;

  /// The server refused `refused`: `apply` should try to come up with another one. Does nothing if
  /// another one is in force already.
  virtual void invalidate(const authorization& refused) = 0;
};

/// For a database without rules, or public data.
std::shared_ptr<credentials> no_credentials();

/// Sends `token` as `auth=`. Throws std::invalid_argument if it is empty, longer than 16 KiB or
/// holds spaces, control or non-ASCII characters.
std::shared_ptr<credentials> static_token(std::string token);

/// Receives warnings; called on the thread that calls `apply`.
using warning_sink = std::function<void(const std::string&)>;

/// Sends the content of a file as `auth=`, and reads it again when it changes. The file is first
/// read by `apply`. Warns (by default in the log) if group or others may read the file.
std::shared_ptr<credentials> token_file(std::string path, warning_sink warn = {});

// -- for implementations -----------------------------------------------------

/// Tells whether a file is still the one that was read.
struct file_stamp {
  std::int64_t size = -1;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  mode_t mode = 0;
  bool operator==(const file_stamp&) const = default;

  /// The stamp of `path`; size -1 if it cannot be examined.
  static file_stamp of(const std::string& path);
  bool exists() const { return size >= 0; }
};

/// The whole of a small file. Throws std::runtime_error naming `what` and the path if it cannot be
/// read or is larger than `limit` bytes.
std::string read_small_file(const std::string& path, std::string_view what, std::size_t limit);

/// Passes a warning to `warn` if group or others may read the file.
void check_mode(const file_stamp& stamp, const std::string& path, const warning_sink& warn);

/// True for a non-empty text of printable ASCII without spaces, at most 16 KiB: fit for a header.
bool is_token(std::string_view text);

}  // namespace outcry::firebase
