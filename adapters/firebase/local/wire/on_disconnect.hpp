#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace outcry::firebase::local::wire {

/// What is to be written when a session ends, in order. Bounded.
class on_disconnect {
public:
  static constexpr std::size_t most_writes = 1024;
  static constexpr std::size_t largest = 16u << 20;  ///< bytes of all places and values

  struct write {
    std::string place;
    nlohmann::json value;
    std::size_t size;
  };

  /// `value` shall stand at `place`, instead of what was to be written there or below. Throws
  /// refusal (400) when there is too much; then nothing has changed. `size` is the value's bytes.
  void put(const std::string& place, nlohmann::json value, std::size_t size);

  /// Nothing shall be written at or below `place`.
  void cancel(const std::string& place);

  /// Takes everything out.
  std::vector<write> take();

private:
  std::vector<write> writes_;
  std::size_t size_ = 0;
};

}  // namespace outcry::firebase::local::wire
