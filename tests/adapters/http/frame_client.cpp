#include "tests/adapters/http/frame_client.hpp"

#include <stdexcept>

#include "tests/support/websocket_frames.hpp"

namespace outcry::test {

namespace {

const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";

std::string masked(std::string head_and_bytes, std::size_t size, const std::string& mask) {
  std::string bytes = head_and_bytes.substr(head_and_bytes.size() - size);
  head_and_bytes.resize(head_and_bytes.size() - size);
  head_and_bytes[1] = static_cast<char>(head_and_bytes[1] | 0x80);
  websocket_mask(bytes, mask);
  return head_and_bytes + mask + bytes;
}

}  // namespace

std::string handshake(const std::string& target, const std::string& more) {
  return "GET " + target +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n"
         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
         key + "\r\n" + more + "\r\n";
}

std::string client_frame(int opcode, const std::string& bytes, bool final) {
  return masked(websocket_frame(opcode, bytes, final), bytes.size(), "\x12\x34\x56\x78");
}

std::string announce(std::size_t size) {
  const std::string zeros(size, '\0');
  std::string whole = masked(websocket_frame(opcode::text, zeros), size, std::string(4, '\0'));
  whole.resize(whole.size() - size);
  return whole;
}

frame_client::frame_client(std::uint16_t port, const std::string& target) : raw(port) {
  raw.send(handshake(target));
  const std::string head = raw.read_to("\r\n\r\n");
  if (head.find("HTTP/1.1 101 ") != 0 ||
      head.find("\r\nSec-WebSocket-Accept: " + websocket_accept_key(key) + "\r\n") ==
          std::string::npos) {
    throw std::runtime_error("no handshake: " + head);
  }
}

frame frame_client::read() {
  const std::string head = raw.read(2);
  if (head.size() < 2) return {};
  frame one;
  one.opcode = head[0] & 0x0f;
  one.final = (head[0] & 0x80) != 0;
  std::size_t size = static_cast<unsigned char>(head[1]);
  if (size >= 126) {
    const std::string longer = raw.read(size == 126 ? 2 : 8);
    size = 0;
    for (const char c : longer) size = size << 8 | static_cast<unsigned char>(c);
  }
  one.bytes = raw.read(size);
  if (one.bytes.size() < size) return {};
  return one;
}

std::string frame_client::message() {
  std::string text;
  for (;;) {
    const frame one = read();
    if (one.opcode == opcode::ping) raw.send(client_frame(opcode::pong, one.bytes));
    if (one.opcode == -1 || one.opcode == opcode::close) return "(end)";
    if (one.opcode > opcode::binary) continue;
    text += one.bytes;
    if (one.final) return text;
  }
}

int frame_client::close_code() {
  for (;;) {
    const frame one = read();
    if (one.opcode == -1) return -1;
    if (one.opcode != opcode::close) continue;
    raw.send(client_frame(opcode::close, one.bytes));
    if (one.bytes.size() < 2) return 0;
    return static_cast<unsigned char>(one.bytes[0]) << 8 | static_cast<unsigned char>(one.bytes[1]);
  }
}

}  // namespace outcry::test
