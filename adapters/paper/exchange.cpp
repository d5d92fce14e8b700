#include "adapters/paper/exchange.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "adapters/paper/costs.hpp"
#include "adapters/paper/request_check.hpp"
#include "adapters/paper/uuid.hpp"

namespace outcry::paper {

namespace {

void require(bool good, const char* what) {
  if (!good) throw std::invalid_argument{what};
}

exchange_options checked(exchange_options x) {
  require(x.cash >= Money{}, "paper broker: cash must not be below 0");
  require(x.cash < Money::from_integer(too_large), "paper broker: cash is too large");
  require(x.participation > 0 && x.participation <= whole_in_bps,
          "paper broker: participation must be 1 to 10000 basis points");
  require(x.slippage < whole_in_bps, "paper broker: slippage must be below 10000 basis points");
  require(x.market_reserve <= whole_in_bps,
          "paper broker: market reserve must be at most 10000 basis points");
  require(x.fees.bps <= whole_in_bps, "paper broker: fees must be at most 10000 basis points");
  require(x.fees.per_order >= Money{} && x.fees.per_share >= Price{},
          "paper broker: fees must not be below 0");
  return x;
}

}  // namespace

exchange::exchange(exchange_options options, std::unique_ptr<calendar::market_calendar> market,
                   std::unique_ptr<store> kept)
    : options_{checked(std::move(options))}, market_{std::move(market)}, store_{std::move(kept)} {
  if (auto saved = store_->load()) {
    apply(std::move(*saved));
    return;
  }
  account_.cash = options_.cash;
  account_.seed = options_.seed;
  store_->save({account_, {}, {}});
}

exchange::~exchange() = default;

bool exchange::is_plausible(Price price) {
  return price.is_positive() && price < Price::from_integer(too_large);
}

ticker_handle exchange::handle_of(std::string_view ticker) {
  const auto [at, is_new] = handles_.try_emplace(std::string{ticker}, tickers_.size());
  if (is_new) {
    auto& added = tickers_.emplace_back();
    added.position.ticker = at->first;
    added.index = at->second;
  }
  return ticker_handle{static_cast<std::uint32_t>(at->second)};
}

void exchange::apply(saved_state saved) {
  account_ = saved.account;
  session_ = account_.clock_ns == 0 ? market_session{} : market_->session_at(account_.clock_ns);
  by_id_.clear();
  by_client_id_.clear();
  open_.clear();
  held_back_ = {};
  for (auto& at : tickers_) {
    at.open.clear();
    at.touched = false;
    at.position.qty = {};
    at.position.average_price = {};
  }
  for (const auto& position : saved.positions) {
    auto& kept = tickers_[static_cast<std::size_t>(handle_of(position.ticker))].position;
    const auto last = kept.last_price.is_zero() ? position.last_price : kept.last_price;
    kept = position;
    kept.last_price = last;
    held_back_ += short_collateral(kept);
  }
  for (auto& record : saved.open_orders) {
    auto& order = keep(std::move(record));
    held_back_ += order.record.reserved;
    const auto& parent = order.record.order.request.parent;
    if (parent.empty()) continue;
    order.parent = &parent_named(parent);
    order.parent->exits.push_back(&order);
  }
}

exchange::live_order& exchange::keep(order_record record) {
  const auto ticker = static_cast<std::size_t>(handle_of(record.order.request.terms.ticker));
  auto& kept = open_[record.sequence];
  kept.record = std::move(record);
  kept.ticker = ticker;
  const auto& x = kept.record.order;
  by_id_.emplace(x.id, &kept);
  by_client_id_.emplace(x.request.client_order_id, &kept);
  if (!is_closed(x.status)) tickers_[ticker].open.push_back(&kept);
  return kept;
}

void exchange::require_sound() const {
  if (broken_) throw std::logic_error{"paper broker: its store failed; start it again"};
}

void exchange::transact(timestamp_ns now, const std::function<void()>& work) {
  require_sound();
  const auto clock = account_.clock_ns;
  try {
    live_until(now);
    work();
    commit();
  } catch (...) {
    undo(clock);
    throw;
  }
}

void exchange::batch(const std::function<void()>& calls) {
  require_sound();
  if (in_batch_) return calls();
  const auto clock = account_.clock_ns;
  in_batch_ = true;
  try {
    calls();
    in_batch_ = false;
    commit();
  } catch (...) {
    in_batch_ = false;
    undo(clock);
    throw;
  }
}

void exchange::commit() {
  if (!changed_ || in_batch_) return;
  changes what;
  what.account = account_;
  for (auto* order : touched_) what.orders.push_back(&order->record);
  for (const auto i : touched_tickers_) what.positions.push_back(tickers_[i].position);
  store_->save(what);
  changed_ = false;
  drop_closed();
  for (const auto i : touched_tickers_) tickers_[i].touched = false;
  touched_tickers_.clear();
  std::move(telling_.begin(), telling_.end(), std::back_inserter(updates_));
  telling_.clear();
}

void exchange::drop_closed() {
  // Exits first: their parent stays as long as it has one.
  std::vector<live_order*> others;
  for (auto* order : std::exchange(touched_, {})) {
    order->touched = false;
    if (!is_closed(order->record.order.status)) continue;
    std::erase(tickers_[order->ticker].open, order);
    if (order->parent == nullptr) {
      others.push_back(order);
      continue;
    }
    std::erase(order->parent->exits, order);
    others.push_back(order->parent);
    forget(*order);
  }
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  for (auto* order : others) {
    if (is_closed(order->record.order.status) && order->exits.empty()) forget(*order);
  }
}

void exchange::forget(live_order& order) {
  by_id_.erase(order.record.order.id);
  by_client_id_.erase(order.record.order.request.client_order_id);
  open_.erase(order.record.sequence);
}

void exchange::undo(timestamp_ns clock) noexcept {
  telling_.clear();
  touched_.clear();
  touched_tickers_.clear();
  changed_ = false;
  try {
    auto saved = store_->load();
    if (!saved) {
      broken_ = true;
      return;
    }
    // What was lived through before this call left no other trace than in the store.
    saved->account.clock_ns = std::max(saved->account.clock_ns, clock);
    apply(std::move(*saved));
  } catch (...) {
    broken_ = true;
  }
}

void exchange::note_price(ticker_handle ticker, Price price) {
  if (is_plausible(price)) tickers_[static_cast<std::size_t>(ticker)].position.last_price = price;
}

void exchange::flush() {
  transact(account_.clock_ns, [&] {
    for (auto& at : tickers_) touch(at);
  });
}

std::vector<broker_update> exchange::take_updates() {
  return std::exchange(updates_, {});
}

std::optional<broker_order> exchange::find(std::string_view id) const {
  if (const auto found = by_id_.find(id); found != by_id_.end()) {
    return found->second->record.order;
  }
  if (auto record = store_->find(id)) return std::move(record->order);
  return std::nullopt;
}

std::optional<broker_order> exchange::find_by_client_id(std::string_view client_order_id) const {
  if (const auto found = by_client_id_.find(client_order_id); found != by_client_id_.end()) {
    return found->second->record.order;
  }
  if (auto record = store_->find_by_client_id(client_order_id)) return std::move(record->order);
  return std::nullopt;
}

std::vector<broker_order> exchange::open_orders() const {
  std::vector<broker_order> result;
  result.reserve(open_.size());
  for (const auto& [sequence, order] : open_) {
    if (!is_closed(order.record.order.status)) result.push_back(order.record.order);
  }
  return result;
}

std::vector<broker_position> exchange::positions() const {
  std::vector<broker_position> result;
  for (const auto& at : tickers_) {
    const auto& x = at.position;
    if (!x.qty.is_zero()) result.push_back({x.ticker, x.qty, x.average_price});
  }
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.ticker < b.ticker; });
  return result;
}

broker_account exchange::account() const {
  broker_account result;
  result.cash = account_.cash;
  result.buying_power = std::max(free_buying_power(), Money{});
  result.equity = account_.cash;
  for (const auto& at : tickers_) {
    const auto& x = at.position;
    if (x.qty.is_zero()) continue;
    result.equity += multiply(x.last_price.is_zero() ? x.average_price : x.last_price, x.qty);
  }
  return result;
}

void exchange::touch(live_order& order) {
  touch(tickers_[order.ticker]);
  if (order.touched) return;
  order.touched = true;
  touched_.push_back(&order);
}

void exchange::touch(ticker_state& at) {
  changed_ = true;
  if (at.touched) return;
  at.touched = true;
  touched_tickers_.push_back(at.index);
}

std::string exchange::next_id() {
  return seeded_uuid(account_.seed, ++account_.ids_used);
}

broker_update& exchange::tell(live_order& order, std::string_view event) {
  touch(order);
  auto& x = order.record.order;
  x.updated_ns = account_.clock_ns;
  broker_update update;
  update.event = event;
  update.execution_id = next_id();
  update.order = x;
  update.at_ns = account_.clock_ns;
  return telling_.emplace_back(std::move(update));
}

void exchange::reserve(live_order& order, Money amount) {
  held_back_ += amount - order.record.reserved;
  order.record.reserved = amount;
}

void exchange::close(live_order& order, order_status status, std::string_view event,
                     std::string reason) {
  auto& x = order.record.order;
  x.status = status;
  x.reason = std::move(reason);
  const auto at = account_.clock_ns;
  if (status == order_status::canceled) x.canceled_ns = at;
  if (status == order_status::expired) x.expired_ns = at;
  if (status == order_status::rejected) x.failed_ns = at;
  if (status == order_status::replaced) x.replaced_ns = at;
  reserve(order, {});
  tell(order, event);
  settle(order);
}

}  // namespace outcry::paper
