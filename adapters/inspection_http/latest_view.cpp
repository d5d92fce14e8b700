#include "adapters/inspection_http/latest_view.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace outcry::inspection_http {

namespace {

std::int64_t steady_now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

/// Answers when the last copy goes without having been used.
class promise_of_view {
public:
  explicit promise_of_view(view_sink to) : to_(std::move(to)) {}
  promise_of_view(const promise_of_view&) = delete;
  promise_of_view& operator=(const promise_of_view&) = delete;
  ~promise_of_view() { keep({nullptr, "the floor is ending or starting again"}); }

  void keep(view_answer answer) {
    view_sink to;
    {
      const std::lock_guard lock(mutex_);
      to = std::exchange(to_, nullptr);
    }
    if (to) to(std::move(answer));
  }

private:
  std::mutex mutex_;
  view_sink to_;
};

}  // namespace

struct latest_view::shelf {
  shelf(view_source from, options with) : source(std::move(from)), opts(std::move(with)) {
    if (!opts.now_ms) opts.now_ms = steady_now_ms;
  }

  void arrived(view_answer answer) {
    std::vector<view_sink> heard;
    {
      const std::lock_guard lock(mutex);
      asking = false;
      if (answer.seen) {
        latest = answer.seen;
        latest_ms = opts.now_ms();
      }
      heard.swap(waiting);
    }
    for (const auto& to : heard) to(answer);
  }

  const view_source source;
  options opts;
  std::mutex mutex;
  view_ptr latest;
  std::int64_t latest_ms = 0;
  bool asking = false;
  std::vector<view_sink> waiting;
};

latest_view::latest_view(view_source source, options opts)
    : shelf_(std::make_shared<shelf>(std::move(source), std::move(opts))) {}

bool latest_view::ask(view_sink to) {
  view_ptr ready;
  {
    const std::lock_guard lock(shelf_->mutex);
    if (shelf_->latest && shelf_->opts.now_ms() - shelf_->latest_ms < shelf_->opts.fresh.count()) {
      ready = shelf_->latest;
    } else {
      if (shelf_->waiting.size() >= shelf_->opts.most_waiting) return false;
      shelf_->waiting.push_back(std::move(to));
      if (std::exchange(shelf_->asking, true)) return true;
    }
  }
  if (ready) {
    to({ready, {}});
    return true;
  }
  const auto promise = std::make_shared<promise_of_view>(
      [kept = shelf_](view_answer answer) { kept->arrived(std::move(answer)); });
  shelf_->source([promise](view_answer answer) { promise->keep(std::move(answer)); });
  return true;
}

}  // namespace outcry::inspection_http
