#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace outcry::test {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using tls_context_ptr = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

/// A new RSA key of 2048 bits.
key_ptr make_rsa_key();

/// PKCS#8 PEM.
std::string private_pem(EVP_PKEY* key);

/// A certificate for `names` ("IP:127.0.0.1", "DNS:host"), signed by its own key.
certificate_ptr self_signed(EVP_PKEY* key, const std::string& names);

std::string certificate_pem(X509* certificate);

/// A server's TLS context.
tls_context_ptr server_context(EVP_PKEY* key, X509* certificate);

/// True if `signature` is RS256 over `text` by `key`.
bool verify_rs256(EVP_PKEY* key, const std::string& text, const std::string& signature);

/// Base64url without padding, decoded.
std::string from_base64url(std::string text);

}  // namespace outcry::test
