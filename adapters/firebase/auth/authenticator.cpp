#include "adapters/firebase/auth/authenticator.hpp"

namespace outcry::firebase::auth {

std::string_view to_string(auth_refusal::code what) {
  return what == auth_refusal::code::expired_token ? "expired_token" : "invalid_token";
}

auth_result authenticator_chain::check(std::string_view credential, std::int64_t now_ms) {
  auth_result worst = auth_refusal{auth_refusal::code::invalid_token, "not a token known here"};
  for (const auto& link : links_) {
    auto result = link->check(credential, now_ms);
    if (std::holds_alternative<identity>(result)) return result;
    if (std::get<auth_refusal>(result).what == auth_refusal::code::expired_token)
      worst = std::move(result);
  }
  return worst;
}

}  // namespace outcry::firebase::auth
