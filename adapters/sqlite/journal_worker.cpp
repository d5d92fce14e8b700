#include "adapters/sqlite/journal_worker.hpp"

namespace outcry::sqlite {

journal_worker::journal_worker(journal_settings settings, std::function<void()> wake)
    : engine_(std::move(settings)), wake_(std::move(wake)), thread_([this] { run(); }) {}

journal_worker::~journal_worker() {
  stop();
}

bool journal_worker::submit(std::uint64_t ticket, journal_request&& request) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= journal_queue_bound) return false;
    tickets_.push_back(ticket);
    queue_.push_back(std::move(request));
  }
  changed_.notify_one();
  return true;
}

std::vector<journal_worker::finished> journal_worker::take_finished() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void journal_worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void journal_worker::run() {
  std::vector<std::uint64_t> tickets;
  std::vector<journal_request> requests;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    tickets.clear();
    requests.clear();
    tickets.swap(tickets_);
    requests.swap(queue_);
    lock.unlock();
    auto answers = engine_.run(requests);
    lock.lock();
    for (std::size_t i = 0; i < answers.size(); ++i) {
      finished_.emplace_back(tickets[i], std::move(answers[i]));
    }
    lock.unlock();
    wake_();
    lock.lock();
  }
}

}  // namespace outcry::sqlite
