#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace outcry::firebase::local {

/// What clients are refused for.
enum class refusals { credential, expired, foreign, read, write, protocol, size };

/// Writes down who is refused what. Nothing of what was sent stands in it, so no secret can; and
/// at most one line a minute for each kind, so nobody can fill the disk with it. Any thread.
class refusal_log {
public:
  using clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes pause{1};

  explicit refusal_log(std::function<clock::time_point()> now = clock::now)
      : now_(std::move(now)) {}

  /// `peer` is the client's address.
  void note(refusals what, std::string_view peer);

private:
  struct kind {
    clock::time_point next{};
    std::size_t unsaid = 0;
  };

  const std::function<clock::time_point()> now_;
  std::mutex mutex_;
  std::array<kind, 7> kinds_;
};

}  // namespace outcry::firebase::local
