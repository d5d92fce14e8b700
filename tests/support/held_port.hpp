#pragma once

#include <cstdint>

namespace outcry::test {

/// A TCP port that stays ours, of whichever address of this machine: nobody else is given it,
/// neither by a bind to port 0 nor as the source of a connection, also while the server that
/// belongs there is down. A server that sets SO_REUSEADDR (Redis does, as most do) can bind to it;
/// until then connections are refused. A port of `free_port` may be given away again before its
/// server has bound to it.
class held_port {
public:
  /// Throws std::runtime_error when there is no port.
  held_port();
  ~held_port();
  held_port(const held_port&) = delete;
  held_port& operator=(const held_port&) = delete;

  std::uint16_t number() const { return number_; }

private:
  int socket_;
  std::uint16_t number_ = 0;
};

}  // namespace outcry::test
