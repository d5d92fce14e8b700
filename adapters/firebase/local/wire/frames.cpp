#include "adapters/firebase/local/wire/frames.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace outcry::firebase::local::wire {

namespace {

constexpr std::size_t longest_count = 6;  // digits, as in the SDK
/// How much of a message that is too large is given to whoever refuses it.
constexpr std::size_t kept_beginning = 256;
/// A message of this many frames is no mistake of a client's but an attack.
constexpr std::size_t most_frames = 16384;

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// UTF-16 units of the character that begins with `lead`.
std::size_t units(char lead) {
  return static_cast<unsigned char>(lead) >= 0xF0 ? 2 : 1;
}

}  // namespace

std::vector<std::string> split(std::string_view message) {
  std::vector<std::string> frames;
  // A UTF-16 unit takes at least a byte of UTF-8.
  if (message.size() <= longest_frame) {
    frames.emplace_back(message);
    return frames;
  }
  std::size_t begin = 0;
  std::size_t length = 0;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (continues(message[at])) continue;
    const std::size_t more = units(message[at]);
    if (length + more > longest_frame) {
      frames.emplace_back(message.substr(begin, at - begin));
      begin = at;
      length = 0;
    }
    length += more;
  }
  frames.emplace_back(message.substr(begin));
  if (frames.size() > 1) frames.insert(frames.begin(), std::to_string(frames.size()));
  return frames;
}

assembler::results assembler::finish(std::string& message) {
  message = std::move(text_);
  text_.clear();
  if (!std::exchange(dropped_, false)) return results::whole;
  message.resize(std::min(message.size(), kept_beginning));
  return results::too_large;
}

void assembler::forget() {
  dropped_ = missing_ > 0;
  text_.clear();
  text_.shrink_to_fit();
}

assembler::results assembler::take(std::string frame, std::string& message) {
  if (missing_ == 0) {
    // Sent by clients that have been silent for a while.
    if (frame.empty() || frame == "0") return results::nothing;
    std::size_t count = 0;
    const char* const end = frame.data() + frame.size();
    const auto [stop, error] = std::from_chars(frame.data(), end, count);
    if (frame.size() <= longest_count && error == std::errc() && stop == end) {
      if (count == 0 || count > most_frames) return results::broken;
      missing_ = count;
      return results::nothing;
    }
    missing_ = 1;
  }
  --missing_;
  if (!dropped_ && text_.size() + frame.size() > largest_) {
    dropped_ = true;
    text_ += frame.substr(0, kept_beginning);
    text_.resize(std::min(text_.size(), kept_beginning));
    text_.shrink_to_fit();
  }
  if (!dropped_) text_ = text_.empty() ? std::move(frame) : std::move(text_) + frame;
  return missing_ == 0 ? finish(message) : results::nothing;
}

}  // namespace outcry::firebase::local::wire
