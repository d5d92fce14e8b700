#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "messages/operator.hpp"

namespace outcry::redis {

/// The latest final answers by command, for those who ask again; the oldest give way. It holds what
/// no journal could take, too. One thread at a time.
class remembered_answers {
public:
  explicit remembered_answers(std::size_t limit) : limit_(limit) {}

  void add(const std::string& id, ledger_line line) {
    if (!lines_.insert_or_assign(id, std::move(line)).second) return;
    order_.push_back(id);
    if (order_.size() <= limit_) return;
    lines_.erase(order_.front());
    order_.pop_front();
  }

  /// Null: not among the latest.
  const ledger_line* find(const std::string& id) const {
    auto known = lines_.find(id);
    return known == lines_.end() ? nullptr : &known->second;
  }

private:
  std::size_t limit_;
  std::map<std::string, ledger_line> lines_;
  std::deque<std::string> order_;
};

}  // namespace outcry::redis
