#pragma once

#include <cstddef>
#include <memory>
#include <random>
#include <string>

#include "adapters/firebase/auth/secrets.hpp"

namespace outcry::test {

/// Bytes that are the same in every run.
inline firebase::auth::random_bytes seeded_bytes(unsigned seed = 1) {
  auto engine = std::make_shared<std::mt19937>(seed);
  return [engine](std::size_t count) {
    std::string bytes(count, '\0');
    for (char& c : bytes) c = static_cast<char>((*engine)() & 0xff);
    return bytes;
  };
}

}  // namespace outcry::test
