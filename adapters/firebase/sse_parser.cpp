#include "adapters/firebase/sse_parser.hpp"

#include <utility>

#include <fmt/format.h>

namespace outcry::firebase {

bool sse_parser::feed(std::string_view bytes, const callback& on_event) {
  if (!error_.empty()) return false;
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    auto end = bytes.find('\n');
    if (const auto cr = bytes.substr(0, end).find('\r'); cr != std::string_view::npos) end = cr;
    const auto piece = bytes.substr(0, end);
    if (partial_.size() + piece.size() > limits_.line_bytes) {
      error_ = fmt::format("event stream: a line longer than {} bytes", limits_.line_bytes);
      partial_ = {};
      event_ = {};
      return false;
    }
    if (end == std::string_view::npos) {
      partial_ += piece;
      return true;
    }
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    bool good = false;
    if (partial_.empty()) {
      good = line(piece, on_event);
    } else {
      partial_ += piece;
      good = line(partial_, on_event);
      partial_.clear();
    }
    if (!good) return false;
  }
  return true;
}

bool sse_parser::line(std::string_view text, const callback& on_event) {
  if (first_line_) {
    first_line_ = false;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  }
  if (text.empty()) {
    dispatch(on_event);
    return true;
  }
  const auto colon = text.find(':');
  const auto field = text.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  const bool is_data = field == "data";
  if (!is_data && field != "event") return true;
  const auto size = is_data ? event_.data.size() + has_data_ + event_.type.size() + value.size()
                            : event_.data.size() + value.size();
  if (size > limits_.event_bytes) {
    error_ = fmt::format("event stream: an event larger than {} bytes", limits_.event_bytes);
    event_ = {};
    return false;
  }
  if (is_data) {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  } else {
    event_.type = value;
  }
  return true;
}

void sse_parser::dispatch(const callback& on_event) {
  const bool complete = has_data_;
  has_data_ = false;
  sse_event event;
  std::swap(event, event_);
  if (!complete) return;
  if (event.type.empty()) event.type = "message";
  on_event(event);
}

void sse_parser::reset() {
  partial_.clear();
  event_ = {};
  has_data_ = false;
  after_cr_ = false;
  first_line_ = true;
  error_.clear();
}

}  // namespace outcry::firebase
