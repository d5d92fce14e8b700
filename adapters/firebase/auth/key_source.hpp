#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace outcry::firebase::auth {

enum class signature_state { good, bad, unknown_key };

/// Public keys that signatures are checked with. Any thread; never blocks.
class key_source {
public:
  virtual ~key_source() = default;

  /// Checks the RS256 `signature` over `text` by the key called `key_id`.
  virtual signature_state verify(std::string_view key_id, std::string_view text,
                                 std::string_view signature, std::int64_t now_ms) = 0;
};

/// RSA keys out of certificates.
class certificate_keys {
public:
  certificate_keys();
  ~certificate_keys();
  certificate_keys(certificate_keys&&) noexcept;
  certificate_keys& operator=(certificate_keys&&) noexcept;

  /// A JSON object of key ids and X.509 certificates in PEM form, as Google publishes it. Throws
  /// std::runtime_error saying what is wrong: no object, no key or more than 64, a certificate that
  /// cannot be read, a key that is not RSA of 2048 to 8192 bits.
  static certificate_keys parse(std::string_view text);

  signature_state verify(std::string_view key_id, std::string_view text,
                         std::string_view signature) const;

private:
  struct key;
  std::unordered_map<std::string, std::unique_ptr<key>> keys_;
};

}  // namespace outcry::firebase::auth
