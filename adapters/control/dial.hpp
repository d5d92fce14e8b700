#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "adapters/control/unix_socket.hpp"

namespace outcry::control {

/// Why the floor cannot be spoken to.
enum class unreachable : std::uint8_t {
  no_socket,      ///< no such file: no floor was ever started there
  nobody_there,   ///< the file of a floor that is gone
  not_allowed,    ///< the file or the floor refuses this account
  too_busy,       ///< the floor has too many connections
  other_version,  ///< the floor speaks another version of the protocol
  lost,           ///< the connection broke
  silent,         ///< no answer in time
  misunderstood,  ///< what came was no answer
};

/// The text is one sentence for people and says what to do.
class floor_unreachable : public std::runtime_error {
public:
  floor_unreachable(unreachable why, const std::string& text)
      : std::runtime_error(text), why_(why) {}
  unreachable why() const { return why_; }

private:
  unreachable why_;
};

/// The floor answered a request with an error.
class request_refused : public std::runtime_error {
public:
  request_refused(std::string code, const std::string& reason)
      : std::runtime_error(reason), code_(std::move(code)) {}
  const std::string& code() const { return code_; }

private:
  std::string code_;
};

/// A ledger of some ten thousand bots is one line.
constexpr std::size_t longest_answer = 64u << 20;

/// Connects to a floor's socket; the descriptor does not block. Tries for `limit` while the floor
/// takes no more connections. Throws floor_unreachable.
unique_fd dial(const std::filesystem::path& socket, std::chrono::milliseconds limit);

/// Throws floor_unreachable unless `hello` is the greeting of a floor that we can speak to.
void check_greeting(const nlohmann::json& hello);

/// That the floor closed the connection; `how` is "" or more about it.
floor_unreachable connection_lost(const std::string& how);

/// Throws request_refused with what an answer's "error" says.
[[noreturn]] void throw_refusal(const nlohmann::json& error);

}  // namespace outcry::control
