#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace outcry::detail {

/// `text` as a JSON string, quotes included. Ill-formed UTF-8 becomes U+FFFD: what we write can
/// always be read.
std::string json_string(std::string_view text);

/// JSON text ready to stand inside a document of one line: `json` with its line breaks, which can
/// only stand between tokens, made blanks. "null" for empty text; text that is no JSON becomes a
/// string, so that it cannot spoil what surrounds it.
std::string embeddable(std::string_view json);

/// Writes one JSON object, fields in the order of the calls.
class object_writer {
public:
  object_writer& text(std::string_view key, std::string_view value) {
    return raw(key, json_string(value));
  }
  object_writer& number(std::string_view key, std::int64_t value) {
    return raw(key, std::to_string(value));
  }
  object_writer& count(std::string_view key, std::uint64_t value) {
    return raw(key, std::to_string(value));
  }
  object_writer& boolean(std::string_view key, bool value) {
    return raw(key, value ? "true" : "false");
  }
  /// JSON that came from elsewhere.
  object_writer& embed(std::string_view key, std::string_view json) {
    return raw(key, embeddable(json));
  }
  /// JSON of our own making, taken as it is.
  object_writer& raw(std::string_view key, std::string_view json) {
    if (out_.size() > 1) out_ += ',';
    out_ += json_string(key);
    out_ += ':';
    out_ += json;
    return *this;
  }

  std::string finish() { return std::move(out_ += '}'); }

private:
  std::string out_ = "{";
};

/// A JSON array of what `write(element)` makes of each element.
template <class Range, class Write>
std::string json_array(const Range& range, Write&& write) {
  std::string result = "[";
  for (const auto& x : range) {
    if (result.size() > 1) result += ',';
    result += write(x);
  }
  return result += ']';
}

}  // namespace outcry::detail
