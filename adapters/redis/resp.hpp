#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::redis {

/// The words of one command, for functions that build commands.
using arguments = std::vector<std::string>;

/// Appends one command in Redis' wire form (an array of bulk strings). Every argument is binary
/// safe: its length is sent first. Form: https://redis.io/docs/reference/protocol-spec
void append_command(std::string& out, std::span<const std::string_view> words);
void append_command(std::string& out, std::initializer_list<std::string_view> words);
void append_command(std::string& out, const arguments& words);

/// What a server sends to a connection in subscriber mode.
enum class frame_kind {
  message,               ///< channel, payload
  pattern_message,       ///< pattern, channel, payload
  subscribed,            ///< channel
  unsubscribed,          ///< channel; empty when there was none
  pattern_subscribed,    ///< pattern
  pattern_unsubscribed,  ///< pattern
  pong,                  ///< the answer to PING
  error,                 ///< payload holds the server's text
  other,                 ///< well formed, but nothing we know
};

/// One such frame. The texts point into the input.
struct frame {
  frame_kind kind = frame_kind::other;
  std::string_view pattern;
  std::string_view channel;
  std::string_view payload;
};

enum class frame_status {
  complete,    ///< `consumed` bytes held one frame
  incomplete,  ///< more bytes are needed, `needed` of them at least in all
  oversized,   ///< a message beyond the limit: drop `consumed` bytes now, `skip` when they come
  invalid,     ///< not the Redis protocol
};

struct frame_outcome {
  frame_status status = frame_status::incomplete;
  std::size_t consumed = 0;
  std::size_t needed = 0;
  std::size_t skip = 0;
};

/// Reads the frame at the start of `input` without copying. A message whose payload is larger than
/// `limit` is reported `oversized` with its channel, as soon as its length is known; any other
/// text beyond `limit` is invalid.
frame_outcome parse_frame(std::string_view input, std::size_t limit, frame& out);

}  // namespace outcry::redis
