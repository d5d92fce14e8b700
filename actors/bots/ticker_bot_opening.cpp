#include <algorithm>
#include <stdexcept>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"
#include "messages/trading_codec.hpp"

// How a ticker bot finds out what it was: first the order desk, so that whatever it asked for is in
// the journal or never will be, then the journal, then its strategy.

namespace outcry {

void ticker_bot_state::open(bot_setup_ptr setup, std::shared_ptr<const bot_services> services) {
  setup_ = std::move(setup);
  services_ = std::move(services);
  hold_ = setup_->hold;
  since_ms_ = services_->house->time->now_ms();
  report();
  load();
}

void ticker_bot_state::load() {
  const auto read = [this] {
    self_->request(services_->journal, bot_journal_timeout, load_bot{setup_->identity.id})
        .then([this](const bot_image& image) { on_image(image); },
              [this](caf::error& reason) { load_failed(reason, "read the journal"); });
  };
  if (!services_->orders) {
    read();
    return;
  }
  const auto& who = setup_->identity;
  self_
      ->request(services_->orders, bot_journal_timeout,
                meet_order_desk{who.id, who.ticker, caf::actor_cast<caf::actor>(self_)})
      .then(
          [this, read](const order_desk_greeting& greeting) {
            pad_.set_phase(greeting.session.phase);
            read();
          },
          [this](caf::error& reason) { load_failed(reason, "meet the order desk"); });
}

void ticker_bot_state::load_failed(const caf::error& reason, const char* what) {
  self_->count_error();
  spdlog::warn("bot {} cannot {}: {}", setup_->identity.id, what, self_->system().render(reason));
  self_->delayed_send(self_, retry_pause, wake{load_timer, 0});
}

void ticker_bot_state::on_image(const bot_image& image) {
  if (ready_ || leaving_) return;
  const auto& who = setup_->identity;
  strategy_ = services_->strategies(who.strategy, who.ticker);
  if (!strategy_) throw std::runtime_error("no strategy named " + who.strategy);
  take_record(image);
  // Stored ones were checked as changes before; they need not be acceptable as changes again.
  if (record_.parameters == setup_->parameters) {
    auto parameters = strategy_->check_parameters(record_.parameters);
    if (!parameters) throw std::runtime_error("parameters: " + to_string(parameters.error()));
    record_.parameters = *parameters;
  }
  strategy_->set_parameters(record_.parameters);
  restore(image);
  if (strategy_->trades() && !services_->orders)
    blocked_ = "there is no broker: " + who.strategy + " needs one";
  guarded(0, [this] {
    pad_.set_time(services_->house->time->now());
    strategy_->on_start(pad_);
  });
  take_pad();
  check_claim();
  // No command waits for a pit.
  become_ready();
  subscribe();
}

void ticker_bot_state::take_record(const bot_image& image) {
  record_ = image.record;
  record_.bot_id = setup_->identity.id;
  if (!image.known) record_.since_ms = services_->house->time->now_ms();
  // "{}" is the desk's record of a bot that it stopped before the bot ever wrote one.
  if (!image.known || record_.parameters == "{}") {
    record_.parameters = setup_->parameters;
    if (record_.limits == "{}") record_.limits = setup_->limits;
  }
  // A bot that comes later inherits the halt, and so does one that was not told before a crash.
  const bool halted = image.halt.kind != halt_kind::none;
  if (halted && (!image.known || record_.since_ms < image.halt.since_ms))
    record_.desired = desired_state::stopped;
  const auto limits = read_risk_limits(record_.limits, {});
  if (!limits) throw std::runtime_error("limits: " + to_string(limits.error()));
  limits_ = *limits;
  for (const auto& holding : image.holdings)
    if (holding.ticker == setup_->identity.ticker) holding_ = holding.qty;
  // Numbers and versions are never used twice, whatever of the rest is lost.
  const auto& left = setup_->legacy.record;
  record_.version = std::max(record_.version, left.version);
  auto last_number = std::max(record_.intents, left.intents);
  for (const auto& order : image.orders) {
    last_number = std::max(last_number, order.number);
    note_order(view_of(order));
  }
  pad_.set_last_number(last_number);
}

void ticker_bot_state::restore(const bot_image& image) {
  const auto stored_up_to = record_.last_event;
  // Taken away first: should it be what kills this one too, the next takes the journal's.
  const auto left = std::exchange(setup_->legacy.snapshot, {});
  if (!left.empty()) {
    strategy_->restore(left);
    record_.last_event = std::max(record_.last_event, setup_->legacy.record.last_event);
    record_.asked = setup_->legacy.record.asked;
    mark_dirty();
  } else if (!record_.snapshot.empty()) {
    strategy_->restore(record_.snapshot);
  }
  // Those of a set that is younger than the snapshot.
  strategy_->set_parameters(record_.parameters);
  // What the image holds of them is counted in its holdings already. What its strategy asks for
  // while it hears them is refused with the next tick, not here.
  const auto holding = holding_;
  const auto asked_before = record_.asked;
  if (stored_up_to < record_.last_event || !image.events.empty()) mark_dirty();
  for (const auto& event : image.events) take_event(event);
  holding_ = holding;
  // What nobody journalled was never sent, and never will be.
  for (const auto number : asked_before) {
    if (std::ranges::find(record_.asked, number) == record_.asked.end()) continue;
    const bool known = std::any_of(image.orders.begin(), image.orders.end(),
                                   [&](const auto& order) { return order.number == number; });
    if (known) {
      fate_known(number);
      continue;
    }
    auto lost = view_of({number, {}}, order_purpose::strategy);
    lost.order.terms.ticker = setup_->identity.ticker;
    lost.reason = "it was never sent: the bot was restarted";
    tell_refused(lost);
  }
}

void ticker_bot_state::subscribe() {
  self_->request(services_->market, bot_journal_timeout, find_pit{setup_->identity.ticker})
      .then(
          [this](const pit_address& found) {
            auto me = caf::actor_cast<caf::actor>(self_);
            self_->send(caf::actor_cast<pit_actor>(found.pit), subscribe_pit{me, true});
          },
          [this](caf::error& reason) {
            self_->count_error();
            spdlog::warn("bot {} found no pit: {}", setup_->identity.id,
                         self_->system().render(reason));
          });
  // A pit that is down hears nothing and says nothing.
  self_->delayed_send(self_, retry_pause, wake{subscribe_timer, 0});
}

void ticker_bot_state::become_ready() {
  ready_ = true;
  refresh_state();
  tell_trades();
  if (strategy_->wants_time()) arm_tick();
  if (missed_events_)
    read_missed_events();
  else
    for (const auto& event : std::exchange(early_events_, {})) take_event(event);
  serve_next();
}

// The pit's first word: from here on every price of the ticker comes.
void ticker_bot_state::now_listens() {
  listens_ = true;
  for (auto& promise : waiting_) promise.deliver(status());
  waiting_.clear();
}

// What the strategy counts on beyond the bot's fills must be there, outside of the floor.
void ticker_bot_state::check_claim() {
  if (!services_->orders || !strategy_->trades()) return;
  const auto total = strategy_->position() - holding_;
  if (total == record_.claimed) {
    if (!blocked_.empty()) {
      blocked_.clear();
      if (ready_) refresh_state();
    }
    return;
  }
  if (asking_claim_ || changing_) {
    claim_pause_ = 1;
    arm_tick();
    return;
  }
  blocked_ = "it counts on " + to_string(total) + " shares that its orders did not bring";
  if (total < Quantity{}) {
    blocked_ = "it knows of " + to_string(strategy_->position()) + " shares, its orders brought " +
               to_string(holding_);
    if (ready_) refresh_state();
    return;
  }
  asking_claim_ = true;
  self_
      ->request(services_->orders, order_desk_timeout,
                claim_shares{setup_->identity.id, setup_->identity.ticker, total})
      .then(
          [this, total](const claim_granted&) {
            asking_claim_ = false;
            record_.claimed = total;
            save();
            check_claim();
          },
          [this](caf::error& reason) {
            asking_claim_ = false;
            self_->count_error();
            blocked_ += ": " + self_->system().render(reason);
            claim_pause_ = claim_interval;
            arm_tick();
            refresh_state();
            report();
          });
}

}  // namespace outcry
