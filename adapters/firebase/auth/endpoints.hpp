#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/home_state.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/message.hpp"

namespace outcry::firebase::auth {

/// What signing in at home answers over HTTP. JSON in, JSON out; errors are
/// {"error": text, "code": word}, and never say which part of a credential was wrong.
///
///     POST /auth/passcode {"passcode"}                   -> {idToken, refreshToken, expiresIn: s}
///     POST /auth/refresh  {"refreshToken"}               -> the same; the old refresh token is
///     void POST /auth/sign-out {"refreshToken","everywhere"?} -> {} GET  /auth/state ->
///     {passcodeSet, passcodeNeeded, canSignIn, cloud}
///
/// Without a passcode only this machine signs in, with {}, and only where it is trusted. Codes:
/// bad_request, not_accepted (401), too_many_attempts (429, with Retry-After), no_passcode (403),
/// unavailable (503). Slow: a passcode is hashed on the caller's thread. Not thread-safe.
class endpoints {
public:
  struct options {
    bool trust_machine = false;           ///< without a passcode this machine may sign in
    bool cloud = false;                   ///< tokens of the cloud are taken too
    std::chrono::seconds lifetime{1800};  ///< of an ID token, 1 s to 1 h
  };

  /// All references must live longer. Throws std::invalid_argument if the lifetime is out of
  /// bounds.
  endpoints(options opts, const http::gate& guard, home_state& home, const random_bytes& random);

  http::response answer(const http::request& asked, std::int64_t now_ms);

private:
  http::response route(const http::request& asked, std::int64_t now_ms);
  http::response state(const http::request& asked) const;
  http::response passcode(const http::request& asked, std::int64_t now_ms);
  http::response refresh(const nlohmann::json& body, std::int64_t now_ms);
  http::response sign_out(const nlohmann::json& body, std::int64_t now_ms);
  http::response signed_in(const session_store::grant& granted, std::int64_t now_ms) const;
  bool trusted(const http::request& asked) const;

  const options opts_;
  const http::gate& guard_;
  home_state& home_;
  const random_bytes& random_;
};

/// True for the paths that `endpoints` answers: everything below /auth/.
bool is_sign_in_path(std::string_view path);

}  // namespace outcry::firebase::auth
