#include "adapters/firebase/auth/home_state.hpp"

#include <exception>

#include <spdlog/spdlog.h>

namespace outcry::firebase::auth {

passcode_watch::passcode_watch(const std::filesystem::path& data_dir) : file_(data_dir) {
  reload();
}

void passcode_watch::reload() {
  const auto stamp = file_stamp::of(file_.path().string());
  if (stamp.exists() && stamp == stamp_) return;
  stamp_ = stamp;
  try {
    current_ = file_.load();
    id_ = current_ ? current_->id() : std::string{};
    damaged_ = false;
    check_mode(stamp, file_.path().string(), [](const auto& text) { spdlog::warn("{}", text); });
  } catch (const std::exception& problem) {
    if (!damaged_) spdlog::warn("{}; nobody can sign in until then", problem.what());
    damaged_ = true;
    current_.reset();
  }
}

home_state::home_state(const options& opts)
    : passcode(opts.sessions.data_dir),
      key(opts.sessions.data_dir),
      sessions(opts.sessions),
      attempts(opts.attempts) {}

void home_state::look(std::int64_t now_ms) noexcept {
  try {
    passcode.reload();
    key.reload();
    if (!passcode.damaged()) sessions.keep_only(passcode.id(), now_ms);
    complained = false;
  } catch (const std::exception& problem) {
    if (!complained) spdlog::warn("sign-in: {}", problem.what());
    complained = true;
  }
}

}  // namespace outcry::firebase::auth
