#pragma once

#include <cstdio>

/// Ends the current test case as skipped, naming why; ctest reports it as "Skipped".
#define OUTCRY_SKIP(reason)                 \
  do {                                      \
    std::printf("SKIPPED: %s\n", (reason)); \
    std::fflush(stdout);                    \
    return;                                 \
  } while (false)
