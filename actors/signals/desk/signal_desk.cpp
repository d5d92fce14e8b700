#include "actors/signals/desk/signal_desk.hpp"

#include <utility>

#include <caf/system_messages.hpp>
#include <spdlog/spdlog.h>

#include "actors/signals/desk/desk_timing.hpp"

namespace outcry {

signal_desk_state::~signal_desk_state() {
  // CAF 0.17 says nothing to those whose promise is dropped.
  for (auto& item : queue_) {
    if (auto* wish = std::get_if<confirmation>(&item.what))
      wish->answer.promise.deliver(caf::make_error(ec::unavailable));
    else
      item.promise.deliver(caf::make_error(ec::unavailable));
  }
  for (auto& [key, answers] : confirmed_)
    for (auto& answer : answers) answer.promise.deliver(caf::make_error(ec::unavailable));
}

void signal_desk_state::open(std::shared_ptr<signal_book> book, signal_desk_services services) {
  book_ = std::move(book);
  services_ = std::move(services);
  load();
  self_->delayed_send(self_, signal_desk_tick, wake{signal_tick, 0});
}

void signal_desk_state::load() {
  if (!book_->complete.load(std::memory_order_acquire)) {
    self_->delayed_send(self_, signal_book_pause, wake{signal_load, 0});
    return;
  }
  self_->request(services_.store, signal_store_timeout, load_signals{now() - remembered_ns})
      .then([this](const signal_list& stored) { on_loaded(stored); },
            [this](caf::error& reason) {
              self_->count_error();
              spdlog::warn("the signal desk cannot read its store: {}",
                           self_->system().render(reason));
              self_->delayed_send(self_, signal_desk_pause, wake{signal_load, 0});
            });
}

void signal_desk_state::on_loaded(const signal_list& stored) {
  if (loaded_) return;
  for (const auto& record : stored.signals) known_.put(record);
  loaded_ = true;
  for (const auto& [key, record] : known_.all())
    if (!is_final(record.state) && !record.bot_id.empty() &&
        record.state != signal_state::waiting && record.state != signal_state::quarantined)
      asked_[key] = true;
  for (const auto& [key, record] : known_.all())
    if (record.code == deleted_code && !is_final(record.state)) withdrawals_.insert(key);
  take_up_updates();
  next();
}

// Those whose bot had not answered, oldest first. A bot that has answered answers the same.
void signal_desk_state::take_up_updates() {
  self_->request(services_.store, signal_store_timeout, find_updates{{}, {}, 1000})
      .then(
          [this](const update_list& found) {
            for (auto i = found.updates.rbegin(); i != found.updates.rend(); ++i) {
              said_updates_[{i->source, i->source_id}] = i->received_ns;
              if (i->code == sending_code) send_update(*i);
            }
          },
          [this](caf::error&) {
            self_->count_error();
            self_->delayed_send(self_, signal_desk_pause, wake{signal_updates, 0});
          });
}

void signal_desk_state::on_timer(const wake& timer) {
  if (timer.timer == signal_load) {
    load();
    return;
  }
  if (timer.timer == signal_updates) {
    take_up_updates();
    return;
  }
  if (timer.timer == signal_write) {
    write_again();
    return;
  }
  self_->delayed_send(self_, signal_desk_tick, wake{signal_tick, 0});
  if (!loaded_) return;
  expire();
  write_unsaved();
  std::vector<call_key> again;
  for (auto& [key, due] : asked_)
    if (std::exchange(due, false)) again.push_back(key);
  for (const auto& key : again) send_call(key);
  const auto withdrawn = withdrawals_;
  for (const auto& key : withdrawn) send_withdrawal(key);
  resend_updates();
  std::erase_if(said_updates_, [&](const auto& x) { return x.second < now() - remembered_ns; });
  known_.forget(now() - remembered_ns);
}

void signal_desk_state::on_watcher(const watch_signals& watcher) {
  for (const auto& known : watchers_)
    if (known == watcher.watcher) return;
  if (watchers_.size() >= max_signal_watchers) {
    spdlog::warn("the signal desk has {} watchers and takes no more", watchers_.size());
    return;
  }
  self_->monitor(watcher.watcher);
  watchers_.push_back(watcher.watcher);
}

void signal_desk_state::on_watcher_down(const caf::down_msg& down) {
  std::erase_if(watchers_, [&](const caf::actor& x) { return x.address() == down.source; });
}

bot_status signal_desk_state::status() const {
  bot_status result;
  result.identity = {"signals", "SIGNALS", "signals", "floor", bot_kind::desk};
  result.state = loaded_ ? bot_state::running : bot_state::starting;
  result.heartbeat_ms = services_.house->time->now_ms();
  std::size_t waiting = 0;
  std::size_t open = 0;
  for (const auto& [key, record] : known_.all()) {
    if (record.state == signal_state::waiting || record.state == signal_state::quarantined)
      ++waiting;
    else if (!is_final(record.state))
      ++open;
  }
  result.details = "{\"waiting\":" + std::to_string(waiting) + ",\"open\":" + std::to_string(open) +
                   ",\"unread\":" + std::to_string(queue_.size()) + "}";
  return result;
}

signal_desk_impl::behavior_type signal_desk(signal_desk_self* self,
                                            std::shared_ptr<signal_book> book,
                                            signal_desk_services services) {
  self->observe({"signals", "signals", 20'000});
  self->set_down_handler([self](const caf::down_msg& down) { self->state.on_watcher_down(down); });
  self->state.open(std::move(book), std::move(services));
  return {
      // -- commandable_actor ---------------------------------------------------------------------
      // The operator's wish: yes or no to a call.
      [self](const bot_command& command) { return self->state.on_command(command); },
      // How the desk is.
      [self](const get_bot&) { return self->state.status(); },
      // -- signal_desk_actor ---------------------------------------------------------------------
      // A message.
      [self](const raw_message& message) { return self->state.on_message(message); },
      // A call that somebody else has read.
      [self](const contributed_signal& x) { return self->state.on_contribution(x); },
      // A bot's word on its trade.
      [self](const trade_record& trade) { self->state.on_trade(trade); },
      // Who wants to hear.
      [self](const watch_signals& watcher) { self->state.on_watcher(watcher); },
      // -- of its own ----------------------------------------------------------------------------
      // What is due.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
