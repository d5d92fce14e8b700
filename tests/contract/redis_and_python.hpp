#pragma once

#include <cstdlib>

#include "tests/support/redis_server.hpp"
#include "tests/support/skip.hpp"

/// Skips a test case by name where a Redis server or Python's client of it is missing.
#define REQUIRE_REDIS_AND_PYTHON()                                                            \
  if (!outcry::test::redis_server::available()) OUTCRY_SKIP("redis-server is not installed"); \
  if (std::system("/usr/bin/python3 -c 'import redis' >/dev/null 2>&1") != 0)                 \
  OUTCRY_SKIP("python3-redis is not installed")
