#include "adapters/signal_api/contribution.hpp"

#include <catch2/catch.hpp>

#include "actors/signals/signal_json.hpp"
#include "adapters/signal_api/refusal.hpp"

using namespace outcry;
using namespace outcry::signal_api;

namespace {

const origin me{"me", "fresh", 1'709'908'200 * ns_per_s};

}  // namespace

TEST_CASE("a channel tells source_ids and authors apart") {
  const auto x =
      read_message(R"({"text":"hi","channel":"vip","source_id":"7","author":"Ann"})", me);
  CHECK(x.source == "http:me");
  CHECK(x.source_id == "vip/7");
  CHECK(x.author_id == "vip/Ann");
  CHECK(x.author == "Ann");
  const auto y = read_message(R"({"text":"hi"})", me);
  CHECK(y.source_id == "fresh");
  CHECK(y.author_id == "me");
  CHECK(y.author.empty());
  CHECK(y.sent_ns == me.now);
}

TEST_CASE("a call keeps its author and time, and gets the token's source") {
  const auto x = read_signal(
      R"({"action":"open","side":"long","ticker":"SOL","order":"market","author":"Ann",)"
      R"("message_time":"2024-03-08T14:00:00Z","source":"http:me","entries":[0.000000123456]})",
      me);
  CHECK(x.source_id == "fresh");
  CHECK(x.author_id == "Ann");
  CHECK(x.said_ns == me.now - 1'800 * ns_per_s);
  const auto call = signals::parse_signal(x.signal);
  REQUIRE(call);
  CHECK(call->source == "http:me");
  CHECK(to_string(call->entries.at(0)) == "0.000000123456");
  CHECK_THROWS_AS(read_signal(R"({"steps":[{"kind":"cancel"}],"source":"http:you"})", me), refusal);
  CHECK_THROWS_AS(read_signal(R"({"steps":[{"kind":"cancel"}],"source_id":7})", me), refusal);
  CHECK_THROWS_AS(
      read_signal(R"({"source_id":"a","source_id":"b","steps":[{"kind":"cancel"}]})", me), refusal);
}
