#include "adapters/sqlite/history_worker.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace outcry::sqlite {

namespace {

// Deleting so many rows takes about as long as storing a commit's worth of ticks.
constexpr std::int64_t rows_per_deletion = 10'000;

}  // namespace

std::string history_path(const std::string& data_dir) {
  return (std::filesystem::path(data_dir) / "history.db").string();
}

history_worker::history_worker(const history_settings& settings, std::function<void()> wake)
    : settings_(settings),
      store_(history_path(settings.data_dir)),
      wake_(std::move(wake)),
      thread_([this] { run(); }) {}

history_worker::~history_worker() {
  stop();
}

journal_result<history_receipt> history_worker::take(const price_batch& batch) {
  const auto count = static_cast<std::int64_t>(batch.ticks.size());
  std::unique_lock lock(mutex_);
  if (stopping_ || waiting_ + count > settings_.queue_bound) {
    lost_ += batch.ticks.size();
    const bool first = !std::exchange(overflowing_, true);
    auto text =
        fmt::format("history: {} ticks wait for the disk; {} more were not taken, {} so far",
                    waiting_, count, lost_);
    lock.unlock();
    if (first) spdlog::warn("{}", text);
    return tl::unexpected(journal_failure{ec::mailbox_full, std::move(text)});
  }
  overflowing_ = false;
  queue_.push(batch.ticker, batch.ticks);
  waiting_ += count;
  // The writer is told when there is something to wait for, and when the wait is over.
  bool tell = queue_.size() >= settings_.ticks_per_commit &&
              queue_.size() - count < settings_.ticks_per_commit;
  if (!write_at_) {
    write_at_ = clock::now() + settings_.longest_wait;
    tell = true;
  }
  const history_receipt receipt{waiting_};
  lock.unlock();
  if (tell) changed_.notify_one();
  return receipt;
}

bool history_worker::submit(std::uint64_t ticket, const history_request& request) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || requests_.size() >= history_request_bound) return false;
    requests_.emplace_back(ticket, request);
  }
  changed_.notify_one();
  return true;
}

std::vector<history_worker::finished> history_worker::take_finished() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

std::uint64_t history_worker::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

void history_worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void history_worker::wait_for_work(std::unique_lock<std::mutex>& lock) {
  // Without ticks to write, delivered rows are deleted piece by piece instead of waiting.
  while (!stopping_ && requests_.empty()) {
    // After a refusal of the disk only time counts: a full queue must not make us spin.
    if (!disk_refuses_ && queue_.size() >= settings_.ticks_per_commit) return;
    if (write_at_ && clock::now() >= *write_at_) return;
    if (has_delivered_ && !disk_refuses_) return;
    if (write_at_) {
      changed_.wait_until(lock, *write_at_);
    } else {
      changed_.wait(lock);
    }
  }
}

void history_worker::run() {
  tick_queue in_hand;
  std::unique_lock lock(mutex_);
  while (true) {
    wait_for_work(lock);
    const bool last = stopping_;
    const bool is_due = last || !requests_.empty() || queue_.size() >= settings_.ticks_per_commit ||
                        (write_at_ && clock::now() >= *write_at_);
    if (is_due) {
      in_hand.append(queue_);
      write_at_.reset();
    }
    auto requests = std::exchange(requests_, {});
    lock.unlock();

    write_ticks(in_hand);
    std::vector<finished> done;
    for (const auto& [ticket, request] : requests) done.emplace_back(ticket, execute(request));
    forget_some();
    if (last && !in_hand.empty()) {
      spdlog::error("history: {} ticks could not be stored and are lost", in_hand.size());
    }

    lock.lock();
    if (!in_hand.empty() && !write_at_) write_at_ = clock::now() + settings_.longest_wait;
    if (!done.empty()) {
      std::move(done.begin(), done.end(), std::back_inserter(finished_));
      lock.unlock();
      wake_();
      lock.lock();
    }
    if (last) return;
  }
}

void history_worker::write_ticks(tick_queue& ticks) {
  while (!ticks.empty()) {
    if (!write_some(ticks)) return;
  }
}

bool history_worker::write_some(tick_queue& ticks) {
  std::int64_t count = 0;
  try {
    store_.begin();
    for (const auto& run : ticks.front(settings_.ticks_per_commit)) {
      store_.append(run.ticker, run.ticks);
      count += std::ssize(run.ticks);
    }
    store_.commit();
  } catch (const std::exception& error) {
    store_.rollback();
    if (!std::exchange(disk_refuses_, true)) {
      spdlog::error("{}; prices wait in memory until it works again", error.what());
    }
    return false;
  }
  if (std::exchange(disk_refuses_, false)) {
    spdlog::info("history: prices are stored again");
    has_delivered_ = true;  // deleting may have been refused, too
  }
  ticks.pop(count);
  const std::lock_guard lock(mutex_);
  waiting_ -= count;
  return true;
}

void history_worker::forget_some() noexcept {
  if (!has_delivered_) return;
  try {
    has_delivered_ = store_.forget_delivered(rows_per_deletion);
  } catch (const std::exception&) {
    // They stay until the next attempt: delivered rows are never read again.
    has_delivered_ = false;
  }
}

history_answer history_worker::execute(const history_request& request) {
  try {
    if (const auto* query = std::get_if<read_history>(&request)) {
      auto page = store_.read(*query);
      if (!page) return std::move(page.error());
      return std::move(*page);
    }
    auto cursor = store_.deliver(std::get<history_delivered>(request));
    if (!cursor) return std::move(cursor.error());
    has_delivered_ = true;
    const std::lock_guard lock(mutex_);
    return history_receipt{waiting_};
  } catch (const std::exception& error) {
    return journal_failure{ec::journal_unavailable, error.what()};
  }
}

}  // namespace outcry::sqlite
