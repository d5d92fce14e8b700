#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/auth/authenticator.hpp"
#include "adapters/firebase/auth/key_source.hpp"

namespace outcry::firebase::auth {

/// Whose ID tokens of Firebase Authentication are taken.
struct cloud_options {
  std::string project;                      ///< the Firebase project's id
  std::vector<std::string> operators;       ///< uids that may command, beside those with the claim
  std::string operator_claim = "operator";  ///< a custom claim that is true
  /// Also takes tokens that nobody has signed: those of the Auth emulator and of `mockUserToken`,
  /// which anybody can make. Only for tests on one machine.
  bool emulator = false;
};

/// Checks ID tokens of a Firebase project: RS256 by a key in force, aud and iss of the project,
/// exp, iat and auth_time with five minutes of skew, sub
/// (firebase.google.com/docs/auth/admin/verify-id-tokens). The identity's claims are the token's,
/// with `operator` true or false.
class cloud_authenticator : public authenticator {
public:
  /// Throws std::invalid_argument if the project is empty or there are no keys where they are
  /// needed.
  cloud_authenticator(cloud_options opts, std::shared_ptr<key_source> keys);

  auth_result check(std::string_view credential, std::int64_t now_ms) override;

private:
  const cloud_options opts_;
  const std::shared_ptr<key_source> keys_;
};

}  // namespace outcry::firebase::auth
