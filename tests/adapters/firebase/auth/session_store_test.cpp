#include "adapters/firebase/auth/session_store.hpp"

#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "adapters/firebase/auth/private_file.hpp"
#include "tests/adapters/firebase/auth/seeded.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase::auth;
using namespace outcry::test;

namespace {

constexpr std::int64_t day = 86'400'000;

struct fixture {
  session_store::options options() const {
    session_store::options opts;
    opts.data_dir = dir.path();
    opts.random = random;
    return opts;
  }
  /// As after a restart.
  session_store again() const { return session_store(options()); }

  std::string file() const {
    return read_private_file(dir.path() / "sessions.json", "test file", 1 << 20).value_or("");
  }

  temp_dir dir;
  random_bytes random = seeded_bytes();
  session_store store{options()};
  std::int64_t now = 1'700'000'000'000;
};

}  // namespace

TEST_CASE_METHOD(fixture, "a session is carried on by a new token each time") {
  const auto first = store.open("passcode", "salt", now);
  CHECK(store.alive(first.id, now));
  std::set<std::string> tokens{first.refresh_token};
  auto token = first.refresh_token;
  for (int i = 0; i < 5; ++i) {
    const auto next = store.renew(token, now += 1'800'000);
    REQUIRE(next.has_value());
    CHECK(next->id == first.id);
    CHECK(next->provider == "passcode");
    CHECK(tokens.insert(next->refresh_token).second);
    token = next->refresh_token;
  }
  CHECK(store.alive(first.id, now));
}

TEST_CASE_METHOD(fixture, "a token that is used a second time ends its session, for both") {
  const auto other = store.open("passcode", "salt", now);
  const auto first = store.open("passcode", "salt", now);
  const auto second = store.renew(first.refresh_token, now);
  const auto third = store.renew(second->refresh_token, now + 1'000);
  REQUIRE(third.has_value());
  const auto before = store.revision();
  std::string old;
  // The last but one while it could still be a repeated step, and the last when it no longer could.
  SECTION("an old one") {
    old = first.refresh_token;
  }
  SECTION("the last one, too late") {
    old = second->refresh_token, now += 31'001;
  }
  CHECK_FALSE(store.renew(old, now).has_value());
  CHECK(store.revision() != before);
  CHECK_FALSE(store.alive(first.id, now));
  CHECK_FALSE(store.renew(third->refresh_token, now).has_value());
  CHECK_FALSE(again().renew(third->refresh_token, now).has_value());
  // Nobody else has to do with it.
  CHECK(store.renew(other.refresh_token, now).has_value());
}

TEST_CASE_METHOD(fixture, "a client whose answer got lost may repeat its step") {
  const auto first = store.open("passcode", "salt", now);
  const auto lost = store.renew(first.refresh_token, now);
  const auto next = store.renew(first.refresh_token, now + 20'000);
  REQUIRE(next.has_value());
  // The one that was lost is void: whoever shows it is somebody else.
  SECTION("and go on") {
    CHECK(store.renew(next->refresh_token, now + 1'800'000).has_value());
    CHECK_FALSE(store.renew(first.refresh_token, now + 1'800'000).has_value());
  }
  SECTION("but not for ever") {
    CHECK_FALSE(store.renew(first.refresh_token, now + 31'000).has_value());
    CHECK_FALSE(store.alive(first.id, now));
  }
  SECTION("and nobody may use the lost one") {
    CHECK_FALSE(store.renew(lost->refresh_token, now + 21'000).has_value());
    CHECK_FALSE(store.renew(next->refresh_token, now + 21'000).has_value());
  }
}

TEST_CASE_METHOD(fixture, "what only looks like a token ends nothing") {
  const auto one = store.open("passcode", "salt", now);
  const auto& token = one.refresh_token;
  auto other = token;
  other[30] = other[30] == 'A' ? 'B' : 'A';
  for (const std::string& bad : {std::string{}, one.id, token.substr(1), token + "x", other,
                                 one.id + '.' + std::string(43, 'A') + '.' + std::string(43, 'A'),
                                 std::string(100'000, '.'), std::string(110, '.')}) {
    INFO(bad.substr(0, 200));
    CHECK_FALSE(store.renew(bad, now).has_value());
    CHECK_FALSE(store.close(bad, now));
    CHECK_FALSE(store.would_renew(bad, now));
  }
  CHECK(store.alive(one.id, now));
  CHECK(store.renew(token, now).has_value());
}

TEST_CASE_METHOD(fixture, "sessions survive a restart, and the file gives none away") {
  const auto one = store.open("passcode", "salt", now);
  const auto next = store.renew(one.refresh_token, now + 1);
  for (std::size_t at = one.id.size() + 1; at < next->refresh_token.size(); at += 44)
    CHECK(file().find(next->refresh_token.substr(at, 43)) == std::string::npos);
  struct stat s {};
  REQUIRE(::stat((dir.path() / "sessions.json").c_str(), &s) == 0);
  CHECK((s.st_mode & 07777) == 0600);
  auto after = again();
  CHECK(after.alive(one.id, now));
  CHECK(after.renew(next->refresh_token, now + 2).has_value());
  // A used one is known for what it is after a restart too.
  CHECK_FALSE(after.renew(one.refresh_token, now + 60'000).has_value());
  CHECK_FALSE(after.alive(one.id, now));
}

TEST_CASE_METHOD(fixture, "a session unused for a month is over") {
  const auto one = store.open("passcode", "salt", now);
  const auto next = store.renew(one.refresh_token, now + 29 * day);
  REQUIRE(next.has_value());
  CHECK(store.alive(one.id, now + 58 * day));
  CHECK_FALSE(store.alive(one.id, now + 59 * day + 1));
  CHECK_FALSE(store.would_renew(next->refresh_token, now + 59 * day + 1));
  CHECK_FALSE(store.renew(next->refresh_token, now + 59 * day + 1).has_value());
  store.keep_only("salt", now + 59 * day + 1);
  CHECK(file() == "[]\n");
}

TEST_CASE_METHOD(fixture, "there are only so many sessions, the stalest makes room") {
  std::vector<session_store::grant> all;
  for (int i = 0; i < 64; ++i) all.push_back(store.open("passcode", "salt", now + i));
  const auto renewed = store.renew(all[0].refresh_token, now + 100);
  const auto before = store.revision();
  const auto more = store.open("passcode", "salt", now + 101);
  CHECK(store.revision() != before);
  CHECK(store.alive(more.id, now));
  CHECK(store.alive(all[0].id, now));
  CHECK_FALSE(store.alive(all[1].id, now));
  CHECK(store.alive(all[2].id, now));
}

TEST_CASE_METHOD(fixture, "signing out ends one session or all, for good") {
  const auto one = store.open("passcode", "salt", now);
  const auto two = store.open("passcode", "salt", now);
  const auto three = store.open("passcode", "salt", now);
  CHECK(store.would_renew(one.refresh_token, now));
  CHECK(store.close(one.refresh_token, now));
  CHECK_FALSE(store.alive(one.id, now));
  CHECK_FALSE(store.would_renew(one.refresh_token, now));
  // With a used token as well: what it cannot do is go on.
  const auto next = store.renew(two.refresh_token, now);
  CHECK_FALSE(store.would_renew(two.refresh_token, now + 60'000));
  CHECK(store.close(two.refresh_token, now + 60'000));
  CHECK_FALSE(store.renew(next->refresh_token, now).has_value());
  CHECK(store.alive(three.id, now));
  store.close_all();
  CHECK_FALSE(store.alive(three.id, now));
  CHECK_FALSE(again().alive(three.id, now));
}

TEST_CASE_METHOD(fixture, "another passcode ends the sessions of the one before") {
  const auto old = store.open("passcode", "salt", now);
  const auto fresh = store.open("passcode", "pepper", now);
  const auto open = store.open("machine", "", now);
  store.keep_only("pepper", now);
  CHECK_FALSE(store.alive(old.id, now));
  CHECK_FALSE(store.alive(open.id, now));
  CHECK(store.alive(fresh.id, now));
  const auto before = store.revision();
  store.keep_only("pepper", now);
  CHECK(store.revision() == before);
}

TEST_CASE_METHOD(fixture, "a step that cannot be written down is not taken") {
  const auto one = store.open("passcode", "salt", now);
  std::filesystem::rename(dir.path() / "sessions.json", dir.path() / "aside");
  std::filesystem::create_directory(dir.path() / "sessions.json");
  CHECK_THROWS_AS(store.renew(one.refresh_token, now), std::runtime_error);
  CHECK_THROWS_AS(store.open("passcode", "salt", now), std::runtime_error);
  std::filesystem::remove(dir.path() / "sessions.json");
  CHECK(store.renew(one.refresh_token, now).has_value());
}

TEST_CASE_METHOD(fixture, "signing out works at once even if it cannot be written down") {
  const auto one = store.open("passcode", "salt", now);
  std::filesystem::remove(dir.path() / "sessions.json");
  std::filesystem::create_directory(dir.path() / "sessions.json");
  CHECK_THROWS_AS(store.close(one.refresh_token, now), std::runtime_error);
  CHECK_FALSE(store.alive(one.id, now));
}

TEST_CASE_METHOD(fixture, "a damaged session file lets nobody in and keeps nobody out") {
  const auto one = store.open("passcode", "salt", now);
  auto text = file();
  SECTION("cut") {
    text.resize(text.size() / 2);
  }
  SECTION("doubled names") {
    text.replace(text.find("\"used\""), 6, "\"id\"");
  }
  SECTION("of another kind") {
    text = R"([{"id":1}])";
  }
  SECTION("endless") {
    text.assign(2u << 20, ' ');
  }
  std::ofstream(dir.path() / "sessions.json") << text;
  auto after = again();
  CHECK_FALSE(after.alive(one.id, now));
  const auto two = after.open("passcode", "salt", now);
  CHECK(again().alive(two.id, now));
}
