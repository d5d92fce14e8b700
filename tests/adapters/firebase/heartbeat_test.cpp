#include "adapters/firebase/heartbeat.hpp"

#include <catch2/catch.hpp>

using namespace outcry::firebase;

namespace {

std::optional<std::int64_t> beat_in(std::string_view data, std::string_view path = "/",
                                    stream_event::kind what = stream_event::kind::put) {
  return heartbeat_in({what, path, data});
}

}  // namespace

TEST_CASE("firebase heartbeat: a time is one, anything else is none") {
  CHECK(beat_in("1709908200123") == 1709908200123);
  CHECK(beat_in("1709908200123.0") == 1709908200123);
  CHECK(beat_in("1.7e12") == 1700000000000);
  CHECK(beat_in("9007199254740992") == 9007199254740992);
  for (const char* none : {"null", "0", "-1", "1e300", "9007199254740994", "\"1709908200123\"",
                           "true", "{\"a\":1}", "[1]", "", "{", "17 09"}) {
    INFO(none);
    CHECK_FALSE(beat_in(none));
  }
}

TEST_CASE("firebase heartbeat: only the place itself tells it") {
  CHECK_FALSE(beat_in("1709908200123", "/deeper"));
  CHECK_FALSE(beat_in("1709908200123", "/", stream_event::kind::patch));
}
