#include "adapters/firebase/auth/key_source.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "adapters/firebase/auth/strict_json.hpp"

namespace outcry::firebase::auth {

namespace {

constexpr std::size_t max_keys = 64;

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using bio_ptr = std::unique_ptr<BIO, freed_by<&BIO_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<&X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<&EVP_PKEY_free>>;
using digest_ptr = std::unique_ptr<EVP_MD_CTX, freed_by<&EVP_MD_CTX_free>>;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

key_ptr key_of(const std::string& pem) {
  bio_ptr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  certificate_ptr certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)
                                  : nullptr);
  key_ptr key(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
  ERR_clear_error();
  return key;
}

}  // namespace

struct certificate_keys::key {
  key_ptr value;
};

certificate_keys::certificate_keys() = default;
certificate_keys::~certificate_keys() = default;
certificate_keys::certificate_keys(certificate_keys&&) noexcept = default;
certificate_keys& certificate_keys::operator=(certificate_keys&&) noexcept = default;

certificate_keys certificate_keys::parse(std::string_view text) {
  const auto file = parse_strict_json(text, 1);
  if (!file || !file->is_object()) throw std::runtime_error("expected a JSON object of texts");
  if (file->empty() || file->size() > max_keys) {
    throw std::runtime_error(
        fmt::format("expected 1 to {} certificates, found {}", max_keys, file->size()));
  }
  certificate_keys made;
  for (const auto& [id, pem] : file->items()) {
    auto found = pem.is_string() ? key_of(pem.get<std::string>()) : key_ptr{};
    if (!found) throw std::runtime_error("expected X.509 certificates in PEM form");
    const int bits = EVP_PKEY_get_bits(found.get());
    if (EVP_PKEY_get_base_id(found.get()) != EVP_PKEY_RSA || bits < 2048 || bits > 8192)
      throw std::runtime_error("expected RSA keys of 2048 to 8192 bits");
    made.keys_.emplace(id, std::make_unique<key>(key{std::move(found)}));
  }
  return made;
}

signature_state certificate_keys::verify(std::string_view key_id, std::string_view text,
                                         std::string_view signature) const {
  const auto found = keys_.find(std::string(key_id));
  if (found == keys_.end()) return signature_state::unknown_key;
  const digest_ptr digest(EVP_MD_CTX_new());
  const bool good =
      digest &&
      EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr,
                           found->second->value.get()) == 1 &&
      EVP_DigestVerify(digest.get(), raw(signature), signature.size(), raw(text), text.size()) == 1;
  ERR_clear_error();
  return good ? signature_state::good : signature_state::bad;
}

}  // namespace outcry::firebase::auth
