#include "adapters/firebase/auth/attempt_limiter.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace outcry::firebase::auth;
using namespace std::chrono_literals;

namespace {

/// Tries at `now` with a wrong passcode; true if the limiter let it.
bool guess(attempt_limiter& limiter, const std::string& address, std::int64_t now) {
  if (limiter.refuse(address, now)) return false;
  limiter.failed(address, now);
  return true;
}

std::string stranger(int number) {
  return fmt::format("10.0.{}.{}:4000", number / 250, number % 250 + 1);
}

}  // namespace

TEST_CASE("after a few wrong attempts an address waits, twice as long each time") {
  attempt_limiter limiter;
  std::int64_t now = 1'000'000;
  for (int i = 0; i < 5; ++i) REQUIRE(guess(limiter, "10.0.0.1:1", now));
  std::int64_t expected = 2'000;
  for (int i = 0; i < 12; ++i) {
    const auto wait = limiter.refuse("10.0.0.1:2", now);
    REQUIRE(wait.has_value());
    CHECK(wait->count() == std::min<std::int64_t>(expected, 900'000));
    CHECK(limiter.refuse("10.0.0.1:2", now + wait->count() - 1).has_value());
    now += wait->count();
    REQUIRE(guess(limiter, "10.0.0.1:2", now));
    expected *= 2;
  }
}

TEST_CASE("a right passcode and a day of peace forgive") {
  attempt_limiter limiter;
  std::int64_t now = 1'000'000;
  for (int i = 0; i < 5; ++i) guess(limiter, "10.0.0.1:1", now);
  REQUIRE(limiter.refuse("10.0.0.1:1", now).has_value());
  SECTION("a right one") {
    limiter.succeeded("10.0.0.1:1", now);
  }
  SECTION("a day") {
    now += 86'400'001;
  }
  for (int i = 0; i < 5; ++i) CHECK(guess(limiter, "10.0.0.1:1", now));
  CHECK(limiter.refuse("10.0.0.1:1", now).has_value());
}

TEST_CASE("one attacker does not shut others out") {
  attempt_limiter limiter;
  std::int64_t now = 1'000'000;
  for (int i = 0; i < 100'000; ++i) guess(limiter, "10.0.0.1:1", now += 100);
  CHECK(limiter.refuse("10.0.0.1:1", now).has_value());
  CHECK_FALSE(limiter.refuse("10.0.0.2:1", now).has_value());
  CHECK_FALSE(limiter.refuse("[::1]:1", now).has_value());
}

TEST_CASE("an attacker with many addresses gets little further than with one") {
  attempt_limiter limiter;
  std::int64_t now = 1'000'000;
  int tried = 0;
  for (int second = 0; second < 3'600; ++second, now += 1'000)
    for (int i = 0; i < 500; ++i)
      if (guess(limiter, stranger(i), now)) ++tried;
  INFO(tried);
  // 40 at once, then two in five seconds at most: one forgotten, one whose moment has come.
  CHECK(tried <= 40 + 2 * 3'600 / 5);
}

TEST_CASE("under such an attack a stranger's turn comes") {
  attempt_limiter limiter;
  std::int64_t now = 1'000'000;
  auto attack = [&] {
    for (int i = 0; i < 200; ++i) guess(limiter, stranger(i), now);
  };
  for (int second = 0; second < 600; ++second, now += 1'000) attack();
  attack();
  const auto wait = limiter.refuse("192.168.1.9:5", now);
  REQUIRE(wait.has_value());
  // At most one moment for each address that stands before.
  CHECK(*wait <= 201 * 5s);
  const auto turn = now + wait->count();
  for (; now < turn; now += 1'000) {
    attack();
    limiter.refuse("192.168.1.9:5", now);
  }
  now = turn + 2'000;
  attack();
  CHECK_FALSE(limiter.refuse("192.168.1.9:5", now).has_value());
  limiter.succeeded("192.168.1.9:5", now);
  // Whoever has signed in does not queue again; nor does this machine.
  attack();
  CHECK_FALSE(limiter.refuse("192.168.1.9:6", now).has_value());
  CHECK_FALSE(limiter.refuse("127.0.0.1:6", now).has_value());
  CHECK(limiter.refuse("192.168.1.10:5", now).has_value());
}

TEST_CASE("a moment that was not used lapses") {
  attempt_limiter::options opts;
  opts.in_all_free = 1;
  attempt_limiter limiter(opts);
  std::int64_t now = 1'000'000;
  auto attack = [&] {
    for (int i = 0; i < 3; ++i) guess(limiter, stranger(i), now);
  };
  attack();
  attack();
  const auto wait = limiter.refuse("192.168.1.9:5", now);
  REQUIRE(wait.has_value());
  const auto last = now + wait->count() + opts.slot.count();
  while (now < last + 1) attack(), now += 1'000;
  now = last + 1;
  attack();
  CHECK(limiter.refuse("192.168.1.9:5", now).has_value());
}

TEST_CASE("what is remembered is bounded, and the clock may go back") {
  attempt_limiter::options opts;
  opts.addresses = 8;
  opts.in_all_free = 1'000'000;
  attempt_limiter limiter(opts);
  std::int64_t now = 1'000'000'000;
  for (int i = 0; i < 5; ++i) guess(limiter, "10.9.9.9", now);
  CHECK(limiter.refuse("10.9.9.9", now).has_value());
  for (int i = 0; i < 8; ++i) guess(limiter, stranger(i), now + i + 1);
  CHECK_FALSE(limiter.refuse("10.9.9.9", now + 10).has_value());

  for (int i = 0; i < 9; ++i) guess(limiter, "10.8.8.8", now += 40'000);
  now -= 500'000'000;
  const auto wait = limiter.refuse("10.8.8.8", now);
  REQUIRE(wait.has_value());
  CHECK(*wait <= 15min);
}

TEST_CASE("an address counts without its port, IPv6 by its network") {
  CHECK(limiter_key("10.0.0.1:80") == "10.0.0.1");
  CHECK(limiter_key("10.0.0.1") == "10.0.0.1");
  CHECK(limiter_key("[2001:db8:1:2:3:4:5:6]:80") == "2001:db8:1:2::/64");
  CHECK(limiter_key("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64");
  CHECK(limiter_key("[::ffff:10.0.0.1]:80") == "10.0.0.1");
  CHECK(limiter_key("[fe80::1%eth0]:80") == "fe80::/64");
  CHECK(limiter_key("[::1]:80") == "::1");
  CHECK(is_this_machine("127.0.0.1:80"));
  CHECK(is_this_machine("[::1]:80"));
  CHECK(is_this_machine("[::ffff:127.0.0.1]:80"));
  CHECK_FALSE(is_this_machine("[::2]:80"));
  CHECK_FALSE(is_this_machine("192.168.1.1:80"));
  CHECK_FALSE(is_this_machine(""));
}
