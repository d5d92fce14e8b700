#include "adapters/http/detail/socket_state.hpp"

namespace outcry::http::detail {

socket_state::~socket_state() {
  drop_queue();
}

/// Neither the batch being sent nor the next one counts: a large batch is no sign of a slow peer, a
/// second one still waiting behind it is. When too much waits for all together, whoever has more
/// than his share counts as slow.
bool socket_state::slow() const {
  if (!sending_ || queued_ == 0) return false;
  if (queued_ > core_->opts.max_socket_queue) return true;
  const std::size_t all = core_->waiting.load();
  if (all <= core_->opts.max_waiting) return false;
  return queued_ > core_->opts.max_waiting / std::max<std::size_t>(core_->sockets.load(), 1);
}

void socket_state::drop_queue() {
  core_->waiting -= queued_;
  queued_ = 0;
  queue_.clear();
}

bool socket_state::send(std::vector<std::string> texts) {
  if (texts.empty()) return open();
  bool cut_off = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || closing_) return false;
    cut_off = slow();
    if (cut_off) {
      closing_ = true;
      drop_queue();
    } else {
      for (std::string& text : texts) {
        if (sending_) {
          queued_ += text.size();
          core_->waiting += text.size();
        }
        queue_.push_back({std::move(text), sending_});
      }
      if (sending_) return true;
      sending_ = true;
    }
  }
  if (!cut_off) {
    wake();
    return true;
  }
  core_->post([self = shared_from_this()] {
    if (auto target = self->carrier_.lock()) target->close();
  });
  return false;
}

void socket_state::wake() {
  core_->post([self = shared_from_this()] {
    if (auto target = self->carrier_.lock()) target->pump();
  });
}

void socket_state::close() {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || closing_) return;
    closing_ = true;
    if (sending_) return;
    sending_ = true;
  }
  wake();
}

void socket_state::vouch() {
  core_->post([self = shared_from_this()] {
    if (auto target = self->carrier_.lock()) self->core_->strangers.remove(target.get());
  });
}

bool socket_state::open() {
  const std::lock_guard lock(mutex_);
  return !ended_ && !closing_;
}

void socket_state::on_message(std::function<void(std::string)> heard) {
  auto kept = std::make_shared<std::function<void(std::string)>>(std::move(heard));
  core_->post([self = shared_from_this(), kept = std::move(kept)]() mutable {
    {
      const std::lock_guard lock(self->mutex_);
      if (self->ended_) return;
    }
    self->heard_ = std::move(kept);
    if (auto target = self->carrier_.lock()) target->pump();
  });
}

void socket_state::on_close(std::function<void()> gone) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) {
      gone_ = std::move(gone);
      return;
    }
  }
  gone();
}

bool socket_state::next(std::string& text, bool& last) {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) {
    last = closing_;
    sending_ = last;
    return false;
  }
  piece& front = queue_.front();
  if (front.counted) {
    queued_ -= front.text.size();
    core_->waiting -= front.text.size();
  }
  text = std::move(front.text);
  queue_.pop_front();
  sending_ = true;
  return true;
}

void socket_state::deliver(std::string text) {
  // The listener may set another one while it runs.
  const auto heard = heard_;
  if (*heard) (*heard)(std::move(text));
}

void socket_state::shut() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  drop_queue();
}

void socket_state::ended() {
  std::function<void()> gone;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    drop_queue();
    gone.swap(gone_);
  }
  // Listeners often hold what holds this socket.
  const auto heard = std::move(heard_);
  heard_.reset();
  if (gone) gone();
}

}  // namespace outcry::http::detail
