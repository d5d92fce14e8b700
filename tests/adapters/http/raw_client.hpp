#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace outcry::test {

/// A TCP connection to 127.0.0.1 for tests that care about the bytes. Every wait ends after 20 s.
class raw_client {
public:
  explicit raw_client(std::uint16_t port);
  /// From `address`, which is one of 127.0.0.0/8.
  raw_client(std::uint16_t port, const std::string& address);
  ~raw_client();
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// Returns false when the peer does not take it all.
  bool send(std::string_view bytes);

  /// Reads until what has been received ends a piece that contains `text`, and takes everything up
  /// to the end of `text`. What came so far, if the connection ends or the time is up.
  std::string read_to(std::string_view text);

  /// Exactly `size` bytes; fewer if the connection ends or the time is up.
  std::string read(std::size_t size);

  /// Reads until the peer closes. "(open)" is appended if it does not.
  std::string read_all();

  /// One response that has a Content-Length: header and body.
  std::string read_response();

  void close();

private:
  bool receive();
  int socket_ = -1;
  bool ended_ = false;
  std::string buffer_;
};

}  // namespace outcry::test
