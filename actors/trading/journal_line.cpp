#include "actors/trading/journal_line.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace outcry {

namespace {

constexpr std::size_t most_parts = 256;

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void merge(journal_write& to, const journal_write& from) {
  append(to.bots, from.bots);
  append(to.orders, from.orders);
  append(to.order_events, from.order_events);
  append(to.holdings, from.holdings);
  append(to.tickers, from.tickers);
  append(to.account_limits, from.account_limits);
  append(to.lines, from.lines);
  append(to.owed, from.owed);
  // The account's latest limits are the ones that hold.
  if (to.account_limits.size() > 1) to.account_limits = {to.account_limits.back()};
}

}  // namespace

journal_part part_of(const std::vector<bot_record>& bots) {
  journal_part part;
  part.write.bots = bots;
  return part;
}

journal_part part_of(const ticker_account& ticker) {
  journal_part part;
  part.write.tickers.push_back(ticker);
  return part;
}

journal_write journal_line::take() {
  const auto count = careful_ ? 1 : std::min(waiting_.size(), most_parts);
  journal_write write;
  for (std::size_t i = 0; i < count; ++i) {
    merge(write, waiting_.front().write);
    sent_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return write;
}

void journal_line::succeeded() {
  careful_ = false;
  auto done = std::exchange(sent_, {});
  for (auto& part : done)
    if (part.done) part.done();
}

void journal_line::failed(const caf::error& reason, bool for_good) {
  auto parts = std::exchange(sent_, {});
  const bool alone = parts.size() == 1;
  careful_ = true;
  std::vector<journal_part> over;
  std::deque<journal_part> again;
  for (auto& part : parts) {
    // Refused together with others: whose fault it was shows when each goes alone.
    const bool its_own = !for_good || alone;
    (its_own && (part.failed || for_good) ? static_cast<void>(over.push_back(std::move(part)))
                                          : again.push_back(std::move(part)));
  }
  // Nobody else waits for a journal that cannot be written, either.
  if (!for_good)
    for (auto& part : std::exchange(waiting_, {}))
      part.failed ? over.push_back(std::move(part)) : again.push_back(std::move(part));
  waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()),
                  std::make_move_iterator(again.end()));
  for (auto& part : over) {
    if (part.failed)
      part.failed(reason);
    else if (part.done)
      part.done();
  }
}

}  // namespace outcry
