#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outcry::bench {

/// A WebSocket to a server of Firebase's wire protocol on this machine, with as little in between
/// as that takes: blocking, no thread, no mask worth the name, no check of what is not needed.
class wire_link {
public:
  /// Connects, takes the greeting and signs in. Throws std::runtime_error if that fails.
  wire_link(std::uint16_t port, const std::string& credential);
  ~wire_link();
  wire_link(const wire_link&) = delete;
  wire_link& operator=(const wire_link&) = delete;

  /// The frame of one request, to be sent with others. `body` is JSON.
  static std::string request(std::int64_t number, std::string_view action, std::string_view body);

  void send(std::string_view frames);

  /// The next text frame; valid until the next call. Waits for at most 60 s.
  std::string_view read();

  /// Reads up to the answer to request `number`. Throws std::runtime_error if it is a refusal.
  void await(std::int64_t number);

  /// As `read`, but empty when nothing whole is there; takes what has come first.
  std::string_view take();

  int descriptor() const { return socket_; }

private:
  bool receive(bool wait);
  std::string_view whole();

  int socket_ = -1;
  std::string buffer_;
  std::size_t from_ = 0;
};

}  // namespace outcry::bench
