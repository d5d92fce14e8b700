#pragma once

#include <cstdint>
#include <string>

#include "tests/adapters/http/raw_client.hpp"

namespace outcry::test {

/// Opcodes of RFC 6455, section 5.2.
namespace opcode {
constexpr int more = 0;
constexpr int text = 1;
constexpr int binary = 2;
constexpr int close = 8;
constexpr int ping = 9;
constexpr int pong = 10;
}  // namespace opcode

struct frame {
  int opcode = -1;  ///< -1 = the connection has ended, or the time was up
  bool final = true;
  std::string bytes;
};

/// The head of a valid handshake for `target`; `more` are further header lines.
std::string handshake(const std::string& target, const std::string& more = {});

/// A frame as a client sends it: masked.
std::string client_frame(int opcode, const std::string& bytes, bool final = true);

/// Only the head of a masked text frame that announces `size` bytes, with a mask of zeros.
std::string announce(std::size_t size);

/// A WebSocket client that sends whatever it is told and shares no code with what it tests.
class frame_client {
public:
  /// Connects and shakes hands. Throws std::runtime_error with the answer if that fails.
  explicit frame_client(std::uint16_t port, const std::string& target = "/echo");

  bool send(const std::string& text) { return raw.send(client_frame(opcode::text, text)); }

  /// The next frame.
  frame read();

  /// The next text message, put together; pings are answered on the way. "(end)" when the
  /// connection ends instead.
  std::string message();

  /// Reads up to a close frame and answers it: its code, 0 if it has none, -1 if the connection
  /// ends without.
  int close_code();

  raw_client raw;
};

}  // namespace outcry::test
