#include "actors/floor/clock.hpp"

#include <chrono>

namespace outcry {

timestamp_ns system_clock::now() const {
  auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count();
}

}  // namespace outcry
