#include "adapters/discord/rate_limiter.hpp"

#include <catch2/catch.hpp>

namespace outcry::discord::test {

namespace {
limit_headers said(long status, std::optional<int> remaining = {}, std::optional<double> reset = {},
                   std::string bucket = {}) {
  limit_headers result;
  result.status = status;
  result.remaining = remaining;
  result.reset_after_s = reset;
  result.bucket = std::move(bucket);
  return result;
}
}  // namespace

TEST_CASE("a bucket that is empty waits for its reset, for its major id only") {
  rate_limiter limits;
  CHECK(limits.wait_ms("m", 1, 1000) == 0);
  limits.answered("m", 1, said(200, 0, 2.5), 1000);
  CHECK(limits.wait_ms("m", 1, 1000) == 2500);
  CHECK(limits.wait_ms("m", 2, 1000) == 0);
  CHECK(limits.wait_ms("other", 1, 1000) == 0);
  CHECK(limits.wait_ms("m", 1, 3500) == 0);
}

TEST_CASE("requests on their way count") {
  rate_limiter limits;
  limits.answered("m", 1, said(200, 2, 5), 0);
  limits.sent("m", 1, 0);
  CHECK(limits.wait_ms("m", 1, 0) == 0);
  limits.sent("m", 1, 0);
  CHECK(limits.wait_ms("m", 1, 0) == 5000);
}

TEST_CASE("routes that share a bucket wait together") {
  rate_limiter limits;
  limits.answered("a", 1, said(200, 5, 1, "abcd"), 0);
  limits.answered("b", 1, said(200, 0, 3, "abcd"), 0);
  CHECK(limits.wait_ms("a", 1, 0) == 3000);
}

TEST_CASE("429: of the bucket, of all, without a word how long") {
  rate_limiter limits;
  auto answer = said(429);
  SECTION("bucket") {
    answer.retry_after_s = 1.5;
    limits.answered("m", 1, answer, 0);
    CHECK(limits.wait_ms("m", 1, 0) == 1500);
    CHECK(limits.wait_ms("m", 2, 0) == 0);
  }
  SECTION("all") {
    answer.retry_after_s = 1.5;
    answer.global = true;
    limits.answered("m", 1, answer, 0);
    CHECK(limits.wait_ms("other", 7, 0) == 1500);
  }
  SECTION("no word") {
    limits.answered("m", 1, answer, 0);
    CHECK(limits.wait_ms("m", 1, 0) == 1000);
  }
  SECTION("an absurd word") {
    answer.retry_after_s = 1e300;
    limits.answered("m", 1, answer, 0);
    CHECK(limits.wait_ms("m", 1, 0) == 3600000);
  }
}

TEST_CASE("no more than 50 requests a second") {
  rate_limiter limits;
  for (std::uint64_t i = 0; i < 50; ++i) {
    CHECK(limits.wait_ms("m", i, 100) == 0);
    limits.sent("m", i, 100);
  }
  CHECK(limits.wait_ms("m", 99, 100) == 1000);
  CHECK(limits.wait_ms("m", 99, 1100) == 0);
}

TEST_CASE("invalid answers stop all requests long before Discord bans the address") {
  rate_limiter limits;
  auto shared = said(429);
  shared.shared = true;
  limits.answered("m", 1, shared, 0);
  limits.answered("m", 1, said(404), 0);
  CHECK(limits.invalid_answers() == 0);
  for (int i = 0; i < 1000; ++i) limits.answered("m", 2, said(403), 5000);
  CHECK(limits.invalid_answers() == 1000);
  CHECK(limits.wait_ms("m", 3, 5000) == 600000);
  CHECK(limits.wait_ms("m", 3, 605000) == 0);
}

}  // namespace outcry::discord::test
