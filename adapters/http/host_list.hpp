#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/message.hpp"

namespace outcry::http {

/// Host names that come and go while servers run. Any thread.
class host_list {
public:
  /// "name" (any port) or "name:port" (that port only), instead of those before.
  void set(std::vector<std::string> names) {
    const std::lock_guard lock(mutex_);
    names_ = std::move(names);
  }

  bool contains(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(names_.begin(), names_.end(),
                       [&](const std::string& one) { return equal_ignoring_case(one, name); });
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> names_;
};

}  // namespace outcry::http
