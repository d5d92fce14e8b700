#include "actors/trading/order_desk.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/trading/desk_timing.hpp"

// Opening and time. The other parts stand in order_desk_*.cpp, by what they are about.

namespace outcry {

order_desk_state::~order_desk_state() = default;

void order_desk_state::open(std::shared_ptr<order_book> book, order_desk_services services) {
  book_ = std::move(book);
  services_ = std::move(services);
  account_limits_ = services_.options.account;
  load();
}

void order_desk_state::load() {
  self_->request(services_.journal, desk_journal_timeout, load_trading{})
      .then([this](const trading_image& image) { on_image(image); },
            [this](caf::error& reason) {
              self_->count_error();
              spdlog::warn("the order desk cannot read the journal: {}",
                           self_->system().render(reason));
              self_->delayed_send(self_, desk_retry_pause, wake{load_timer, 0});
            });
}

void order_desk_state::on_image(const trading_image& image) {
  floor_id_ = image.floor_id;
  last_event_ = image.last_event;
  if (image.has_account_limits) account_limits_ = image.account_limits;
  wanted_limits_ = account_limits_;
  if (image.halt.kind == halt_kind::killed) book_->floor_closed = true;
  for (const auto& bot : image.bots) {
    last_number_[bot.bot_id] = bot.last_number;
    claimed_[bot.bot_id] = bot.claimed;
    if (bot.desired == desired_state::stopped)
      book_->closed_gates.try_emplace(bot.bot_id, gate_closing::keep_reducing);
  }
  for (const auto& holding : image.holdings) {
    holdings_[{holding.bot_id, holding.ticker}] = holding;
    if (holding.mark.is_positive()) marks_[holding.ticker] = holding.mark;
  }
  for (const auto& ticker : image.tickers) tickers_[ticker.ticker] = ticker;
  for (const auto& record : image.parents) remember_parent(record);
  for (const auto& record : image.open_orders) take_up(record, image.open_events);
  loaded_ = true;
  roll_day();
  remember_recent_orders();
  for (auto& work : std::exchange(when_loaded_, {})) work();
  // What was journalled before a crash may not have been told.
  for (const auto& [id, owner] : book_->owners)
    self_->send(caf::actor_cast<order_owner_actor>(owner), orders_reopened{session_});
  reconcile();
  arm_timer();
}

// A restart gives nobody a minute's orders more, and may have kept from the command desk what came
// up before it.
void order_desk_state::remember_recent_orders() {
  find_orders query;
  query.limit = most_orders_remembered;
  self_->request(services_.journal, desk_journal_timeout, query)
      .then(
          [this](const order_list& found) {
            for (auto order = found.orders.rbegin(); order != found.orders.rend(); ++order) {
              if (order->code == surfaced_code && is_closed(order->status)) tell_surfaced(*order);
              const bool counts = order->sent_ns != 0 && order->parent == 0;
              if (!counts || now() - order->asked_ns > 60 * ns_per_s) continue;
              rates_[order->bot_id].note(order->asked_ns);
              account_rate_.note(order->asked_ns);
            }
          },
          [this](caf::error&) { self_->count_error(); });
}

// An order that was intended may have been sent before the end came.
void order_desk_state::take_up(const order_record& record, const std::vector<order_event>& events) {
  const order_key key{record.bot_id, record.number};
  auto& order = live_[key];
  order.record = record;
  by_client_id_[record.order.request.client_order_id] = key;
  for (const auto& event : events) {
    if (event.bot_id != record.bot_id || event.number != record.number) continue;
    order.heard.insert(event.execution_id);
    order.told_status = event.status;
    order.told_filled = event.filled_qty;
  }
  if (order.record.status == order_status::intended) order.record.status = order_status::unknown;
  order.next_look_ms = steady_ms();
}

// False: too much waits already.
bool order_desk_state::when_loaded(std::function<void()> work) {
  if (loaded_) {
    work();
    return true;
  }
  if (when_loaded_.size() >= most_waiting_for_load) return false;
  when_loaded_.push_back(std::move(work));
  return true;
}

// The answer means: whatever you asked for before stands in the journal.
caf::result<order_desk_greeting> order_desk_state::meet(const meet_order_desk& owner) {
  auto promise = self_->make_response_promise<order_desk_greeting>();
  book_->owners[owner.bot_id] = owner.bot;
  book_->tickers[owner.bot_id] = owner.ticker;
  bool taken = when_loaded([this, promise, bot_id = owner.bot_id]() mutable {
    // What it asked for before is not even on its way to the journal yet.
    const auto undecided = undecided_.lower_bound({bot_id, 0});
    if (undecided != undecided_.end() && undecided->first == bot_id) {
      promise.deliver(caf::make_error(ec::unavailable, "an exit of the bot is being looked at"));
      return;
    }
    journal(
        {{}, [this, promise]() mutable { promise.deliver(order_desk_greeting{session_}); }, {}});
  });
  if (!taken) promise.deliver(caf::make_error(ec::unavailable, "the order desk is still loading"));
  return promise;
}

caf::result<order_record> order_desk_state::place(const place_order& wish) {
  auto promise = self_->make_response_promise<order_record>();
  auto asked_ms = steady_ms();
  bool taken = when_loaded([this, wish = place_order(wish), promise, asked_ms]() mutable {
    // A decision of long ago: what it saw then says nothing of now.
    if (steady_ms() - asked_ms > longest_wait_ms) wish.feed = feed_state::stale;
    place_now(wish, promise);
  });
  if (!taken) promise.deliver(caf::make_error(ec::unavailable, "the order desk is still loading"));
  return promise;
}

std::int64_t order_desk_state::steady_ms() const {
  auto since = self_->clock().now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

void order_desk_state::arm_timer() {
  bool busy = !live_.empty() || !line_.is_idle() || !reconciled_;
  if (timer_armed_ && (timer_is_quick_ || !busy)) return;
  timer_armed_ = true;
  timer_is_quick_ = busy;
  self_->delayed_send(self_, busy ? busy_tick : idle_tick, wake{work_timer, ++generation_});
}

void order_desk_state::on_timer(const wake& timer) {
  if (timer.timer == load_timer) {
    load();
    return;
  }
  if (timer.generation != generation_) return;
  timer_armed_ = timer_is_quick_ = false;
  if (steady_ms() >= next_write_ms_) write_next();
  work_on_orders();
  if (steady_ms() >= next_reconcile_ms_) reconcile();
  refresh_marks();
  arm_timer();
}

void order_desk_state::on_session(const market_session& session) {
  if (session.phase == session_.phase && session.trading_day == session_.trading_day &&
      session.next_change_ns == session_.next_change_ns)
    return;
  session_ = session;
  roll_day();
  for (const auto& [id, owner] : book_->owners)
    self_->send(caf::actor_cast<order_owner_actor>(owner), session);
}

void order_desk_state::on_link(const link_status& link) {
  bool connected = link.state == link_state::live;
  bool came_back = connected && !connected_;
  connected_ = connected;
  // Who cannot be asked does not say that it knows no such order.
  if (!connected)
    for (auto& [key, order] : live_) order.missing_since_ms = 0;
  if (came_back && loaded_) reconcile();
}

order_desk_impl::behavior_type order_desk(order_desk_self* self, std::shared_ptr<order_book> book,
                                          order_desk_services services) {
  self->observe({"orders", "orders", 100'000});
  self->state.open(std::move(book), std::move(services));
  return {
      // -- broker_listener_actor -----------------------------------------------------------------
      // Something happened to an order.
      [self](const broker_update& update) { self->state.on_update(update); },
      // The market's day has moved on.
      [self](const market_session& session) { self->state.on_session(session); },
      // The broker came or went.
      [self](const link_status& link) { self->state.on_link(link); },
      // -- commandable_actor ---------------------------------------------------------------------
      // An operator's wish about the whole account.
      [self](const bot_command& command) { return self->state.on_command(command); },
      // How the account is.
      [self](const get_bot&) { return self->state.status(); },
      // -- order_desk_actor ----------------------------------------------------------------------
      // A bot introduces itself.
      [self](const meet_order_desk& owner) { return self->state.meet(owner); },
      // A bot wants to order.
      [self](const place_order& wish) { return self->state.place(wish); },
      // What became of a wish.
      [self](const settle_order& question) { return self->state.settle(question); },
      // A bot wants an order cancelled.
      [self](const cancel_order& wish) { self->state.cancel(wish); },
      // Shuts a bot out.
      [self](const close_gate& wish) { return self->state.close(wish); },
      // Lets it trade again.
      [self](const open_gate& wish) { return self->state.reopen(wish); },
      // A brake was adopted.
      [self](const close_gates& brake) { self->state.close_all(brake); },
      // A bot wants shares that are held outside.
      [self](const claim_shares& wish) { return self->state.claim(wish); },
      // The account is to be taken as it is.
      [self](const accept_position& wish) { return self->state.accept(wish); },
      // Who is told of orders that surface.
      [self](const desk_address& address) { self->state.on_command_desk(address); },
      // What stops the floor.
      [self](const halt_state& halt) { self->state.on_halt(halt); },
      // Stored orders.
      [self](const find_orders& query) { return self->state.find(query); },
      // Positions with their owners.
      [self](const get_positions&) { return self->state.positions(); },
      // Limits and what they are measured against.
      [self](const get_risk&) { return self->state.risk(); },
      // -- of its own ----------------------------------------------------------------------------
      // Look-ups, cancels, writes, comparisons that are due.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
