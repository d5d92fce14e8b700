#include "adapters/control/output_queue.hpp"

#include <fmt/format.h>

namespace outcry::control {

bool output_queue::add(std::string line) {
  line += '\n';
  must_size_ += line.size();
  if (must_size_ > limits_.must_bytes) return false;
  must_.push_back(std::move(line));
  return true;
}

void output_queue::add_streamed(std::uint64_t id, std::string line) {
  stream_id_ = id;
  line += '\n';
  stream_size_ += line.size();
  stream_.push_back(std::move(line));
  while (stream_size_ > limits_.stream_bytes && stream_.size() > 1) {
    stream_size_ -= stream_.front().size();
    stream_.pop_front();
    ++dropped_;
  }
}

std::string_view output_queue::front() {
  if (done_ == current_.size()) refill();
  return std::string_view{current_}.substr(done_);
}

void output_queue::refill() {
  // Many small lines go out in one write.
  constexpr std::size_t enough = 64u << 10;
  current_.clear();
  done_ = 0;
  while (!must_.empty() && current_.size() < enough) {
    must_size_ -= must_.front().size();
    current_ += must_.front();
    must_.pop_front();
  }
  if (!stream_.empty() && dropped_ > 0 && current_.size() < enough) {
    current_ += fmt::format("{{\"id\":{},\"dropped\":{}}}\n", stream_id_, dropped_);
    dropped_ = 0;
  }
  while (!stream_.empty() && current_.size() < enough) {
    stream_size_ -= stream_.front().size();
    current_ += stream_.front();
    stream_.pop_front();
  }
}

void output_queue::written(std::size_t count) {
  done_ += count;
}

}  // namespace outcry::control
