#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "adapters/firebase/auth/attempt_limiter.hpp"
#include "adapters/firebase/auth/home_token.hpp"
#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/firebase/auth/session_store.hpp"
#include "adapters/firebase/credentials.hpp"

namespace outcry::firebase::auth {

/// The passcode in force, read again when its file changes. Not thread-safe.
class passcode_watch {
public:
  explicit passcode_watch(const std::filesystem::path& data_dir);

  /// Looks at the file. One that cannot be read or makes no sense lets nobody in; the log says so.
  void reload();

  bool damaged() const { return damaged_; }
  const std::optional<passcode_hash>& current() const { return current_; }

  /// Of the passcode in force; "" = none is set.
  const std::string& id() const { return id_; }

private:
  const passcode_file file_;
  file_stamp stamp_;
  bool damaged_ = false;
  std::optional<passcode_hash> current_;
  std::string id_;
};

/// Everything signing in at home needs to remember. One thread, except for the reading functions of
/// `key` and `sessions`.
struct home_state {
  struct options {
    session_store::options sessions;  ///< its data_dir is that of all
    attempt_limiter::options attempts;
  };

  /// Throws std::runtime_error naming a file that can be neither read nor made.
  explicit home_state(const options& opts);

  /// Looks whether files have changed; ends the sessions of another passcode. Problems go to the
  /// log.
  void look(std::int64_t now_ms) noexcept;

  /// Another number whenever a token that was taken may no longer be.
  std::uint64_t revision() const { return key.revision() + sessions.revision(); }

  passcode_watch passcode;
  signing_key key;
  session_store sessions;
  attempt_limiter attempts;
  bool complained = false;
};

}  // namespace outcry::firebase::auth
