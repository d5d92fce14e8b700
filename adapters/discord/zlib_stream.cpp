#include "adapters/discord/zlib_stream.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <zlib.h>

namespace outcry::discord {

namespace {
constexpr std::string_view flush_mark("\x00\x00\xff\xff", 4);
}

struct zlib_stream::inflater {
  z_stream z{};
  inflater() {
    if (inflateInit(&z) != Z_OK) throw bad_stream("zlib cannot be started");
  }
  ~inflater() { inflateEnd(&z); }
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
};

zlib_stream::zlib_stream(std::size_t max_payload_bytes)
    : inflater_(std::make_unique<inflater>()), max_payload_bytes_(max_payload_bytes) {}

zlib_stream::~zlib_stream() = default;

std::optional<std::string> zlib_stream::feed(std::string_view frame) {
  if (frame.size() > std::numeric_limits<uInt>::max())
    throw bad_stream("a compressed frame of " + std::to_string(frame.size()) + " bytes");
  auto& z = inflater_->z;
  // zlib only reads from here; its interface is older than const.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(frame.data()));
  z.avail_in = static_cast<uInt>(frame.size());
  std::array<char, 16384> piece;
  bool more = !frame.empty();
  while (more) {
    z.next_out = reinterpret_cast<Bytef*>(piece.data());
    z.avail_out = static_cast<uInt>(piece.size());
    const int code = inflate(&z, Z_SYNC_FLUSH);
    if (code != Z_OK && code != Z_BUF_ERROR)
      throw bad_stream(code == Z_STREAM_END ? "the compressed stream ended"
                                            : "the compressed stream is damaged");
    const std::size_t made = piece.size() - z.avail_out;
    if (made > max_payload_bytes_ - payload_.size())
      throw bad_stream("a compressed payload is larger than " + std::to_string(max_payload_bytes_) +
                       " bytes");
    payload_.append(piece.data(), made);
    more = z.avail_out == 0 || (code == Z_OK && z.avail_in > 0);
  }
  tail_ += frame.substr(frame.size() - std::min(frame.size(), flush_mark.size()));
  if (tail_.size() > flush_mark.size()) tail_.erase(0, tail_.size() - flush_mark.size());
  if (tail_ != flush_mark) return std::nullopt;
  tail_.clear();
  return std::exchange(payload_, {});
}

}  // namespace outcry::discord
