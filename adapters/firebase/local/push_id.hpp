#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

namespace outcry::firebase::local {

/// Makes the keys of POST: 20 characters that sort by time and, within one millisecond, by order.
/// Source: "The 2^120 Ways to Ensure Unique Identifiers", the Firebase blog. Not thread-safe.
class push_ids {
public:
  /// `random` gives a number in [0, 64).
  explicit push_ids(std::function<unsigned()> random) : random_(std::move(random)) {}

  /// The next key at `now` (UNIX milliseconds); sorts behind every key made before.
  std::string next(std::int64_t now);

private:
  std::function<unsigned()> random_;
  std::int64_t last_ = -1;
  std::array<unsigned, 12> tail_{};
};

}  // namespace outcry::firebase::local
