#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::firebase::local::wire {

// Messages and the text frames that carry them over a WebSocket. A message of at most
// `longest_frame` UTF-16 units is one frame; a longer one is a frame with the decimal number of
// pieces, then the pieces. Source: WebSocketConnection in the Firebase SDK, Apache 2.0 package
// @firebase/database.

inline constexpr std::size_t longest_frame = 16384;  ///< UTF-16 code units

/// The frames that carry `message` (UTF-8). No piece ends within a character.
std::vector<std::string> split(std::string_view message);

/// Puts a client's frames together again.
class assembler {
public:
  enum class results {
    nothing,    ///< more frames are to come, or there was nothing in this one
    whole,      ///< a message is complete
    too_large,  ///< a message was larger than allowed; what is given is its beginning
    broken,     ///< not the protocol: the connection has to end
  };

  /// Keeps no more than `largest` bytes of a message; the rest of a larger one is thrown away.
  explicit assembler(std::size_t largest) : largest_(largest) {}

  /// Takes the next frame; `message` is set with `whole` and `too_large`.
  results take(std::string frame, std::string& message);

  /// Bytes of the message that is not whole yet.
  std::size_t held() const { return text_.size(); }

  /// Throws them away, with what is still to come of the message.
  void forget();

private:
  results finish(std::string& message);

  const std::size_t largest_;
  std::size_t missing_ = 0;  // frames
  bool dropped_ = false;
  std::string text_;
};

}  // namespace outcry::firebase::local::wire
