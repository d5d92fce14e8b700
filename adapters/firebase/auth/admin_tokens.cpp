#include "adapters/firebase/auth/admin_tokens.hpp"

#include <exception>

#include <spdlog/spdlog.h>

#include "adapters/http/token_file.hpp"

namespace outcry::firebase::auth {

admin_tokens::admin_tokens(std::vector<std::filesystem::path> files) {
  for (auto& path : files) {
    auto token = http::ensure_token(path);
    const auto stamp = file_stamp::of(path.string());
    entries_.push_back({std::move(path), stamp, std::move(token)});
  }
}

auth_result admin_tokens::check(std::string_view credential, std::int64_t) {
  std::lock_guard lock(mutex_);
  bool known = false;
  // All of them: how long it takes does not tell which one it was.
  for (const auto& one : entries_) known = http::same_token(one.token, credential) || known;
  if (!known) return auth_refusal{auth_refusal::code::invalid_token, "not a token of this floor"};
  identity who;
  who.admin = true;
  who.provider = "token";
  return who;
}

bool admin_tokens::reload() noexcept {
  bool changed = false;
  try {
    for (auto& one : entries_) {
      const auto stamp = file_stamp::of(one.path.string());
      if (stamp.exists() && stamp == one.stamp) continue;
      auto token = http::read_token(one.path);
      std::lock_guard lock(mutex_);
      changed = changed || token != one.token;
      one.token = std::move(token);
      one.stamp = stamp;
    }
    complained_ = false;
  } catch (const std::exception& problem) {
    if (!complained_) spdlog::warn("{}; the token read before stays in force", problem.what());
    complained_ = true;
  }
  return changed;
}

}  // namespace outcry::firebase::auth
