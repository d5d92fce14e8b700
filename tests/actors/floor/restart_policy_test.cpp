#include "actors/floor/restart_policy.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

TEST_CASE("as many restarts as allowed within the window, one more has failed") {
  restart_window window({3, 60 * ns_per_s, 100 * ns_per_ms, 10 * ns_per_s, 0.2});
  CHECK(window.note_crash(1 * ns_per_s));
  CHECK(window.note_crash(2 * ns_per_s));
  CHECK(window.note_crash(3 * ns_per_s));
  CHECK_FALSE(window.note_crash(60 * ns_per_s));
}

TEST_CASE("crashes are forgotten when they leave the window") {
  restart_window window({2, 60 * ns_per_s, 100 * ns_per_ms, 10 * ns_per_s, 0});
  CHECK(window.note_crash(0));
  CHECK(window.note_crash(59 * ns_per_s));
  CHECK(window.backoff(0) == 200 * ns_per_ms);
  // The first one is 60 s old now.
  CHECK(window.note_crash(60 * ns_per_s));
  CHECK(window.backoff(0) == 200 * ns_per_ms);
  CHECK_FALSE(window.note_crash(61 * ns_per_s));
  CHECK(window.note_crash(300 * ns_per_s));
  CHECK(window.backoff(0) == 100 * ns_per_ms);
}

TEST_CASE("the backoff doubles up to its limit") {
  restart_window window({100, 60 * ns_per_s, 100 * ns_per_ms, ns_per_s, 0});
  for (auto expected_ms : {100, 200, 400, 800, 1000, 1000}) {
    CHECK(window.note_crash(1));
    CHECK(window.backoff(0.9) == expected_ms * ns_per_ms);
  }
}

TEST_CASE("jitter stretches the backoff by up to its part") {
  restart_window window({100, 60 * ns_per_s, 100 * ns_per_ms, 10 * ns_per_s, 0.5});
  CHECK(window.note_crash(1));
  CHECK(window.backoff(0) == 100 * ns_per_ms);
  CHECK(window.backoff(0.5) == 125 * ns_per_ms);
  CHECK(window.note_crash(1));
  CHECK(window.backoff(0.5) == 250 * ns_per_ms);
}

TEST_CASE("no restart at all can be asked for") {
  restart_window window({0, 60 * ns_per_s, 100 * ns_per_ms, 10 * ns_per_s, 0});
  CHECK_FALSE(window.note_crash(1));
}
