#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/auth/authenticator.hpp"
#include "adapters/firebase/credentials.hpp"

namespace outcry::firebase::auth {

/// Takes the content of token files as an administrator's credential. `check` may be called from
/// any thread, `reload` from one.
class admin_tokens : public authenticator {
public:
  /// Missing files are made. Throws std::runtime_error naming the one that can be neither read nor
  /// made.
  explicit admin_tokens(std::vector<std::filesystem::path> files);

  auth_result check(std::string_view credential, std::int64_t now_ms) override;

  /// Reads the files again that have changed; says whether a token is another one now. An
  /// unreadable file changes nothing: the token known so far stays, and the log says so once.
  bool reload() noexcept;

private:
  struct entry {
    std::filesystem::path path;
    file_stamp stamp;
    std::string token;
  };

  mutable std::mutex mutex_;
  std::vector<entry> entries_;
  bool complained_ = false;
};

}  // namespace outcry::firebase::auth
