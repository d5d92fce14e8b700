#include "adapters/firebase/auth/fetched_keys.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/firebase/auth/id_tokens.hpp"
#include "tests/adapters/firebase/scripted_server.hpp"
#include "tests/adapters/firebase/test_pki.hpp"
#include "tests/support/process.hpp"

using namespace outcry::firebase::auth;
using namespace outcry::test;
using nlohmann::json;

namespace {

constexpr std::int64_t start = 1'700'000'000'000;

/// A publisher of keys and a clock, both moved by hand.
struct publisher {
  key_answer answer() {
    std::lock_guard lock(mutex);
    ++asked;
    return next;
  }
  void publish(const std::string& id, const std::string& cache_control) {
    std::lock_guard lock(mutex);
    next = {true, json{{id, pem}}.dump(), cache_control, {}};
  }
  void fail() {
    std::lock_guard lock(mutex);
    next = {false, {}, {}, "nobody is there"};
  }

  fetched_keys::options options() {
    fetched_keys::options opts;
    opts.ask = [this](const std::stop_token&) { return answer(); };
    opts.now = [this] { return now.load(); };
    return opts;
  }

  signature_state verify(fetched_keys& keys, const std::string& id) {
    return keys.verify(id, "text", signature, now);
  }
  /// Waits until the answer to question number `count` is in force.
  bool becomes(fetched_keys& keys, const std::string& id, signature_state wanted) {
    return eventually([&] { return verify(keys, id) == wanted; });
  }
  bool asked_times(int count) {
    return eventually([&] { return asked == count; });
  }
  void move(fetched_keys& keys, std::int64_t by_ms) {
    now += by_ms;
    keys.look();
  }

  key_ptr key = make_rsa_key();
  std::string pem = certificate_pem(self_signed(key.get(), "DNS:keys.example.org").get());
  std::string signature = sign_rs256(key.get(), "text");
  std::mutex mutex;
  key_answer next;
  std::atomic<int> asked = 0;
  std::atomic<std::int64_t> now = start;
};

}  // namespace

TEST_CASE_METHOD(publisher, "keys are fetched at the start and again before they are too old") {
  publish("one", "public, max-age=20000, must-revalidate");
  fetched_keys keys(options());
  REQUIRE(becomes(keys, "one", signature_state::good));
  CHECK(keys.verify("one", "other text", signature, now) == signature_state::bad);
  const int before = asked;
  publish("two", "public, max-age=20000");
  move(keys, 17'999'000);
  CHECK(verify(keys, "one") == signature_state::good);
  CHECK(asked == before);
  move(keys, 1'000);
  REQUIRE(becomes(keys, "two", signature_state::good));
  CHECK(verify(keys, "one") == signature_state::unknown_key);
}

TEST_CASE_METHOD(publisher, "keys whose time is over are not used, whatever the network does") {
  publish("one", "max-age=3600");
  fetched_keys keys(options());
  REQUIRE(becomes(keys, "one", signature_state::good));
  fail();
  move(keys, 3'599'999);
  CHECK(verify(keys, "one") == signature_state::good);
  move(keys, 1);
  CHECK(verify(keys, "one") == signature_state::unknown_key);
  publish("one", "max-age=3600");
  // It was asked just now; the next time is a minute later.
  move(keys, 60'000);
  CHECK(becomes(keys, "one", signature_state::good));
}

TEST_CASE_METHOD(publisher, "an unknown key id asks again, but once a minute only") {
  publish("one", "max-age=86400");
  fetched_keys keys(options());
  REQUIRE(becomes(keys, "one", signature_state::good));
  move(keys, 60'000);
  REQUIRE(verify(keys, "guess") == signature_state::unknown_key);
  keys.look();
  REQUIRE(asked_times(2));
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE(verify(keys, "guess" + std::to_string(i)) == signature_state::unknown_key);
    move(keys, 59);
  }
  CHECK(asked == 2);
  publish("two", "max-age=86400");
  move(keys, 1'000);
  REQUIRE(becomes(keys, "two", signature_state::good));
  CHECK(asked == 3);
}

TEST_CASE_METHOD(publisher, "an answer that makes no sense leaves the keys known in force") {
  publish("one", "max-age=7200");
  fetched_keys keys(options());
  REQUIRE(becomes(keys, "one", signature_state::good));
  const int before = asked;
  {
    std::lock_guard lock(mutex);
    next = {true, "<html>log in to this hotel's network</html>", "max-age=7200", {}};
  }
  move(keys, 6'600'000);
  REQUIRE(asked_times(before + 1));
  // Asked again, so the first answer has been taken.
  move(keys, 60'000);
  REQUIRE(asked_times(before + 2));
  CHECK(verify(keys, "one") == signature_state::good);
}

TEST_CASE_METHOD(publisher, "ending does not wait for an answer") {
  auto opts = options();
  gate asking;
  opts.ask = [&](const std::stop_token& stop) {
    asking.open();
    std::mutex waiting;
    std::condition_variable_any changed;
    std::unique_lock lock(waiting);
    changed.wait(lock, stop, [] { return false; });
    return key_answer{};
  };
  fetched_keys keys(opts);
  REQUIRE(asking.wait());
}

TEST_CASE("the max-age is found in a Cache-Control header") {
  CHECK(max_age_seconds("public, max-age=21600, must-revalidate, no-transform") == 21600);
  CHECK(max_age_seconds("Max-Age=5") == 5);
  CHECK(max_age_seconds("max-age=5, no-store") == 0);
  CHECK(max_age_seconds("no-cache") == 0);
  for (const char* none : {"", "public", "max-age", "max-age=", "max-age=-5", "max-age=5x",
                           "s-maxage=5", "max-age=99999999999999999999", ",,,"}) {
    INFO(none);
    CHECK(max_age_seconds(none) == -1);
  }
}

TEST_CASE("keys are asked for over HTTP, from https or this machine only") {
  scripted_server server;
  server.then(200, R"({"a":"b"})", {"Cache-Control: public, max-age=77"});
  server.then(404, "nothing");
  server.then(200, std::string(300'000, ' '));
  const auto ask = ask_for_keys(server.origin() + "/keys", {});
  const auto good = ask({});
  CHECK(good.complete);
  CHECK(good.body == R"({"a":"b"})");
  CHECK(good.cache_control == "public, max-age=77");
  const auto missing = ask({});
  CHECK_FALSE(missing.complete);
  CHECK(missing.problem == "status 404");
  const auto giant = ask({});
  CHECK_FALSE(giant.complete);
  CHECK(giant.problem.find("larger than") != std::string::npos);
  CHECK(server.requests(3).at(0).target == "/keys");
  CHECK_THROWS_WITH(ask_for_keys("http://keys.example.org/", {}), Catch::Contains("https"));
}
