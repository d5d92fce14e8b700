#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/trading/desk_timing.hpp"
#include "actors/trading/order_desk.hpp"

// Stop: who is let through, and what must be gone before a stop is done.

namespace outcry {

bool order_desk_state::is_gated(const std::string& bot_id) const {
  if (book_->closed_gates.count(bot_id) != 0) return true;
  return book_->floor_closed && book_->opened.count(bot_id) == 0;
}

std::optional<gate_closing> order_desk_state::closing_of(const std::string& bot_id) const {
  if (auto closed = book_->closed_gates.find(bot_id); closed != book_->closed_gates.end())
    return closed->second;
  if (is_gated(bot_id)) return gate_closing::cancel_all;
  return std::nullopt;
}

// Whether a closed gate lets the order rest: only what can do no more than make the position
// smaller, all such orders together.
bool order_desk_state::must_go(const live_order& order, gate_closing how) const {
  const auto& record = order.record;
  if (order.cancel_wanted || how == gate_closing::cancel_all) return true;
  // An exit closes what its entry has filled and no more: it is what protects the position.
  if (record.parent != 0) return false;
  const auto& terms = record.order.request.terms;
  // Nobody knows how many shares an amount of money will be.
  if (terms.side == order_side::buy && terms.notional.is_positive()) return true;
  const auto own = own_position(record.bot_id, terms.ticker);
  const auto open = open_qty(record.bot_id, terms.ticker, terms.side, mark_of(terms.ticker));
  return terms.side == order_side::sell ? open > own : open > -own;
}

// Who asks no more than a stop lets an exit's own order go on, also where a kill came before.
void order_desk_state::cancel_behind_gate(const std::string& bot_id, gate_closing asked) {
  const auto how = closing_of(bot_id);
  if (!how) return;
  std::vector<order_key> going;
  for (const auto& [key, order] : live_)
    if (key.first == bot_id && !is_closed(order.record.status) && must_go(order, *how) &&
        (asked == gate_closing::cancel_all || order.record.purpose != order_purpose::exit))
      going.push_back(key);
  for (const auto& key : going) want_cancel(key);
}

caf::result<gate_report> order_desk_state::close(const close_gate& wish) {
  auto promise = self_->make_response_promise<gate_report>();
  auto& closing = book_->closed_gates.try_emplace(wish.bot_id, wish.how).first->second;
  closing = std::max(closing, wish.how);
  bool taken = when_loaded([this, wish, promise]() mutable {
    cancel_behind_gate(wish.bot_id, wish.how);
    promise.deliver(report(wish.bot_id));
  });
  if (!taken) promise.deliver(caf::make_error(ec::unavailable, "the order desk is still loading"));
  return promise;
}

caf::result<gate_report> order_desk_state::reopen(const open_gate& wish) {
  auto promise = self_->make_response_promise<gate_report>();
  book_->closed_gates.erase(wish.bot_id);
  if (book_->floor_closed) book_->opened.insert(wish.bot_id);
  bool taken =
      when_loaded([this, wish, promise]() mutable { promise.deliver(report(wish.bot_id)); });
  if (!taken) promise.deliver(caf::make_error(ec::unavailable, "the order desk is still loading"));
  return promise;
}

void order_desk_state::close_all(const close_gates& brake) {
  if (brake.whole_floor) {
    book_->floor_closed = true;
    book_->opened.clear();
  }
  for (const auto& bot_id : brake.bot_ids) {
    auto& closing = book_->closed_gates.try_emplace(bot_id, brake.how).first->second;
    closing = std::max(closing, brake.how);
  }
  when_loaded([this, brake] {
    std::set<std::string> bots(brake.bot_ids.begin(), brake.bot_ids.end());
    if (brake.whole_floor)
      for (const auto& [key, order] : live_) bots.insert(key.first);
    for (const auto& bot_id : bots) cancel_behind_gate(bot_id, brake.how);
  });
}

// Bots that were here stay shut out, each until it is started.
void order_desk_state::on_halt(const halt_state& halt) {
  const bool killed = halt.kind == halt_kind::killed;
  if (book_->floor_closed == killed) return;
  book_->floor_closed = killed;
  book_->opened.clear();
}

gate_report order_desk_state::report(const std::string& bot_id) const {
  gate_report result;
  result.clear = true;
  const auto how = closing_of(bot_id);
  for (const auto& [key, order] : live_) {
    const auto& record = order.record;
    if (key.first != bot_id || is_closed(record.status)) continue;
    result.open.push_back(record);
    const bool uncertain = record.status == order_status::intended ||
                           record.status == order_status::unknown || order.sending;
    // Nobody who may has asked for the end of an exit's own order.
    const bool rests = record.purpose == order_purpose::exit && !order.cancel_wanted;
    if (!uncertain && (rests || !how || !must_go(order, *how))) continue;
    result.clear = false;
    result.waiting_for = fmt::format(
        "order {} ({} {} {}): {}", record.number, to_string(record.order.request.terms.side),
        to_string(record.order.request.terms.qty), record.order.request.terms.ticker,
        uncertain ? "nobody can say yet whether the broker has it"
                  : "the broker has not confirmed the cancel yet");
  }
  // Of the ticker it is at now; it may hold another from before.
  const auto ticker = book_->tickers.find(bot_id);
  for (const auto& [key, holding] : holdings_)
    if (key.first == bot_id && (ticker == book_->tickers.end() || key.second == ticker->second))
      result.position += holding.qty;
  return result;
}

}  // namespace outcry
