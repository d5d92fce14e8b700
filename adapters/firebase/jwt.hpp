#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outcry::firebase {

/// What a service account asserts about itself to get an access token (RFC 7523; Google's claims).
struct service_claims {
  std::string issuer;          ///< client_email
  std::string scope;           ///< separated by spaces
  std::string audience;        ///< token_uri
  std::int64_t issued_at = 0;  ///< UNIX seconds; expires one hour later
};

/// Base64 with the URL alphabet and without padding (RFC 4648, section 5).
std::string base64url(std::string_view bytes);

/// True if `pem` is an RSA private key without a pass phrase.
bool is_rsa_private_key(std::string_view pem);

/// A signed JWT, RS256; `key_id` empty = no `kid`. Throws std::runtime_error if the key cannot be
/// used; the text never holds any of it.
std::string sign_jwt(const service_claims& claims, std::string_view private_key_pem,
                     std::string_view key_id);

}  // namespace outcry::firebase
