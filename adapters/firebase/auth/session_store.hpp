#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/auth/secrets.hpp"

namespace outcry::firebase::auth {

/// Who is signed in at home: one session for each sign-in, carried on by refresh tokens. Kept in
/// data_dir/sessions.json, mode 0600, without anything that could be used as a token.
///
/// A refresh token is used once: `renew` gives the next one. Whoever shows one that has been used
/// before ends its session, since one of the two who hold it has stolen it. Only a client whose
/// answer got lost may repeat its last step, within `options.retry` and while the token it never
/// got has not been used.
///
/// `alive` may be called from any thread and never waits for the disk, the others from one.
class session_store {
public:
  struct options {
    std::filesystem::path data_dir;
    std::size_t most = 64;  ///< sessions; the one unused for the longest time makes room
    std::chrono::milliseconds idle = std::chrono::hours(24 * 30);  ///< unused so long = ended
    std::chrono::milliseconds retry = std::chrono::seconds(30);
    random_bytes random = system_random_bytes;
  };

  /// A session's next step.
  struct grant {
    std::string id;             ///< the session; not a secret
    std::string refresh_token;  ///< a secret
    std::string provider;
  };

  /// Reads the file; one that makes no sense is set aside with a warning in the log, and everybody
  /// has to sign in again.
  explicit session_store(options opts);

  /// A new session that lasts as long as the passcode `passcode_id` is in force ("" = none is).
  /// Throws std::runtime_error if it cannot be written down; then there is none.
  grant open(const std::string& provider, const std::string& passcode_id, std::int64_t now_ms);

  /// The next step of the session of `refresh_token`; nothing if there is none. Throws
  /// std::runtime_error if it cannot be written down; then nothing has changed.
  std::optional<grant> renew(std::string_view refresh_token, std::int64_t now_ms);

  /// Ends the session of `refresh_token`, used or not; false if there is none. Throws
  /// std::runtime_error if that cannot be written down: it has ended until a restart.
  bool close(std::string_view refresh_token, std::int64_t now_ms);

  /// Ends all; throws as `close`.
  void close_all();

  /// Ends those made under another passcode and those unused for too long; throws as `close`.
  void keep_only(const std::string& passcode_id, std::int64_t now_ms);

  /// Whether `refresh_token` could be renewed now; changes nothing.
  bool would_renew(std::string_view refresh_token, std::int64_t now_ms) const;

  bool alive(std::string_view id, std::int64_t now_ms) const;

  /// Another number whenever a session has ended.
  std::uint64_t revision() const { return revision_; }

private:
  struct session {
    std::string id;
    std::string passcode_id;
    std::string provider;
    std::string lasting_hash;   // of the part all its tokens share
    std::string current_hash;   // of the other part of the one to be used next
    std::string previous_hash;  // of the one used last
    std::int64_t used_ms = 0;
    std::int64_t replaced_ms = 0;  // when previous gave way
  };
  struct shown;
  enum class standing { unknown, current, retried, stolen };

  bool idle_too_long(const session& one, std::int64_t now_ms) const;
  standing judge(const session& one, const shown& token, std::int64_t now_ms) const;
  const session* find(std::string_view id) const;
  void load();
  void save(const std::vector<session>& sessions) const;
  void replace(std::vector<session> sessions);
  void shrink(std::vector<session> sessions);
  void end(const std::string& id);

  const options opts_;
  const std::filesystem::path path_;
  mutable std::mutex mutex_;  // for changes and for other threads' looks
  std::vector<session> sessions_;
  std::uint64_t revision_ = 0;
};

}  // namespace outcry::firebase::auth
