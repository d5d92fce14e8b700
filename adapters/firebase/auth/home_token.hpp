#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/firebase/auth/authenticator.hpp"
#include "adapters/firebase/auth/secrets.hpp"
#include "adapters/firebase/auth/session_store.hpp"
#include "adapters/firebase/credentials.hpp"

namespace outcry::firebase::auth {

/// The secret that home tokens are signed with: data_dir/sign-in.key, mode 0600, made when missing.
/// `current` may be called from any thread, the others from one.
class signing_key {
public:
  /// Throws std::runtime_error naming the file if it can be neither read nor made.
  explicit signing_key(const std::filesystem::path& data_dir);

  std::string current() const;

  /// Makes another one: every token signed so far is void. Throws std::runtime_error if it cannot
  /// be written; then nothing has changed.
  void rotate(const random_bytes& random);

  /// Reads the file again if it has changed, makes it anew if it has gone. Throws
  /// std::runtime_error; then the key stays what it was.
  void reload();

  /// Another number whenever the key has become another one.
  std::uint64_t revision() const { return revision_; }

private:
  void replace(std::string key);

  const std::filesystem::path path_;
  file_stamp stamp_;
  std::uint64_t revision_ = 0;
  mutable std::mutex mutex_;
  std::string key_;
};

/// Who an ID token of ours is for.
struct home_token {
  std::string session;
  std::string provider;
  std::int64_t issued_s = 0;   ///< UNIX seconds
  std::int64_t expires_s = 0;  ///< UNIX seconds
};

/// A JWT, HS256, with the claims iss, aud, iat, exp, sub, uid, operator, provider and sid. The
/// official SDK carries it in `auth` as it stands.
std::string sign_home_token(const home_token& token, std::string_view key);

/// Takes the tokens `sign_home_token` made while their session is alive.
class home_authenticator : public authenticator {
public:
  /// Both must live longer.
  home_authenticator(const signing_key& key, const session_store& sessions)
      : key_(key), sessions_(sessions) {}

  auth_result check(std::string_view credential, std::int64_t now_ms) override;

private:
  const signing_key& key_;
  const session_store& sessions_;
};

}  // namespace outcry::firebase::auth
