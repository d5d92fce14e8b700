#pragma once

#include <deque>
#include <functional>
#include <vector>

#include <caf/error.hpp>

#include "messages/journal.hpp"

namespace outcry {

/// One thing that an order desk has to journal.
struct journal_part {
  journal_write write;
  std::function<void()> done;                            ///< it is on disk
  std::function<void(const caf::error& reason)> failed;  ///< empty: tried until it is
};

journal_part part_of(const std::vector<bot_record>& bots);
journal_part part_of(const ticker_account& ticker);

/// Orders the desk's writes: what is journalled and what others are told stays in the order in
/// which it happened. One write is on its way at a time and takes all that waits along; after a
/// failure each part goes alone until one succeeds, so that none takes its neighbours with it.
/// Pure: whoever owns it sends.
class journal_line {
public:
  void add(journal_part part) { waiting_.push_back(std::move(part)); }

  /// Something waits and nothing is on its way.
  bool can_send() const { return sent_.empty() && !waiting_.empty(); }
  bool is_idle() const { return sent_.empty() && waiting_.empty(); }
  std::size_t size() const { return sent_.size() + waiting_.size(); }

  /// What is to be written next; `succeeded` or `failed` must follow.
  journal_write take();

  /// All that was taken is on disk.
  void succeeded();

  /// Nothing of it may be. Parts that can fail do; the others wait for the next try, but for one
  /// that was alone and will never be taken (`for_good`): that is over without being journalled.
  void failed(const caf::error& reason, bool for_good);

private:
  std::deque<journal_part> waiting_;
  std::vector<journal_part> sent_;
  bool careful_ = false;  // after a failure
};

}  // namespace outcry
