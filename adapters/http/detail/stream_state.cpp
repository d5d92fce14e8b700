#include "adapters/http/detail/stream_state.hpp"

namespace outcry::http::detail {

bool stream_state::write(std::string bytes) {
  if (bytes.empty()) return open();
  bool cut_off = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || closing_) return false;
    // Neither the message being sent nor this one counts: a large message is no sign of a slow
    // client, a second one still waiting behind it is.
    cut_off = sending_ && queued_ > core_->opts.max_stream_queue;
    if (cut_off) {
      closing_ = true;
      queue_.clear();
    } else {
      if (sending_) queued_ += bytes.size();
      queue_.push_back({std::move(bytes), sending_});
      if (sending_) return true;
      sending_ = true;
    }
  }
  if (!cut_off) {
    wake();
    return true;
  }
  core_->post([to = session_] {
    if (auto target = to.lock()) target->close();
  });
  return false;
}

void stream_state::wake() {
  core_->post([to = session_] {
    if (auto target = to.lock()) target->pump();
  });
}

void stream_state::close() {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || closing_) return;
    closing_ = true;
    if (sending_) return;
    sending_ = true;
  }
  wake();
}

bool stream_state::open() {
  const std::lock_guard lock(mutex_);
  return !ended_ && !closing_;
}

void stream_state::on_close(std::function<void()> gone) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) {
      gone_ = std::move(gone);
      return;
    }
  }
  gone();
}

std::string stream_state::take(bool& last) {
  constexpr std::size_t enough = 1u << 20;
  const std::lock_guard lock(mutex_);
  std::string bytes;
  while (!queue_.empty() &&
         (bytes.empty() || bytes.size() + queue_.front().bytes.size() <= enough)) {
    piece& next = queue_.front();
    if (next.counted) queued_ -= next.bytes.size();
    if (bytes.empty()) {
      bytes = std::move(next.bytes);
    } else {
      bytes += next.bytes;
    }
    queue_.pop_front();
  }
  last = closing_ && queue_.empty();
  sending_ = !bytes.empty() || last;
  return bytes;
}

void stream_state::ended() {
  std::function<void()> gone;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    queue_.clear();
    gone.swap(gone_);
  }
  if (gone) gone();
}

}  // namespace outcry::http::detail
