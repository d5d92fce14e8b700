#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace outcry::discord {

/// Bytes that are no zlib, or more than may come of them.
struct bad_stream : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Discord's "zlib-stream" transport compression: one zlib stream for a whole connection, flushed
/// (Z_SYNC_FLUSH: the bytes 00 00 FF FF) at the end of each payload, which may come in several
/// frames (docs.discord.com/developers/events/gateway#transport-compression).
class zlib_stream {
public:
  /// `max_payload_bytes` bounds what one payload may inflate to, and what is kept of it.
  explicit zlib_stream(std::size_t max_payload_bytes);
  ~zlib_stream();
  zlib_stream(const zlib_stream&) = delete;
  zlib_stream& operator=(const zlib_stream&) = delete;

  /// Takes one frame; the payload, if it is complete now. Throws bad_stream; the stream is of no
  /// use afterwards.
  std::optional<std::string> feed(std::string_view frame);

private:
  struct inflater;
  std::unique_ptr<inflater> inflater_;
  std::size_t max_payload_bytes_;
  std::string payload_;
  std::string tail_;  ///< the last bytes of the frames so far, at most 4
};

}  // namespace outcry::discord
