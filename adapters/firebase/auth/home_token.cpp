#include "adapters/firebase/auth/home_token.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/compact_token.hpp"
#include "adapters/firebase/auth/private_file.hpp"
#include "adapters/firebase/jwt.hpp"
#include "adapters/http/token_file.hpp"

namespace outcry::firebase::auth {

namespace {

constexpr const char* issuer = "outcry";
constexpr const char* operator_uid = "operator";
constexpr std::int64_t clock_skew_s = 300;

auth_refusal invalid_home_token(std::string reason) {
  return {auth_refusal::code::invalid_token, std::move(reason)};
}

auth_refusal expired(std::string reason) {
  return {auth_refusal::code::expired_token, std::move(reason)};
}

}  // namespace

signing_key::signing_key(const std::filesystem::path& data_dir) : path_(data_dir / "sign-in.key") {
  reload();
}

std::string signing_key::current() const {
  std::lock_guard lock(mutex_);
  return key_;
}

void signing_key::rotate(const random_bytes& random) {
  auto next = base64url(random(32));
  write_private_file(path_, "signing key", next + '\n');
  stamp_ = file_stamp::of(path_.string());
  replace(std::move(next));
}

void signing_key::replace(std::string key) {
  std::lock_guard lock(mutex_);
  if (key != key_) ++revision_;
  key_ = std::move(key);
}

void signing_key::reload() {
  const auto stamp = file_stamp::of(path_.string());
  if (stamp.exists() && stamp == stamp_) return;
  auto next = http::ensure_token(path_);
  stamp_ = stamp.exists() ? stamp : file_stamp::of(path_.string());
  replace(std::move(next));
}

std::string sign_home_token(const home_token& token, std::string_view key) {
  const nlohmann::json header{{"alg", "HS256"}, {"typ", "JWT"}};
  const nlohmann::json claims{{"iss", issuer},         {"aud", issuer},
                              {"iat", token.issued_s}, {"exp", token.expires_s},
                              {"sub", operator_uid},   {"uid", operator_uid},
                              {"operator", true},      {"provider", token.provider},
                              {"sid", token.session}};
  const auto text = base64url(header.dump()) + '.' + base64url(claims.dump());
  return text + '.' + base64url(hmac_sha256(key, text));
}

auth_result home_authenticator::check(std::string_view credential, std::int64_t now_ms) {
  auto token = compact_token::parse(credential);
  if (!token) return invalid_home_token("not a JSON Web Token");
  if (text_member(token->header, "alg") != "HS256")
    return invalid_home_token("not signed with HS256");
  if (!same_bytes(hmac_sha256(key_.current(), token->signed_text), token->signature))
    return invalid_home_token("the signature is not ours");
  // From here on it is one of ours, or of somebody who holds our key.
  const auto issued = time_member(token->claims, "iat");
  const auto expires = time_member(token->claims, "exp");
  const auto session = text_member(token->claims, "sid");
  const auto uid = text_member(token->claims, "uid");
  if (text_member(token->claims, "iss") != issuer || text_member(token->claims, "aud") != issuer ||
      !issued || !expires || uid.empty()) {
    return invalid_home_token("signed with our key, but not an ID token");
  }
  const auto now_s = now_ms / 1000;
  if (*issued > now_s + clock_skew_s) return invalid_home_token("issued in the future");
  if (*expires <= now_s) return expired("expired");
  if (!sessions_.alive(session, now_ms)) return expired("signed out");
  identity who;
  who.uid = uid;
  who.provider = text_member(token->claims, "provider");
  who.expires_ms = *expires * 1000;
  who.claims = std::move(token->claims);
  return who;
}

}  // namespace outcry::firebase::auth
