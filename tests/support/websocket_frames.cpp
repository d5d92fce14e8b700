#include "tests/support/websocket_frames.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace outcry::test {

std::string websocket_accept_key(const std::string& key) {
  const auto text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 64> encoded{};
  EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return reinterpret_cast<const char*>(encoded.data());
}

std::string websocket_frame(int opcode, const std::string& bytes, bool final) {
  std::string out(1, static_cast<char>((final ? 0x80 : 0) | opcode));
  if (bytes.size() < 126) {
    out += static_cast<char>(bytes.size());
  } else if (bytes.size() < 65536) {
    out += {126, static_cast<char>(bytes.size() >> 8), static_cast<char>(bytes.size() & 0xff)};
  } else {
    out += 127;
    for (int shift = 56; shift >= 0; shift -= 8)
      out += static_cast<char>((bytes.size() >> shift) & 0xff);
  }
  return out + bytes;
}

void websocket_mask(std::string& bytes, const std::string& mask) {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(bytes[i] ^ mask[i % 4]);
}

}  // namespace outcry::test
