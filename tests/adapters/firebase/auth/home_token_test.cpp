#include "adapters/firebase/auth/home_token.hpp"

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include "adapters/firebase/auth/admin_tokens.hpp"
#include "adapters/firebase/auth/compact_token.hpp"
#include "adapters/firebase/jwt.hpp"
#include "adapters/http/token_file.hpp"
#include "tests/adapters/firebase/auth/id_tokens.hpp"
#include "tests/adapters/firebase/auth/seeded.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase::auth;
using namespace outcry::test;
using nlohmann::json;
using outcry::firebase::base64url;

namespace {

struct home {
  home() {
    session_store::options opts;
    opts.data_dir = dir.path();
    opts.random = random;
    sessions.emplace(opts);
    session = sessions->open("passcode", "salt", now_s * 1000).id;
  }

  home_token token() const { return {session, "passcode", now_s, now_s + 1800}; }

  /// A token of anything, signed as ours are.
  std::string signed_with(const std::string& secret, const json& header, const json& claims) const {
    const auto text = unsigned_part(header, claims);
    return text + '.' + base64url(hmac_sha256(secret, text));
  }

  auth_result check(const std::string& text, std::int64_t later_s = 0) {
    return home_authenticator(key, *sessions).check(text, (now_s + later_s) * 1000);
  }

  temp_dir dir;
  random_bytes random = seeded_bytes();
  signing_key key{dir.path()};
  std::optional<session_store> sessions;
  std::string session;
  static constexpr std::int64_t now_s = 1'700'000'000;
};

}  // namespace

TEST_CASE_METHOD(home, "a home token says who its bearer is until it expires") {
  const auto text = sign_home_token(token(), key.current());
  const auto found = who(check(text));
  CHECK_FALSE(found.admin);
  CHECK(found.uid == "operator");
  CHECK(found.provider == "passcode");
  CHECK(found.expires_ms == (now_s + 1800) * 1000);
  CHECK(found.claims == json{{"iss", "outcry"},
                             {"aud", "outcry"},
                             {"iat", now_s},
                             {"exp", now_s + 1800},
                             {"sub", "operator"},
                             {"uid", "operator"},
                             {"operator", true},
                             {"provider", "passcode"},
                             {"sid", session}});
  CHECK(who(check(text, 1799)).uid == "operator");
  CHECK(refused(check(text, 1800)) == "expired_token: expired");
  // The clock was set back: a little is forgiven.
  CHECK(who(check(text, -300)).uid == "operator");
  CHECK(refused(check(text, -301)) == "invalid_token: issued in the future");
}

TEST_CASE_METHOD(home, "a home token ends with its session") {
  const auto text = sign_home_token(token(), key.current());
  sessions->close_all();
  CHECK(refused(check(text)) == "expired_token: signed out");
  auto without = token();
  without.session.clear();
  CHECK(refused(check(sign_home_token(without, key.current()))) == "expired_token: signed out");
}

TEST_CASE_METHOD(home, "forged home tokens are refused") {
  const auto good = sign_home_token(token(), key.current());
  const auto parsed = compact_token::parse(good);
  REQUIRE(parsed.has_value());
  const json header = parsed->header;
  const json claims = parsed->claims;
  REQUIRE(who(check(signed_with(key.current(), header, claims))).uid == "operator");

  SECTION("each character matters") {
    for (std::size_t i = 0; i < good.size(); ++i) {
      auto bad = good;
      bad[i] = bad[i] == 'A' ? 'B' : 'A';
      INFO(i);
      REQUIRE_FALSE(refused(check(bad)).empty());
    }
  }
  SECTION("each length matters") {
    for (std::size_t size = 0; size < good.size(); ++size)
      REQUIRE_FALSE(refused(check(good.substr(0, size))).empty());
    CHECK_FALSE(refused(check(good + good)).empty());
    CHECK_FALSE(refused(check(std::string(10'000'000, 'A'))).empty());
  }
  SECTION("another key") {
    CHECK(refused(check(signed_with("", header, claims))) ==
          "invalid_token: the signature is not ours");
    CHECK_FALSE(refused(check(signed_with("guess", header, claims))).empty());
  }
  SECTION("no signature") {
    const json none{{"alg", "none"}, {"typ", "JWT"}};
    CHECK(refused(check(unsigned_part(none, claims) + '.')) ==
          "invalid_token: not signed with HS256");
    CHECK_FALSE(refused(check(unsigned_part(header, claims) + '.')).empty());
    // Also with a signature that would be good.
    for (const json& alg :
         {json("none"), json("None"), json("hs256"), json("RS256"), json(nullptr)})
      CHECK(refused(check(signed_with(key.current(), {{"alg", alg}}, claims))) ==
            "invalid_token: not signed with HS256");
  }
  SECTION("signed by us, but not this") {
    for (const char* name : {"iss", "aud", "iat", "exp", "uid", "sid"}) {
      auto changed = claims;
      changed.erase(name);
      INFO(name);
      CHECK_FALSE(refused(check(signed_with(key.current(), header, changed))).empty());
      changed[name] = json::array({claims[name]});
      CHECK_FALSE(refused(check(signed_with(key.current(), header, changed))).empty());
    }
  }
}

TEST_CASE_METHOD(home, "another signing key voids every token") {
  const auto text = sign_home_token(token(), key.current());
  const auto before = key.revision();
  SECTION("rotated") {
    key.rotate(random);
    CHECK(signing_key(dir.path()).current() == key.current());
  }
  SECTION("removed by hand") {
    std::filesystem::remove(dir.path() / "sign-in.key");
    key.reload();
  }
  CHECK(key.revision() != before);
  CHECK(refused(check(text)) == "invalid_token: the signature is not ours");
  struct stat s {};
  REQUIRE(::stat((dir.path() / "sign-in.key").c_str(), &s) == 0);
  CHECK((s.st_mode & 07777) == 0600);
  const auto after = key.revision();
  key.reload();
  CHECK(key.revision() == after);
  CHECK(who(check(sign_home_token(token(), key.current()))).uid == "operator");
}

TEST_CASE_METHOD(home, "a signing key that cannot be read leaves the one known in force") {
  const auto text = sign_home_token(token(), key.current());
  std::ofstream(dir.path() / "sign-in.key") << "short\n";
  CHECK_THROWS_AS(key.reload(), std::runtime_error);
  CHECK(who(check(text)).uid == "operator");
}

TEST_CASE("the content of a token file makes an administrator") {
  temp_dir dir;
  admin_tokens tokens({dir.path() / "operator.token", dir.path() / "floor.token"});
  const auto first = outcry::http::read_token(dir.path() / "operator.token");
  const auto second = outcry::http::read_token(dir.path() / "floor.token");
  for (const auto& token : {first, second}) {
    const auto found = who(tokens.check(token, 0));
    CHECK(found.admin);
    CHECK(found.expires_ms == 0);
  }
  for (const auto& bad : {std::string{}, first + "x", first.substr(1), first + second})
    CHECK(refused(tokens.check(bad, 0)) == "invalid_token: not a token of this floor");

  CHECK_FALSE(tokens.reload());
  std::ofstream(dir.path() / "new") << "another-token-altogether\n";
  std::filesystem::rename(dir.path() / "new", dir.path() / "operator.token");
  CHECK(tokens.reload());
  CHECK_FALSE(who(tokens.check(first, 0)).admin);
  CHECK(who(tokens.check("another-token-altogether", 0)).admin);
  // One that has gone changes nothing.
  std::filesystem::remove(dir.path() / "floor.token");
  CHECK_FALSE(tokens.reload());
  CHECK(who(tokens.check(second, 0)).admin);
}

TEST_CASE_METHOD(home, "a chain takes what any of its links takes") {
  auto admins = std::make_shared<admin_tokens>(
      std::vector<std::filesystem::path>{dir.path() / "operator.token"});
  authenticator_chain chain({admins, std::make_shared<home_authenticator>(key, *sessions), admins});
  const auto text = sign_home_token(token(), key.current());
  CHECK(who(chain.check(outcry::http::read_token(dir.path() / "operator.token"), 0)).admin);
  CHECK(who(chain.check(text, now_s * 1000)).uid == "operator");
  CHECK(refused(chain.check(text, (now_s + 1800) * 1000)) == "expired_token: expired");
  CHECK(refused(chain.check("something", 0)) == "invalid_token: not a token known here");
}
