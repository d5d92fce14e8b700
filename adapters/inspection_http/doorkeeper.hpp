#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/firebase/auth/attempt_limiter.hpp"
#include "adapters/http/message.hpp"

namespace outcry::inspection_http {

/// Asks for the passcode, or a program's token, where other machines can reach the port:
/// "Authorization: Basic" with the passcode as its password (the user's name does not matter), or
/// "Authorization: Bearer" with the token. Guessing is slowed down as in signing in. Without a
/// passcode only the token opens. Any thread; never blocks: passcodes are looked at on a thread of
/// its own.
class doorkeeper {
public:
  struct options {
    bool open = false;  ///< only this machine reaches the port: nobody is asked for anything
    std::filesystem::path data_dir;  ///< holds the passcode; read again when it changes
    std::string token;               ///< "" = none
    firebase::auth::attempt_limiter::options attempts;
    std::size_t most_waiting = 64;  ///< passcodes to be looked at; beyond it 503
    std::chrono::milliseconds sweep{1'000};
    std::function<std::int64_t()> now_ms;  ///< UNIX milliseconds; empty = the system's clock
  };

  /// Nothing: come in. Else the answer to give.
  using decision = std::function<void(std::optional<http::response>)>;

  /// Starts the thread, unless the door is open.
  explicit doorkeeper(options opts);
  ~doorkeeper();
  doorkeeper(const doorkeeper&) = delete;
  doorkeeper& operator=(const doorkeeper&) = delete;

  /// Calls `then` once, on this thread or its own; drops it when it ends before.
  void check(const http::request& asked, decision then);

  /// Ends the thread. Not from a decision.
  void stop();

private:
  class desk;
  options opts_;
  std::unique_ptr<desk> desk_;
};

}  // namespace outcry::inspection_http
