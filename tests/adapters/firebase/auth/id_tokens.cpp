#include "tests/adapters/firebase/auth/id_tokens.hpp"

#include <memory>
#include <stdexcept>

#include "adapters/firebase/jwt.hpp"

namespace outcry::test {

using namespace firebase::auth;

std::string sign_rs256(EVP_PKEY* key, std::string_view text) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                 &EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    throw std::runtime_error("the test's key cannot sign");
  }
  signature.resize(size);
  return signature;
}

std::string unsigned_part(const nlohmann::json& header, const nlohmann::json& claims) {
  return firebase::base64url(header.dump()) + '.' + firebase::base64url(claims.dump());
}

std::string rs256_token(EVP_PKEY* key, const nlohmann::json& header, const nlohmann::json& claims) {
  const auto text = unsigned_part(header, claims);
  return text + '.' + firebase::base64url(sign_rs256(key, text));
}

identity who(const auth_result& result) {
  const auto* found = std::get_if<identity>(&result);
  return found ? *found : identity{};
}

std::string refused(const auth_result& result) {
  const auto* refusal = std::get_if<auth_refusal>(&result);
  if (refusal == nullptr) return {};
  return std::string(to_string(refusal->what)) + ": " + refusal->reason;
}

}  // namespace outcry::test
