#include "adapters/paper/bridge.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/floor/steady_time.hpp"
#include "adapters/calendar/always_open.hpp"
#include "adapters/paper/sqlite_store.hpp"

namespace outcry::paper {

namespace {

enum timer : std::uint8_t { serve_timer, border_timer, subscribe_timer, retry_timer };

constexpr std::chrono::seconds retry_pause{1};
constexpr std::chrono::seconds market_timeout{10};

// A machine that slept, or whose clock was set, is found out within this.
constexpr duration_ns longest_nap_ns = 60 * ns_per_s;
constexpr duration_ns shortest_nap_ns = ns_per_ms;

constexpr std::uint64_t mailbox_bound = 100'000;

std::uint64_t random_seed(const house& house) {
  auto half = [&] { return static_cast<std::uint64_t>(house.random() * 4294967296.0); };
  auto high = half();
  return (high << 32 | half()) | 1;
}

broker_answer refused(const refusal& why) {
  broker_answer answer;
  answer.verdict = broker_verdict::refused;
  answer.code = std::to_string(why.code);
  answer.reason = why.reason;
  return answer;
}

broker_answer taken(broker_order order) {
  broker_answer answer;
  answer.order = std::move(order);
  return answer;
}

broker_answer unknown_order() {
  auto answer = refused(not_found());
  answer.verdict = broker_verdict::not_found;
  return answer;
}

template <class T>
std::optional<T> given(T value) {
  return value.is_zero() ? std::nullopt : std::optional{value};
}

}  // namespace

// -- opening --------------------------------------------------------------------------------------

bridge_state::~bridge_state() {
  for (auto& waiting : waiting_) waiting.promise.deliver(unreachable());
  if (!exchange_ || link_.state != link_state::live) return;
  try {
    exchange_->flush();
  } catch (const std::exception& e) {
    spdlog::warn("paper broker: the last prices are not stored: {}", e.what());
  }
}

void bridge_state::open(bridge_options options) {
  options_ = std::move(options);
  if (options_.exchange.seed == 0) options_.exchange.seed = random_seed(*options_.house);
  for (const auto& ticker : options_.tickers) tickers_[ticker];
  set_link(link_state::connecting, {});
  try_again();
  arm_border();
  subscribe();
}

void bridge_state::open_exchange() {
  std::unique_ptr<store> kept;
  if (options_.open_store)
    kept = options_.open_store();
  else if (options_.file.empty())
    kept = std::make_unique<memory_store>();
  else
    kept = std::make_unique<sqlite_store>(options_.file);
  auto market =
      options_.make_calendar ? options_.make_calendar() : std::make_unique<calendar::always_open>();
  auto opened = std::make_unique<exchange>(options_.exchange, std::move(market), std::move(kept));
  for (const auto& [ticker, at] : tickers_) opened->note_price(opened->handle_of(ticker), at.last);
  for (const auto& order : opened->open_orders()) tickers_[order.request.terms.ticker];
  for (const auto& position : opened->positions()) tickers_[position.ticker];
  exchange_ = std::move(opened);
  opened_ns_ = now();
}

// -- what can fail --------------------------------------------------------------------------------

// The exchange undoes what throws, so that nothing is half done.
template <class Work>
bool bridge_state::attempt(Work work) {
  if (!exchange_) return false;
  try {
    work();
  } catch (const std::logic_error& e) {
    failed(e.what(), true);
    return false;
  } catch (const std::exception& e) {
    failed(e.what(), false);
    return false;
  }
  return true;
}

void bridge_state::failed(const std::string& reason, bool unusable) {
  self_->count_error();
  // What was in memory only is nowhere else.
  bool lasts = options_.open_store || !options_.file.empty();
  if (unusable && lasts) exchange_.reset();
  bool was_down = link_.state == link_state::down;
  set_link(link_state::down, reason);
  if (was_down) return;
  spdlog::error("paper broker: it stands still: {}", reason);
  self_->delayed_send(self_, retry_pause, wake{retry_timer, 0});
}

void bridge_state::try_again() {
  try {
    if (!exchange_) open_exchange();
    exchange_->flush();  // that it can be read says little
    exchange_->on_time(now());
  } catch (const std::logic_error& e) {
    failed(e.what(), true);
    return;
  } catch (const std::exception& e) {
    failed(e.what(), false);
    return;
  }
  recovered();
}

void bridge_state::recovered() {
  if (link_.state == link_state::down) {
    ++link_.reconnects;
    spdlog::info("paper broker: it works again");
  }
  set_link(link_state::live, {});
  tell();
}

void bridge_state::set_link(link_state state, const std::string& reason) {
  bool same = link_.state == state && link_.since_ms != 0;
  link_.reason = reason;
  if (same) return;
  link_.state = state;
  link_.since_ms = options_.house->time->now_ms();
  if (listener_) self_->send(listener_, link_);
  if (options_.relay) self_->send(options_.relay, link_);
}

caf::error bridge_state::unreachable() const {
  return caf::make_error(ec::unreachable, "the paper broker's file: " + link_.reason);
}

// -- requests -------------------------------------------------------------------------------------

caf::result<broker_answer> bridge_state::take(request wish) {
  auto promise = self_->make_response_promise<broker_answer>();
  // What waits in the mailbox already comes before this word.
  if (waiting_.empty()) self_->send(self_, wake{serve_timer, 0});
  waiting_.push_back({std::move(wish), promise, steady_now_ms()});
  return promise;
}

void bridge_state::serve() {
  if (waiting_.empty()) return;
  auto requests = std::exchange(waiting_, {});
  auto at = now();
  std::vector<broker_answer> answers;
  bool done = attempt([&] {
    exchange_->batch([&] {
      for (const auto& entry : requests) answers.push_back(carry_out(entry.what, at));
    });
  });
  lag_.took(steady_now_ms() - requests.front().since_ms, steady_now_ms());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (done)
      requests[i].promise.deliver(std::move(answers[i]));
    else
      requests[i].promise.deliver(unreachable());
  }
  if (done) tell();
  subscribe();
}

broker_answer bridge_state::carry_out(const request& what, timestamp_ns now) {
  return std::visit([&](const auto& wish) { return carry_out(wish, now); }, what);
}

broker_answer bridge_state::carry_out(const order_request& order, timestamp_ns now) {
  auto answer = exchange_->submit(order, now);
  if (!answer) return refused(answer.error());
  tickers_[order.terms.ticker];
  return taken(std::move(*answer));
}

broker_answer bridge_state::carry_out(const cancel_at_broker& wish, timestamp_ns now) {
  auto known = exchange_->find_by_client_id(wish.client_order_id);
  if (!known) return unknown_order();
  auto answer = exchange_->cancel(known->id, now);
  if (answer) return taken(std::move(*answer));
  auto refusal = refused(answer.error());
  refusal.order = *exchange_->find(known->id);
  return refusal;
}

broker_answer bridge_state::carry_out(const replace_at_broker& wish, timestamp_ns now) {
  auto known = exchange_->find_by_client_id(wish.client_order_id);
  if (!known) return unknown_order();
  order_changes changes;
  changes.client_order_id = wish.new_client_order_id;
  changes.qty = given(wish.qty);
  changes.limit_price = given(wish.limit_price);
  changes.stop_price = given(wish.stop_price);
  auto answer = exchange_->replace(known->id, changes, now);
  if (answer) {
    return taken(std::move(*answer));
  }
  auto refusal = refused(answer.error());
  refusal.order = *exchange_->find(known->id);
  return refusal;
}

link_list bridge_state::links() const {
  auto link = link_;
  link.backlog = static_cast<std::int64_t>(waiting_.size());
  link.lag_ms = waiting_.empty() ? lag_.lag_ms(steady_now_ms())
                                 : lag_.lag_ms(steady_now_ms(), waiting_.front().since_ms);
  return {{std::move(link)}};
}

caf::result<broker_answer> bridge_state::on_find(const find_at_broker& question) {
  serve();
  std::optional<broker_order> found;
  if (!attempt([&] { found = exchange_->find_by_client_id(question.client_order_id); }))
    return unreachable();
  return found ? taken(std::move(*found)) : unknown_order();
}

caf::result<broker_state> bridge_state::on_state() {
  serve();
  broker_state result;
  bool done = attempt([&] {
    exchange_->on_time(now());
    result = {exchange_->open_orders(), exchange_->positions(), exchange_->account(),
              exchange_->session()};
  });
  if (!done) return unreachable();
  tell();
  return result;
}

// -- the listener ---------------------------------------------------------------------------------

void bridge_state::on_listener(const listen_to_broker& who) {
  listener_ = caf::actor_cast<broker_listener_actor>(who.listener);
  self_->send(listener_, link_);
  if (exchange_) self_->send(listener_, exchange_->session());
}

void bridge_state::tell() {
  tell_session();
  if (!exchange_->has_updates()) return;
  for (auto& update : exchange_->take_updates())
    if (listener_) self_->send(listener_, std::move(update));
}

void bridge_state::tell_session() {
  const auto& session = exchange_->session();
  if (session.phase == told_.phase && session.next_change_ns == told_.next_change_ns) return;
  told_ = session;
  if (listener_) self_->send(listener_, session);
}

// -- prices and time ------------------------------------------------------------------------------

void bridge_state::on_prices(const price_batch& batch) {
  // An order that came before these prints is there for them.
  serve();
  auto& at = tickers_[batch.ticker];
  at.heard = true;
  if (!batch.ticks.empty()) at.last = batch.ticks.back().price;
  // It stands still, so that a print never fills one order and not the other.
  if (link_.state != link_state::live) return;
  bool done = attempt([&] {
    exchange_->batch([&] {
      for (const auto& tick : batch.ticks) print(batch.ticker, tick);
    });
  });
  if (done) tell();
}

void bridge_state::print(const std::string& ticker, const price_tick& tick) {
  auto came = tick.init_ns == 0 ? now() : tick.init_ns;
  auto handle = exchange_->handle_of(ticker);
  // A pit hands its last print to whoever comes new, and keeps it back for whoever is slow.
  if (came < opened_ns_)
    exchange_->note_price(handle, tick.price);
  else
    exchange_->on_trade(handle, tick, came);
}

void bridge_state::on_feed(const feed_status& status) {
  if (auto known = tickers_.find(status.ticker); known != tickers_.end())
    known->second.heard = true;
}

void bridge_state::subscribe() {
  bool waits = false;
  for (auto& [ticker, at] : tickers_) {
    if (at.heard || at.asked) continue;
    at.asked = waits = true;
    self_->request(options_.market, market_timeout, find_pit{ticker})
        .then(
            [this](const pit_address& found) {
              auto me = caf::actor_cast<caf::actor>(self_);
              self_->send(caf::actor_cast<pit_actor>(found.pit), subscribe_pit{me, true});
            },
            [this, ticker = ticker](caf::error& reason) {
              self_->count_error();
              spdlog::warn("paper broker: no pit for {}: {}", ticker,
                           self_->system().render(reason));
            });
  }
  // A pit that is down hears nothing and says nothing.
  if (!waits || std::exchange(subscribing_, true)) return;
  self_->delayed_send(self_, retry_pause, wake{subscribe_timer, 0});
}

void bridge_state::arm_border() {
  auto nap = longest_nap_ns;
  if (exchange_) nap = exchange_->session().next_change_ns - now();
  nap = std::clamp(nap, shortest_nap_ns, longest_nap_ns);
  self_->delayed_send(self_, std::chrono::nanoseconds(nap),
                      wake{border_timer, ++border_generation_});
}

void bridge_state::on_timer(const wake& timer) {
  switch (timer.timer) {
    case serve_timer:
      serve();
      return;
    case border_timer:
      if (timer.generation != border_generation_) return;
      serve();
      if (link_.state == link_state::live && attempt([&] { exchange_->on_time(now()); })) tell();
      arm_border();
      return;
    case subscribe_timer:
      subscribing_ = false;
      for (auto& [ticker, at] : tickers_) at.asked = false;
      subscribe();
      return;
    case retry_timer:
      try_again();
      if (link_.state == link_state::down)
        self_->delayed_send(self_, retry_pause, wake{retry_timer, 0});
      return;
    default:
      return;
  }
}

bridge_interface::behavior_type bridge(bridge_self* self, bridge_options options) {
  self->observe({"broker", "broker", mailbox_bound});
  self->state.open(std::move(options));
  return {
      // -- broker_actor --------------------------------------------------------------------------
      // An order.
      [self](const order_request& order) { return self->state.take(order); },
      // A cancel.
      [self](const cancel_at_broker& wish) { return self->state.take(wish); },
      // A replacement.
      [self](const replace_at_broker& wish) { return self->state.take(wish); },
      // What became of an order.
      [self](const find_at_broker& question) { return self->state.on_find(question); },
      // Everything.
      [self](const get_broker_state&) { return self->state.on_state(); },
      // Who hears of it.
      [self](const listen_to_broker& who) { self->state.on_listener(who); },
      // Whether its file can be written.
      [self](const get_links&) { return self->state.links(); },
      // -- price_subscriber_actor ----------------------------------------------------------------
      // Prints.
      [self](const price_batch& batch) { self->state.on_prices(batch); },
      // Prints of a replay at full speed: what they fill is told before the next one comes.
      [self](const lockstep_batch& step) {
        self->state.on_prices(step.batch);
        return batch_receipt{step.batch.ticks.size()};
      },
      // Our own orders, as the pit tells everybody.
      [](const order_update&) {},
      // A pit's first word, among others.
      [self](const feed_status& status) { self->state.on_feed(status); },
      // -- of its own ----------------------------------------------------------------------------
      // Requests are at hand, a border of the session, time to try again.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry::paper
