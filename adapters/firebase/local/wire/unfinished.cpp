#include "adapters/firebase/local/wire/unfinished.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

namespace outcry::firebase::local::wire {

std::shared_ptr<unfinished::share> unfinished::join(std::function<void()> cut_off) {
  return std::make_shared<share>(shared_from_this(), std::move(cut_off));
}

void unfinished::forget(share& one) {
  total_ -= std::exchange(one.bytes_, 0);
  holders_.erase(&one);
}

unfinished::share::~share() {
  const std::lock_guard lock(of_->mutex_);
  of_->forget(*this);
}

void unfinished::share::trust() {
  const std::lock_guard lock(of_->mutex_);
  trusted_ = true;
}

/// Whose going helps the most; forgotten already. Null if all that are left are going by
/// themselves.
std::shared_ptr<unfinished::share> unfinished::worst() {
  while (!holders_.empty()) {
    const auto found =
        std::max_element(holders_.begin(), holders_.end(), [](const auto& a, const auto& b) {
          return std::pair(!a.first->trusted_, a.first->bytes_) <
                 std::pair(!b.first->trusted_, b.first->bytes_);
        });
    std::shared_ptr<share> one = found->second.lock();
    forget(*found->first);
    if (one) return one;
  }
  return nullptr;
}

void unfinished::share::set(std::size_t bytes) {
  std::vector<std::shared_ptr<share>> leaving;
  {
    const std::lock_guard lock(of_->mutex_);
    if (bytes == 0) return of_->forget(*this);
    if (bytes_ == 0) {
      since_ = of_->opts_.now();
      of_->holders_.emplace(this, weak_from_this());
    }
    of_->total_ += bytes - bytes_;
    bytes_ = bytes;
    while (of_->total_ > of_->opts_.most) {
      auto one = of_->worst();
      if (!one) break;
      leaving.push_back(std::move(one));
    }
  }
  for (const auto& one : leaving) {
    spdlog::warn("unfinished messages exceed {} bytes: a client is cut off", of_->opts_.most);
    one->cut_off_();
  }
}

void unfinished::sweep() {
  std::vector<std::shared_ptr<share>> late;
  {
    const std::lock_guard lock(mutex_);
    const auto begun = opts_.now() - opts_.patience;
    for (const auto& [key, held] : holders_) {
      if (key->since_ > begun) continue;
      if (auto one = held.lock()) late.push_back(std::move(one));
    }
    for (const auto& one : late) forget(*one);
  }
  for (const auto& one : late) one->cut_off_();
}

}  // namespace outcry::firebase::local::wire
