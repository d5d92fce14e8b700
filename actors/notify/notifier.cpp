#include "actors/notify/notifier.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace outcry {

namespace {

constexpr std::chrono::seconds floor_timeout{20};
constexpr std::chrono::seconds push_timeout{90};
constexpr std::uint32_t swept_messages = 20;
constexpr std::uint32_t events_page = 500;
constexpr std::uint32_t most_waiting_calls = 100;
/// A stop that was done may turn out not to be: all of the latest are looked at now and then.
constexpr std::int64_t sweep_ms = 30'000;

}  // namespace

template <class Answer, class Whom, class What, class Then>
void notifier_state::ask(question which, const Whom& whom, What what, Then then) {
  if (!whom || !asking_.insert(which).second) return;
  self_->request(whom, floor_timeout, std::move(what))
      .then(
          [this, which, then](const Answer& answer) {
            asking_.erase(which);
            then(answer);
            say();
          },
          [this, which](caf::error&) {
            asking_.erase(which);
            if (which == question::newest) take(market_.journal_answers(false, steady_ms()));
            say();
          });
}

void notifier_state::open(notifier_services services) {
  services_ = std::move(services);
  book_.emplace(services_.options.limits);
  self_->send(self_, wake{});
}

void notifier_state::on_timer() {
  self_->delayed_send(self_, std::chrono::milliseconds(services_.options.look_ms), wake{});
  look();
  say();
}

void notifier_state::look() {
  look_at_messages();
  ask<actor_list>(question::actors, services_.roster, list_actors{},
                  [this](const actor_list& x) { take(bots_.look(x)); });
  // Whether a bot holds a position is known first: trouble with one is urgent at once.
  if (!services_.orders || knows_holders_)
    ask<bot_list>(question::bots, services_.roster, list_bots{},
                  [this](const bot_list& x) { take(bots_.look(x, holders_)); });
  ask<pit_list>(question::prices, services_.market, list_pits{},
                [this](const pit_list& x) { take(market_.look(x, steady_ms())); });
  ask<relay_status>(question::mirror, services_.relay, get_relay{},
                    [this](const relay_status& x) { take(market_.look(x, steady_ms())); });
  ask<dead_man_status>(
      question::dead_man, services_.dead_man, get_dead_man{}, [this](const dead_man_status& x) {
        hear(x.heard_at_ms);
        take(dead_man_.look(x.span_ms, x.fires_at_ms, x.fired_at_ms != 0, now_ms()));
      });
  find_signals waiting;
  waiting.states = {std::string(to_string(signal_state::waiting))};
  waiting.limit = most_waiting_calls;
  ask<signal_list>(question::signals, services_.signals, waiting, [this](const signal_list& x) {
    take(signals_.look(x.signals, services_.house->time->now()));
  });
  look_at_orders();
}

void notifier_state::look_at_orders() {
  ask<position_list>(question::positions, services_.orders, get_positions{},
                     [this](const position_list& x) {
                       holders_.clear();
                       for (const auto& owned : x.bots)
                         if (!(owned.holding.qty + owned.claimed).is_zero())
                           holders_.insert(owned.holding.bot_id);
                       knows_holders_ = true;
                       take(market_.look(x));
                     });
  ask<risk_report>(question::risk, services_.orders, get_risk{}, [this](const risk_report& x) {
    take(market_.look(x, steady_ms()));
    if (auto day = market_.take_day()) ask_for_day(*day);
  });
  if (!services_.orders) return;
  if (orders_) return ask_for_events();
  ask<trading_image>(question::last_event, services_.journal, load_trading{},
                     [this](const trading_image& x) { orders_.emplace(x.last_event); });
}

void notifier_state::ask_for_events() {
  ask<order_event_list>(question::events, services_.journal,
                        read_order_events{"", orders_->last_seq(), events_page},
                        [this](const order_event_list& x) {
                          take(orders_->look(x));
                          if (x.events.size() == events_page) ask_for_events();
                        });
}

void notifier_state::ask_for_day(const std::string& day) {
  ask<performance_list>(question::day, services_.performance, get_performance{day},
                        [this](const performance_list& x) {
                          if (auto result = market_watch::result_of(x)) take({{*result}, {}});
                        });
}

void notifier_state::look_at_messages() {
  find_ledgers newest;
  newest.limit = 1;
  ask<ledger_list>(question::newest, services_.desk, newest, [this](const ledger_list& x) {
    take(market_.journal_answers(true, steady_ms()));
    if (commands_.wants_all(x) || steady_ms() >= next_sweep_ms_) ask_for_messages();
  });
}

void notifier_state::ask_for_messages() {
  find_ledgers latest;
  latest.limit = swept_messages;
  ask<ledger_list>(question::messages, services_.desk, latest, [this](const ledger_list& x) {
    next_sweep_ms_ = steady_ms() + sweep_ms;
    take(commands_.look(x, now_ms()));
    hear(commands_.heard_ms());
    // After the messages, so that it is known who halted the floor.
    ask<halt_state>(question::halt, services_.desk, get_halt{}, [this](const halt_state& halt) {
      take(halt_.look(halt, commands_.sender_of(halt.message_id).value_or(std::string{})));
    });
  });
}

void notifier_state::hear(std::int64_t operator_ms) {
  if (operator_ms <= heard_ms_) return;
  heard_ms_ = operator_ms;
  book_->acknowledge(steady_ms() - std::max<std::int64_t>(0, now_ms() - heard_ms_));
}

void notifier_state::take(const news& brought) {
  const auto& muted = services_.options.muted;
  for (const auto& x : brought.raised)
    if (!muted.contains(x.kind)) book_->raise(x, steady_ms());
  for (const auto& x : brought.over)
    if (!muted.contains(x.kind)) book_->resolve(x.key, x, steady_ms());
}

bool notifier_state::is_quiet() const {
  const auto& options = services_.options;
  if (options.quiet_from == options.quiet_to || !options.minute_of_day) return false;
  const int minute = options.minute_of_day(now_ms() / 1000);
  if (options.quiet_from < options.quiet_to)
    return minute >= options.quiet_from && minute < options.quiet_to;
  return minute >= options.quiet_from || minute < options.quiet_to;
}

void notifier_state::say() {
  auto push = book_->next(steady_ms(), is_quiet());
  if (!push) return;
  self_->request(services_.pusher, push_timeout, std::move(*push))
      .then([this](const push_reply& reply) { said(reply); },
            [this](caf::error& reason) {
              said({push_outcome::retry_later, 0, self_->system().render(reason)});
            });
}

void notifier_state::said(const push_reply& reply) {
  switch (reply.outcome) {
    case push_outcome::refused:
      spdlog::error("the phone is not told: {}", reply.reason);
      [[fallthrough]];
    case push_outcome::delivered:
      if (std::exchange(unreachable_, false) || complained_)
        spdlog::info("the phone is told again");
      complained_ = false;
      book_->delivered(steady_ms());
      break;
    case push_outcome::unauthorized:
      if (!std::exchange(complained_, true))
        spdlog::error("the phone is told nothing until notifications.token_file is right: {}",
                      reply.reason);
      book_->failed(reply, steady_ms(), services_.house->random());
      break;
    case push_outcome::retry_later:
      if (!std::exchange(unreachable_, true))
        spdlog::warn("the phone cannot be told now: {}", reply.reason);
      book_->failed(reply, steady_ms(), services_.house->random());
      break;
  }
  say();
}

notifier_actor::behavior_type notifier(notifier_self* self, notifier_services services) {
  self->observe({"notifier", "notifier", 1000});
  self->state.open(std::move(services));
  return {
      // Time to look at the floor.
      [self](const wake&) { self->state.on_timer(); },
  };
}

}  // namespace outcry
