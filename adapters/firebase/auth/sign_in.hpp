#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/firebase/auth/authenticator.hpp"
#include "adapters/firebase/auth/cloud_token.hpp"
#include "adapters/firebase/auth/endpoints.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"

namespace outcry::firebase::auth {

/// Signing in, whole: what a server of ours needs to know who asks, and to let people in.
///
/// Files in the data folder, mode 0600: operator.token and floor.token (administrators),
/// passcode.json, sign-in.key, sessions.json. Changes of them are noticed within `options.sweep`.
class sign_in {
public:
  struct options {
    std::filesystem::path data_dir;  ///< must exist
    endpoints::options web;
    http::gate::options guard;
    std::optional<cloud_options> cloud;
    std::string keys_url;              ///< of the cloud's keys; empty = Google's
    std::string ca_file;               ///< certificates trusted beside the system's
    std::shared_ptr<key_source> keys;  ///< instead of those of `keys_url`
    home_state::options home;          ///< data_dir is filled in
    std::chrono::milliseconds sweep{1'000};
    std::size_t most_waiting = 64;      ///< requests; the next one is answered 503
    std::function<std::int64_t()> now;  ///< UNIX milliseconds; empty = the system's clock
    random_bytes random;                ///< empty = OpenSSL's
    /// A credential taken before may be void now (signed out, another passcode, token files
    /// changed): check those in use again. Called on the worker's thread; must not block or throw.
    std::function<void()> revoked;
  };

  using answer_sink = std::function<void(http::response)>;

  /// Starts the worker's thread. Throws std::runtime_error naming the file that cannot be used,
  /// std::invalid_argument naming the option that makes no sense.
  explicit sign_in(options opts);
  /// As `stop`.
  ~sign_in();
  sign_in(const sign_in&) = delete;
  sign_in& operator=(const sign_in&) = delete;

  /// Administrators' tokens, tokens of this home, tokens of the cloud. Lives as long as this.
  auth::authenticator& authenticator();

  /// True for the paths whose requests are for `handle`.
  static bool handles(std::string_view path) { return is_sign_in_path(path); }

  /// Answers a request, on the worker's thread or at once. Any thread; never blocks.
  void handle(http::request asked, answer_sink answer);
  void handle(http::request asked, const http::responder& answer) {
    handle(std::move(asked), [answer](http::response made) { answer.respond(std::move(made)); });
  }

  /// Whether a passcode is in force: without one nobody may listen for other machines.
  static bool passcode_set(const std::filesystem::path& data_dir);

  /// Ends the threads. Requests still waiting are dropped unanswered.
  void stop();

private:
  class parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace outcry::firebase::auth
