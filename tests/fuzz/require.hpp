#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the fuzzer with a finding if `condition` does not hold; works in every build type.
#define FUZZ_REQUIRE(condition)                                            \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                        \
    }                                                                      \
  } while (false)
