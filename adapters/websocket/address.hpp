#pragma once

#include <string>
#include <string_view>

namespace outcry::websocket {

/// The parts of a WebSocket URL.
struct address {
  bool secure = true;
  std::string host;  ///< without brackets
  std::string port;
  std::string target = "/";
};

/// Reads "ws://" or "wss://". Throws std::invalid_argument that says what was expected, and never
/// repeats the URL: its query or user part may hold a secret.
address parse_address(std::string_view url);

}  // namespace outcry::websocket
