#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace outcry::control {

/// Cuts a byte stream into lines, holding at most one unfinished line of bounded length.
class line_splitter {
public:
  explicit line_splitter(std::size_t longest) : longest_(longest) {}

  /// Takes bytes that have arrived.
  void add(std::string_view bytes) { buffer_ += bytes; }

  /// The next whole line without its end ("\n" or "\r\n"); nothing when none is whole yet.
  std::optional<std::string> next();

  /// True once a line longer than the limit has begun, finished or not. Nothing more is to be had.
  bool overflowed() const { return overflowed_; }

  /// Bytes held now.
  std::size_t held() const { return buffer_.size() - begin_; }

private:
  std::size_t longest_;
  std::string buffer_;
  std::size_t begin_ = 0;     ///< of the unfinished line
  std::size_t searched_ = 0;  ///< no line end stands before this
  bool overflowed_ = false;
};

}  // namespace outcry::control
