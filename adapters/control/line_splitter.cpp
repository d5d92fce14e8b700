#include "adapters/control/line_splitter.hpp"

#include <algorithm>

namespace outcry::control {

std::optional<std::string> line_splitter::next() {
  if (overflowed_) return std::nullopt;
  auto end = buffer_.find('\n', std::max(begin_, searched_));
  auto length = (end == std::string::npos ? buffer_.size() : end) - begin_;
  if (length > longest_) {
    overflowed_ = true;
    buffer_.clear();
    begin_ = 0;
    return std::nullopt;
  }
  if (end == std::string::npos) {
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched_ = buffer_.size();
    return std::nullopt;
  }
  auto line = buffer_.substr(begin_, length);
  begin_ = end + 1;
  searched_ = begin_;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace outcry::control
