#include "adapters/firebase/auth/cloud_token.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/secrets.hpp"
#include "adapters/firebase/jwt.hpp"
#include "tests/adapters/firebase/auth/id_tokens.hpp"
#include "tests/adapters/firebase/test_pki.hpp"

using namespace outcry::firebase::auth;
using namespace outcry::test;
using nlohmann::json;
using outcry::firebase::base64url;

namespace {

constexpr std::int64_t now_s = 1'700'000'000;

/// The keys of a made-up Google.
class fixed_keys : public key_source {
public:
  explicit fixed_keys(std::string_view text) : keys_(certificate_keys::parse(text)) {}

  signature_state verify(std::string_view key_id, std::string_view text, std::string_view signature,
                         std::int64_t) override {
    return keys_.verify(key_id, text, signature);
  }

private:
  certificate_keys keys_;
};

struct cloud {
  cloud() {
    options.project = "demo-x";
    options.operators = {"boss"};
  }

  json claims() const {
    return {{"iss", "https://securetoken.google.com/demo-x"},
            {"aud", "demo-x"},
            {"auth_time", now_s - 600},
            {"user_id", "boss"},
            {"sub", "boss"},
            {"iat", now_s - 10},
            {"exp", now_s + 3590},
            {"email", "boss@example.org"},
            {"firebase", {{"sign_in_provider", "password"}}}};
  }
  json with(const char* name, const json& value) const {
    auto changed = claims();
    changed[name] = value;
    return changed;
  }
  json without(const char* name) const {
    auto changed = claims();
    changed.erase(name);
    return changed;
  }
  std::string token(const json& what) const { return rs256_token(key.get(), header, what); }

  auth_result check(const std::string& text, std::int64_t later_s = 0) {
    return cloud_authenticator(options, keys).check(text, (now_s + later_s) * 1000);
  }

  key_ptr key = make_rsa_key();
  certificate_ptr certificate = self_signed(key.get(), "DNS:keys.example.org");
  json header{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "key-1"}};
  std::shared_ptr<key_source> keys =
      std::make_shared<fixed_keys>(json{{"key-1", certificate_pem(certificate.get())}}.dump());
  cloud_options options;
};

}  // namespace

TEST_CASE_METHOD(cloud, "an ID token of the project says who its bearer is") {
  const auto found = who(check(token(claims())));
  CHECK_FALSE(found.admin);
  CHECK(found.uid == "boss");
  CHECK(found.provider == "password");
  CHECK(found.claims["email"] == "boss@example.org");
  CHECK(found.expires_ms == (now_s + 3590 + 300) * 1000);
  CHECK(who(check(token(without("firebase")))).provider == "custom");
}

TEST_CASE_METHOD(cloud, "the operator is named by uid or by claim") {
  auto is_operator = [&](const json& what) { return who(check(token(what))).claims["operator"]; };
  CHECK(is_operator(claims()) == true);
  CHECK(is_operator(with("sub", "guest")) == false);
  auto claimed = with("sub", "guest");
  claimed["operator"] = true;
  CHECK(is_operator(claimed) == true);
  for (const json& value : {json("true"), json(1), json(nullptr), json::array({true})}) {
    claimed["operator"] = value;
    CHECK(is_operator(claimed) == false);
  }
  options.operator_claim = "trader";
  claimed["operator"] = true;
  CHECK(is_operator(claimed) == false);
  claimed["trader"] = true;
  CHECK(is_operator(claimed) == true);
}

TEST_CASE_METHOD(cloud, "a token of another project, issuer or user is refused") {
  auto refuses = [&](const json& what, const std::string& why) {
    INFO(what.dump());
    CHECK(refused(check(token(what))) == "invalid_token: " + why);
  };
  refuses(with("aud", "demo-y"), "meant for another project");
  refuses(with("aud", json::array({"demo-x"})), "meant for another project");
  refuses(without("aud"), "meant for another project");
  refuses(with("iss", "https://securetoken.google.com/demo-y"), "issued by somebody else");
  refuses(with("iss", "https://accounts.google.com"), "issued by somebody else");
  refuses(without("iss"), "issued by somebody else");
  refuses(without("sub"), "without a user");
  refuses(with("sub", ""), "without a user");
  refuses(with("sub", 7), "without a user");
  refuses(with("sub", std::string(129, 'u')), "without a user");
  CHECK(who(check(token(with("sub", std::string(128, 'u'))))).uid.size() == 128);
}

TEST_CASE_METHOD(cloud, "times count, with five minutes of skew") {
  const auto good = token(claims());
  CHECK(who(check(good, 3590 + 299)).uid == "boss");
  CHECK(refused(check(good, 3590 + 300)) == "expired_token: expired");
  CHECK(who(check(token(with("iat", now_s + 300)))).uid == "boss");
  CHECK(refused(check(token(with("iat", now_s + 301)))) == "invalid_token: issued in the future");
  CHECK(who(check(token(with("auth_time", now_s + 300)))).uid == "boss");
  CHECK(refused(check(token(with("auth_time", now_s + 301)))) ==
        "invalid_token: signed in in the future");
  CHECK(refused(check(token(without("auth_time")))) == "invalid_token: without auth_time");
  for (const char* name : {"iat", "exp"}) {
    CHECK(refused(check(token(without(name)))) == "invalid_token: without iat or exp");
    for (const json& value : {json("1700000000"), json(-1), json(1.7e9), json(1e300)})
      CHECK(refused(check(token(with(name, value)))) == "invalid_token: without iat or exp");
  }
}

TEST_CASE_METHOD(cloud, "forged ID tokens are refused") {
  const auto text = unsigned_part(header, claims());
  const auto signature = sign_rs256(key.get(), text);
  REQUIRE(who(check(text + '.' + base64url(signature))).uid == "boss");

  SECTION("another key") {
    const auto other = make_rsa_key();
    CHECK(refused(check(rs256_token(other.get(), header, claims()))) ==
          "invalid_token: the signature is wrong");
  }
  SECTION("a signature of something else") {
    CHECK(refused(check(unsigned_part(header, with("sub", "guest")) + '.' +
                        base64url(signature))) == "invalid_token: the signature is wrong");
    auto bad = signature;
    for (std::size_t at : {std::size_t{0}, bad.size() / 2, bad.size() - 1}) {
      bad[at] = static_cast<char>(bad[at] ^ 1);
      CHECK_FALSE(refused(check(text + '.' + base64url(bad))).empty());
      bad[at] = static_cast<char>(bad[at] ^ 1);
    }
    for (const auto& odd : {std::string{}, signature.substr(1), signature + '\0',
                            std::string(signature.size(), '\0')})
      CHECK_FALSE(refused(check(text + '.' + base64url(odd))).empty());
  }
  SECTION("no algorithm") {
    for (const json& alg : {json("none"), json("None"), json("NONE"), json(""), json(nullptr)}) {
      header["alg"] = alg;
      const auto part = unsigned_part(header, claims());
      CHECK(refused(check(part + '.')) == "invalid_token: not signed with RS256");
      CHECK(refused(check(part + '.' + base64url(sign_rs256(key.get(), part)))) ==
            "invalid_token: not signed with RS256");
    }
  }
  SECTION("HS256 with the public key as its secret") {
    header["alg"] = "HS256";
    const auto part = unsigned_part(header, claims());
    const auto pem = certificate_pem(certificate.get());
    CHECK(refused(check(part + '.' + base64url(hmac_sha256(pem, part)))) ==
          "invalid_token: not signed with RS256");
  }
  SECTION("no key, or one that is not known") {
    for (const json& id : {json(""), json(nullptr), json(1), json(std::string(129, 'k'))}) {
      header["kid"] = id;
      CHECK(refused(check(rs256_token(key.get(), header, claims()))) ==
            "invalid_token: names no key");
    }
    header["kid"] = "key-2";
    CHECK(refused(check(rs256_token(key.get(), header, claims()))) ==
          "invalid_token: signed with a key that is not known now");
  }
  SECTION("doubled names") {
    const auto part = base64url(header.dump()) + '.' +
                      base64url(R"({"sub":"guest",)" + claims().dump().substr(1));
    CHECK(refused(check(part + '.' + base64url(sign_rs256(key.get(), part)))) ==
          "invalid_token: not a JSON Web Token");
  }
  SECTION("cut or giant") {
    const auto whole = text + '.' + base64url(signature);
    for (std::size_t size = 0; size < whole.size(); size += 7)
      CHECK_FALSE(refused(check(whole.substr(0, size))).empty());
    CHECK_FALSE(refused(check(std::string(20'000'000, '.'))).empty());
    CHECK(refused(check(token(with("filler", std::string(20'000, 'x'))))) ==
          "invalid_token: not a JSON Web Token");
  }
}

TEST_CASE_METHOD(cloud, "tokens that nobody signed are taken in the emulator's mode only") {
  const json none{{"alg", "none"}, {"typ", "JWT"}};
  // What mockUserToken makes: it is long over.
  const json mocked{{"iss", "https://securetoken.google.com/demo-x"},
                    {"aud", "demo-x"},
                    {"iat", 0},
                    {"exp", 3600},
                    {"auth_time", 0},
                    {"sub", "boss"},
                    {"user_id", "boss"},
                    {"firebase", {{"sign_in_provider", "custom"}, {"identities", json::object()}}}};
  const auto text = unsigned_part(none, mocked) + '.';
  CHECK(refused(check(text)) == "invalid_token: not signed with RS256");
  options.emulator = true;
  const auto found = who(check(text));
  CHECK(found.uid == "boss");
  CHECK(found.expires_ms == 0);
  CHECK(found.claims["operator"] == true);
  // Another project stays another project, a wrong signature a wrong one.
  auto other = mocked;
  other["aud"] = "demo-y";
  CHECK_FALSE(refused(check(unsigned_part(none, other) + '.')).empty());
  CHECK_FALSE(refused(check(text + "AAAA")).empty());
  CHECK(who(check(token(claims()))).uid == "boss");
  CHECK(refused(check(rs256_token(make_rsa_key().get(), header, claims()))) ==
        "invalid_token: the signature is wrong");
}

TEST_CASE_METHOD(cloud, "a cloud without a project or keys is refused") {
  CHECK_THROWS_AS(cloud_authenticator(options, nullptr), std::invalid_argument);
  options.project.clear();
  CHECK_THROWS_AS(cloud_authenticator(options, keys), std::invalid_argument);
}

TEST_CASE_METHOD(cloud, "keys that make no sense are refused with the reason") {
  const auto pem = certificate_pem(certificate.get());
  auto refuses = [](const std::string& text, const std::string& why) {
    INFO(text.substr(0, 100));
    CHECK_THROWS_WITH(certificate_keys::parse(text), Catch::Contains(why));
  };
  refuses("", "JSON object");
  refuses("<html>", "JSON object");
  refuses("{}", "found 0");
  refuses(R"({"a":{"b":1}})", "JSON object");
  refuses(R"({"a":"x","a":"x"})", "JSON object");
  refuses(R"({"a":1})", "PEM");
  refuses(json{{"a", pem}, {"b", pem.substr(0, pem.size() / 2)}}.dump(), "PEM");
  json many;
  for (int i = 0; i < 65; ++i) many[std::to_string(i)] = pem;
  refuses(many.dump(), "found 65");
  const key_ptr small(EVP_RSA_gen(1024), &EVP_PKEY_free);
  refuses(json{{"a", certificate_pem(self_signed(small.get(), "DNS:a").get())}}.dump(), "2048");
  const key_ptr curve(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  refuses(json{{"a", certificate_pem(self_signed(curve.get(), "DNS:a").get())}}.dump(), "RSA");
}
