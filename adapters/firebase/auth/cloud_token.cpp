#include "adapters/firebase/auth/cloud_token.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "adapters/firebase/auth/compact_token.hpp"

namespace outcry::firebase::auth {

namespace {

constexpr std::int64_t cloud_skew_s = 300;
constexpr std::size_t longest_uid = 128;
constexpr std::size_t longest_key_id = 128;

auth_refusal invalid(std::string reason) {
  return {auth_refusal::code::invalid_token, std::move(reason)};
}

/// Why the claims are not those of a user of `project`; nothing if they are.
std::optional<auth_refusal> wrong_claims(const nlohmann::json& claims, const std::string& project,
                                         std::int64_t now_s, bool may_be_old) {
  if (text_member(claims, "aud") != project) return invalid("meant for another project");
  if (text_member(claims, "iss") != "https://securetoken.google.com/" + project)
    return invalid("issued by somebody else");
  const auto uid = text_member(claims, "sub");
  if (uid.empty() || uid.size() > longest_uid) return invalid("without a user");
  const auto issued = time_member(claims, "iat");
  const auto expires = time_member(claims, "exp");
  const auto signed_in = time_member(claims, "auth_time");
  if (!issued || !expires) return invalid("without iat or exp");
  if (*issued > now_s + cloud_skew_s) return invalid("issued in the future");
  if (may_be_old) return std::nullopt;
  if (!signed_in) return invalid("without auth_time");
  if (*signed_in > now_s + cloud_skew_s) return invalid("signed in in the future");
  if (*expires + cloud_skew_s <= now_s)
    return auth_refusal{auth_refusal::code::expired_token, "expired"};
  return std::nullopt;
}

std::string provider_of(const nlohmann::json& claims) {
  const auto details = claims.find("firebase");
  auto provider = details != claims.end() && details->is_object()
                      ? text_member(*details, "sign_in_provider")
                      : std::string{};
  return provider.empty() ? "custom" : provider;
}

}  // namespace

cloud_authenticator::cloud_authenticator(cloud_options opts, std::shared_ptr<key_source> keys)
    : opts_(std::move(opts)), keys_(std::move(keys)) {
  if (opts_.project.empty())
    throw std::invalid_argument("cloud sign-in: expected a project id, found none");
  if (!keys_ && !opts_.emulator)
    throw std::invalid_argument("cloud sign-in: expected keys to check signatures with");
}

auth_result cloud_authenticator::check(std::string_view credential, std::int64_t now_ms) {
  auto token = compact_token::parse(credential);
  if (!token) return invalid("not a JSON Web Token");
  const auto algorithm = text_member(token->header, "alg");
  const bool unsigned_one = opts_.emulator && algorithm == "none" && token->signature.empty();
  if (!unsigned_one) {
    // The header is the sender's: it may name a key, never how the key is used.
    if (algorithm != "RS256" || !keys_) return invalid("not signed with RS256");
    const auto key_id = text_member(token->header, "kid");
    if (key_id.empty() || key_id.size() > longest_key_id) return invalid("names no key");
    switch (keys_->verify(key_id, token->signed_text, token->signature, now_ms)) {
      case signature_state::good:
        break;
      case signature_state::bad:
        return invalid("the signature is wrong");
      case signature_state::unknown_key:
        return invalid("signed with a key that is not known now");
    }
  }
  // Unsigned ones are made with iat 0 and exp 3600.
  if (auto wrong = wrong_claims(token->claims, opts_.project, now_ms / 1000, unsigned_one))
    return *wrong;
  identity who;
  who.uid = text_member(token->claims, "sub");
  who.provider = provider_of(token->claims);
  if (!unsigned_one)
    who.expires_ms = (time_member(token->claims, "exp").value_or(0) + cloud_skew_s) * 1000;
  const bool listed =
      std::find(opts_.operators.begin(), opts_.operators.end(), who.uid) != opts_.operators.end();
  const auto claim = token->claims.find(opts_.operator_claim);
  const bool claimed = claim != token->claims.end() && *claim == true;
  token->claims["operator"] = listed || claimed;
  who.claims = std::move(token->claims);
  return who;
}

}  // namespace outcry::firebase::auth
