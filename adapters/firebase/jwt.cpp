#include "adapters/firebase/jwt.hpp"

#include <memory>
#include <stdexcept>

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace outcry::firebase {

namespace {

constexpr std::int64_t lifetime_seconds = 3600;

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using bio_ptr = std::unique_ptr<BIO, freed_by<&BIO_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<&EVP_PKEY_free>>;
using digest_ptr = std::unique_ptr<EVP_MD_CTX, freed_by<&EVP_MD_CTX_free>>;

/// Answers "no pass phrase" where OpenSSL would ask on the terminal.
int no_phrase(char*, int, int, void*) {
  return -1;
}

key_ptr load_key(std::string_view pem) {
  bio_ptr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  key_ptr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_phrase, nullptr) : nullptr);
  ERR_clear_error();
  if (key && EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

bool is_rsa_private_key(std::string_view pem) {
  return load_key(pem) != nullptr;
}

std::string sign_jwt(const service_claims& claims, std::string_view private_key_pem,
                     std::string_view key_id) {
  const auto key = load_key(private_key_pem);
  if (!key) throw std::runtime_error("the private key is not an RSA key in PEM form");
  nlohmann::json header{{"alg", "RS256"}, {"typ", "JWT"}};
  if (!key_id.empty()) header["kid"] = key_id;
  const nlohmann::json body{{"iss", claims.issuer},
                            {"scope", claims.scope},
                            {"aud", claims.audience},
                            {"iat", claims.issued_at},
                            {"exp", claims.issued_at + lifetime_seconds}};
  std::string text = base64url(header.dump()) + '.' + base64url(body.dump());
  digest_ptr digest(EVP_MD_CTX_new());
  const auto* input = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  std::string signature;
  bool good = digest &&
              EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
              EVP_DigestSign(digest.get(), nullptr, &size, input, text.size()) == 1;
  if (good) {
    signature.resize(size);
    good = EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                          input, text.size()) == 1;
  }
  ERR_clear_error();
  if (!good) throw std::runtime_error("the private key cannot sign");
  signature.resize(size);
  return text + '.' + base64url(signature);
}

}  // namespace outcry::firebase
