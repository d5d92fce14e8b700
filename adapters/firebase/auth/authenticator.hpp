#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/firebase/auth/identity.hpp"

namespace outcry::firebase::auth {

/// Why a credential is not taken.
struct auth_refusal {
  enum class code { invalid_token, expired_token };
  code what = code::invalid_token;
  std::string reason;  ///< for people; holds nothing of the credential
};

/// The wire's word for it: "invalid_token" or "expired_token".
std::string_view to_string(auth_refusal::code what);

using auth_result = std::variant<identity, auth_refusal>;

/// Tells who a credential belongs to. Any thread; never blocks.
class authenticator {
public:
  virtual ~authenticator() = default;

  /// `now_ms` is UNIX milliseconds.
  virtual auth_result check(std::string_view credential, std::int64_t now_ms) = 0;
};

/// Asks several in turn: the first identity counts. If there is none, a refusal as expired, which
/// only the maker of a credential gives, goes before one as invalid.
class authenticator_chain : public authenticator {
public:
  explicit authenticator_chain(std::vector<std::shared_ptr<authenticator>> links)
      : links_(std::move(links)) {}

  auth_result check(std::string_view credential, std::int64_t now_ms) override;

private:
  const std::vector<std::shared_ptr<authenticator>> links_;
};

}  // namespace outcry::firebase::auth
