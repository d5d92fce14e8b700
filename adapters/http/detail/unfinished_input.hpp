#pragma once

#include <cstddef>
#include <map>

namespace outcry::http::detail {

class peer;

/// How many bytes of half-received messages each socket holds. I/O thread only.
class unfinished_input {
public:
  /// At most `most` bytes over all sockets.
  explicit unfinished_input(std::size_t most) : most_(most) {}

  /// `who` now holds `bytes`; 0 forgets it. True if it held nothing before.
  bool set(peer* who, std::size_t bytes);

  /// Who has to go so that the rest has room: the holder of the most, as nobody else's going helps
  /// as much. Null if there is room for all. Linear in the number of holders, but asked only when
  /// there is too much.
  peer* excess() const;

private:
  const std::size_t most_;
  std::size_t total_ = 0;
  std::map<peer*, std::size_t> held_;
};

}  // namespace outcry::http::detail
