#pragma once

#include <cstdlib>

namespace outcry::test {

/// How many seeds a test of random runs takes: `usual`, times TEST_ROUNDS (1 to 1000) where
/// that is set, as `./test --full` does.
inline unsigned rounds(unsigned usual) {
  const char* text = std::getenv("TEST_ROUNDS");
  const long factor = text == nullptr ? 1 : std::strtol(text, nullptr, 10);
  return factor < 1 || factor > 1000 ? usual : usual * static_cast<unsigned>(factor);
}

}  // namespace outcry::test
