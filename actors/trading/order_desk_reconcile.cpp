#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/trading/desk_timing.hpp"
#include "actors/trading/order_desk.hpp"

// Comparing with the broker: orders, fills, positions.

namespace outcry {

void order_desk_state::reconcile() {
  if (!loaded_) return;
  next_reconcile_ms_ = steady_ms() + services_.options.reconcile_interval_ms;
  if (reconciling_) {
    reconcile_again_ = true;
    return;
  }
  reconciling_ = true;
  // A broker that was restarted knows nobody.
  self_->send(services_.broker, listen_to_broker{caf::actor_cast<caf::actor>(self_)});
  auto timeout = std::chrono::milliseconds(services_.options.broker_timeout_ms);
  self_->request(services_.broker, timeout, get_broker_state{})
      .then(
          [this, asked_at = updates_heard_](const broker_state& state) {
            reconciling_ = false;
            on_broker_state(state, asked_at);
            if (std::exchange(reconcile_again_, false)) reconcile();
          },
          [this](caf::error& reason) {
            reconciling_ = reconcile_again_ = false;
            self_->count_error();
            next_reconcile_ms_ = steady_ms() + second_look_ms;
            spdlog::warn("the broker cannot be compared with: {}", self_->system().render(reason));
          });
}

void order_desk_state::on_broker_state(const broker_state& state, std::uint64_t asked_at) {
  account_ = state.account;
  at_broker_ = state.positions;
  on_session(state.session);
  std::set<order_key> seen;
  for (const auto& order : state.open_orders) {
    const auto& id = order.request.client_order_id;
    if (auto known = by_client_id_.find(id); known != by_client_id_.end()) {
      const auto key = known->second;
      seen.insert(key);
      // An answer that is on its way says the same, in order.
      if (!live_[key].sending) on_found(key, {broker_verdict::taken, order, {}, {}});
    } else if (parse_client_order_id(floor_id_, id)) {
      broker_update update;
      update.order = order;
      update.event = event_for(order.status);
      update.execution_id = "floor:open:" + id;
      update.at_ns = now();
      hear_closed(update);
    }
  }
  std::vector<order_key> gone;
  for (const auto& [key, order] : live_)
    if (seen.count(key) == 0 && !order.sending && !is_closed(order.record.status) &&
        order.record.status != order_status::intended)
      gone.push_back(key);
  for (const auto& key : gone) look_up(key);
  compare_positions(state, asked_at);
  if (!reconciled_)
    spdlog::info("the account agrees with the broker's as far as could be compared");
  reconciled_ = true;
}

// Only where nothing is on its way: what was filled meanwhile is in one of the two and not in the
// other.
void order_desk_state::compare_positions(const broker_state& state, std::uint64_t asked_at) {
  std::map<std::string, Quantity> at_broker;
  for (const auto& position : state.positions) at_broker[position.ticker] = position.qty;
  std::set<std::string> tickers;
  for (const auto& [ticker, qty] : at_broker) tickers.insert(ticker);
  for (const auto& [key, holding] : holdings_) tickers.insert(key.second);
  for (const auto& [ticker, account] : tickers_) tickers.insert(ticker);
  for (const auto& [key, order] : live_) {
    const auto& record = order.record;
    const bool moving = order.sending || order.looking || order.record.status != order.told_status;
    if (moving || record.status == order_status::unknown)
      tickers.erase(record.order.request.terms.ticker);
  }
  for (const auto& ticker : tickers) {
    auto heard = ticker_heard_.find(ticker);
    if (heard != ticker_heard_.end() && heard->second > asked_at) continue;
    auto found = at_broker.find(ticker);
    compare_position(ticker, found == at_broker.end() ? Quantity{} : found->second);
  }
}

void order_desk_state::compare_position(const std::string& ticker, Quantity at_broker) {
  const auto bots = owned_by_bots(ticker);
  auto known = tickers_.find(ticker);
  const bool traded = std::any_of(holdings_.begin(), holdings_.end(),
                                  [&](const auto& entry) { return entry.first.second == ticker; });
  if (known == tickers_.end() && !traded) {
    // Nobody of ours ever had any: what is there was there before us.
    put_outside(ticker, at_broker);
    return;
  }
  const auto outside = known == tickers_.end() ? Quantity{} : known->second.outside;
  const auto claimed = claimed_in(ticker);
  if (bots + outside == at_broker && claimed <= std::max(outside, Quantity{})) {
    mismatches_.erase(ticker);
    if (known != tickers_.end() && !known->second.halted.empty()) set_halt(ticker, {});
    return;
  }
  if (++mismatches_[ticker] < 2) {
    next_reconcile_ms_ = std::min(next_reconcile_ms_, steady_ms() + second_look_ms);
    return;
  }
  if (bots + outside == at_broker) {
    set_halt(ticker,
             fmt::format("bots have taken over {} {} that were held outside, only {} are left",
                         to_string(claimed), ticker, to_string(outside)));
    return;
  }
  set_halt(ticker, fmt::format("the broker holds {} {}, the floor knows of {} ({} of its bots, {} "
                               "held outside)",
                               to_string(at_broker), ticker, to_string(bots + outside),
                               to_string(bots), to_string(outside)));
}

Quantity order_desk_state::owned_by_bots(const std::string& ticker) const {
  Quantity sum;
  for (const auto& [key, holding] : holdings_)
    if (key.second == ticker) sum += holding.qty;
  return sum;
}

// Of what is held outside, what bots have taken over.
Quantity order_desk_state::claimed_in(const std::string& ticker) const {
  Quantity sum;
  for (const auto& [key, holding] : holdings_)
    if (key.second == ticker) sum += claim_of(key.first);
  return sum;
}

void order_desk_state::set_halt(const std::string& ticker, std::string reason) {
  auto& account = tickers_[ticker];
  account.ticker = ticker;
  if (account.halted == reason) return;
  if (reason.empty())
    spdlog::info("{} is no longer halted: its positions agree", ticker);
  else
    spdlog::critical("{} is halted: {}", ticker, reason);
  account.halted = std::move(reason);
  journal(part_of(account));
}

void order_desk_state::put_outside(const std::string& ticker, Quantity outside) {
  auto& account = tickers_[ticker];
  account.ticker = ticker;
  account.outside = outside;
  journal(part_of(account));
}

// Shares that nobody of the floor bought can become a bot's own, as many as there are.
caf::result<claim_granted> order_desk_state::claim(const claim_shares& wish) {
  auto promise = self_->make_response_promise<claim_granted>();
  bool taken = when_loaded([this, wish, promise]() mutable {
    auto known = tickers_.find(wish.ticker);
    auto left = known == tickers_.end() ? Quantity{} : known->second.outside;
    for (const auto& [bot_id, claimed] : claimed_)
      if (bot_id != wish.bot_id && holdings_.count({bot_id, wish.ticker}) != 0) left -= claimed;
    const auto before = claimed_[wish.bot_id];
    if (wish.total > before && !reconciled_) {
      promise.deliver(
          caf::make_error(ec::no_broker, "the account has not been compared with the broker yet"));
    } else if (wish.total > before && wish.total > left) {
      promise.deliver(caf::make_error(
          ec::refused, fmt::format("{} shares of {} are held outside the bots, {} are claimed",
                                   to_string(left), wish.ticker, to_string(wish.total))));
    } else {
      auto& holding = holdings_[{wish.bot_id, wish.ticker}];
      holding.bot_id = wish.bot_id;
      holding.ticker = wish.ticker;
      note_claim(holding, before, wish.total);
      claimed_[wish.bot_id] = wish.total;
      journal_part part;
      part.write.holdings.push_back(holding);
      part.done = [promise]() mutable { promise.deliver(claim_granted{}); };
      part.failed = [this, wish, before, promise](const caf::error& reason) mutable {
        note_claim(holdings_[{wish.bot_id, wish.ticker}], wish.total, before);
        claimed_[wish.bot_id] = before;
        promise.deliver(reason);
      };
      journal(std::move(part));
    }
  });
  if (!taken) promise.deliver(caf::make_error(ec::unavailable, "the order desk is still loading"));
  return promise;
}

caf::result<claim_granted> order_desk_state::accept(const accept_position& wish) {
  auto promise = self_->make_response_promise<claim_granted>();
  bool taken = when_loaded([this, wish, promise]() mutable {
    auto timeout = std::chrono::milliseconds(services_.options.broker_timeout_ms);
    self_->request(services_.broker, timeout, get_broker_state{})
        .then([this, wish, promise](
                  const broker_state& state) mutable { accept_as_is(wish.ticker, state, promise); },
              [promise](caf::error& reason) mutable { promise.deliver(reason); });
  });
  if (!taken) promise.deliver(caf::make_error(ec::unavailable, "the order desk is still loading"));
  return promise;
}

void order_desk_state::accept_as_is(const std::string& ticker, const broker_state& state,
                                    claim_promise promise) {
  Quantity at_broker;
  for (const auto& position : state.positions)
    if (position.ticker == ticker) at_broker = position.qty;
  const auto bots = owned_by_bots(ticker);
  if (at_broker < bots) {
    promise.deliver(caf::make_error(
        ec::refused, fmt::format("the bots own {} {}, the broker holds only {}: buy the rest back",
                                 to_string(bots), ticker, to_string(at_broker))));
    return;
  }
  tickers_[ticker].halted.clear();
  mismatches_.erase(ticker);
  put_outside(ticker, at_broker - bots);
  promise.deliver(claim_granted{});
}

// The day begins with what everything was worth last. Journalled, so that a restart in the day does
// not begin it anew.
void order_desk_state::roll_day() {
  if (!loaded_ || session_.trading_day.empty()) return;
  journal_part part;
  for (auto& [key, holding] : holdings_) {
    if (holding.day == session_.trading_day || !holding.mark.is_positive()) continue;
    note_mark(holding, holding.mark, session_.trading_day, claim_of(key.first));
    part.write.holdings.push_back(holding);
  }
  if (!part.write.holdings.empty()) journal(std::move(part));
}

// -- marks ----------------------------------------------------------------------------------------

void order_desk_state::refresh_marks() {
  if (asking_pits_ || steady_ms() < next_marks_ms_) return;
  const bool holds = std::any_of(holdings_.begin(), holdings_.end(),
                                 [](const auto& entry) { return !entry.second.qty.is_zero(); });
  if (!holds) return;
  next_marks_ms_ = steady_ms() + marks_interval_ms;
  asking_pits_ = true;
  self_->request(services_.market, desk_answer_timeout, list_pits{})
      .then([this](const pit_list& pits) { on_pits(pits); },
            [this](caf::error&) {
              asking_pits_ = false;
              self_->count_error();
            });
}

void order_desk_state::on_pits(const pit_list& pits) {
  asking_pits_ = false;
  for (const auto& pit : pits.pits)
    if (pit.has_price) marks_[pit.ticker] = pit.last.price;
  for (auto& [key, holding] : holdings_) {
    if (auto mark = marks_.find(key.second); mark != marks_.end())
      note_mark(holding, mark->second, session_.trading_day, claimed_[key.first]);
  }
}

}  // namespace outcry
