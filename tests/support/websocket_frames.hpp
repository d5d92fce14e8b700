#pragma once

#include <string>

namespace outcry::test {

/// The server's half of RFC 6455 for servers of tests, which share no code with what they test.

/// The value of Sec-WebSocket-Accept (section 4.2.2).
std::string websocket_accept_key(const std::string& key);

/// A frame as a server sends it, without a mask (section 5.2).
std::string websocket_frame(int opcode, const std::string& bytes, bool final = true);

/// Removes, or adds, the mask of 4 bytes (section 5.3).
void websocket_mask(std::string& bytes, const std::string& mask);

}  // namespace outcry::test
