#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace outcry::firebase::auth {

/// Gives that many bytes nobody can guess.
using random_bytes = std::function<std::string(std::size_t)>;

/// OpenSSL's generator. Throws std::runtime_error if the system gives no randomness.
std::string system_random_bytes(std::size_t count);

/// SHA-256 in base64url: how secrets of 256 random bits are kept.
std::string hash_of_secret(std::string_view secret);

/// HMAC-SHA-256, 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

/// Compares in a time that depends on the lengths only.
bool same_bytes(std::string_view left, std::string_view right);

}  // namespace outcry::firebase::auth
