#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "adapters/firebase/auth/authenticator.hpp"

namespace outcry::test {

/// The signature RS256 over `text`.
std::string sign_rs256(EVP_PKEY* key, std::string_view text);

/// header.claims. of a token, without its signature and the dot before it.
std::string unsigned_part(const nlohmann::json& header, const nlohmann::json& claims);

/// A token signed with `key`.
std::string rs256_token(EVP_PKEY* key, const nlohmann::json& header, const nlohmann::json& claims);

/// The identity in `result`; an empty one if it is a refusal.
firebase::auth::identity who(const firebase::auth::auth_result& result);

/// "invalid_token: why" of a refusal; empty for an identity.
std::string refused(const firebase::auth::auth_result& result);

}  // namespace outcry::test
