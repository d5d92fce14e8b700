#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace outcry::firebase::auth {

constexpr std::size_t max_token_bytes = 16 * 1024;

/// The bytes of unpadded base64url (RFC 4648, section 5); nothing for a text that is not exactly
/// what encoding those bytes gives.
std::optional<std::string> decode_base64url(std::string_view text);

/// A JSON Web Token in its compact form (RFC 7515, section 7.1), taken apart. Nothing of it is
/// verified: until the signature is, all of it is somebody's claim.
struct compact_token {
  nlohmann::json header;         ///< an object
  nlohmann::json claims;         ///< an object
  std::string_view signed_text;  ///< what the signature is over; a part of the parsed text
  std::string signature;         ///< bytes; may be empty

  /// Nothing for anything but three parts of base64url, the first two JSON objects without doubled
  /// names, in at most `max_token_bytes`.
  static std::optional<compact_token> parse(std::string_view text);
};

/// The text member `name` of `object`, or empty.
std::string text_member(const nlohmann::json& object, const char* name);

/// The member `name` as UNIX seconds: an integer in [0, 2^53); nothing otherwise.
std::optional<std::int64_t> time_member(const nlohmann::json& object, const char* name);

}  // namespace outcry::firebase::auth
