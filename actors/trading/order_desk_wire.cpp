#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/trading/desk_timing.hpp"
#include "actors/trading/order_desk.hpp"

// What goes to the broker and what comes from it.

namespace outcry {

namespace {

// What only the floor can say of an order; no execution id of a broker looks like this.
std::string own_execution_id(std::string_view event, const order_record& record) {
  return "floor:" + std::string(event) + ":" + to_string(record.order.filled_qty);
}

// Brokers give some events no execution id; what is the same in all else is told twice.
std::string id_without_execution(const broker_update& update) {
  return fmt::format("event:{}:{}:{}:{}", update.order.request.client_order_id, update.event,
                     to_string(update.order.filled_qty), update.at_ns);
}

}  // namespace

// -- sending --------------------------------------------------------------------------------------

void order_desk_state::send(const order_key& key) {
  auto& order = live_[key];
  auto& record = order.record;
  if (is_closed(record.status) || order.sending) return;
  const bool shut = record.purpose != order_purpose::exit && is_gated(record.bot_id);
  if (shut) {
    conclude(order, order_status::never_sent, "refused", std::string(to_string(ec::halted)),
             "the bot was stopped before it was sent");
    return;
  }
  order.sending = true;
  record.sent_ns = now();
  auto request = record.order.request;
  for (const auto& along : exits_along(key)) {
    auto& exit = live_[along];
    // Cancelled before it was sent.
    if (is_closed(exit.record.status)) continue;
    exit.sending = true;
    exit.record.sent_ns = record.sent_ns;
    const auto& its = exit.record.order.request;
    request.exits.push_back({its.client_order_id, its.terms});
  }
  auto timeout = std::chrono::milliseconds(services_.options.broker_timeout_ms);
  self_->request(services_.broker, timeout, std::move(request))
      .then([this, key](const broker_answer& answer) { on_sent(key, answer); },
            [this, key](caf::error& reason) {
              self_->count_error();
              outcome_unknown(key, self_->system().render(reason));
            });
}

void order_desk_state::on_sent(const order_key& key, const broker_answer& answer) {
  auto found = live_.find(key);
  if (found == live_.end()) return;
  auto& order = found->second;
  order.sending = false;
  const auto exits = exits_along(key);
  for (const auto& exit : exits) live_[exit].sending = false;
  if (answer.verdict != broker_verdict::taken) {
    // A refusal is believed only once the broker shows that it does not have the order: it might
    // be refused for being known already.
    order.record.code = answer.code;
    order.record.reason = answer.reason;
    order.looking = true;
    auto timeout = std::chrono::milliseconds(services_.options.broker_timeout_ms);
    self_
        ->request(services_.broker, timeout,
                  find_at_broker{order.record.order.request.client_order_id})
        .then(
            [this, key](const broker_answer& seen) {
              auto refused = live_.find(key);
              if (refused == live_.end()) return;
              refused->second.looking = false;
              if (seen.verdict == broker_verdict::taken) {
                for (const auto& exit : exits_along(key))
                  outcome_unknown(exit, "its entry was refused and is there all the same");
                note_surfaced(refused->second);
                on_found(key, seen);
                return;
              }
              auto& record = refused->second.record;
              conclude(refused->second, order_status::rejected, "rejected", record.code,
                       record.reason);
            },
            [this, key](caf::error& reason) {
              self_->count_error();
              outcome_unknown(key, self_->system().render(reason));
            });
    return;
  }
  auto& record = order.record;
  if (is_closed(answer.order.status) || answer.order.filled_qty.is_positive()) {
    // Its events say so too, and in which steps.
    record.order.id = answer.order.id;
    if (record.status == order_status::intended) record.status = order_status::unknown;
    order.next_look_ms = steady_ms() + untold_look_ms;
  } else if (record.status == order_status::intended || record.status == order_status::unknown) {
    take_over(record, answer.order, {}, {});
    order.next_look_ms = steady_ms() + untold_look_ms;
    record_order(order);
  }
  // The broker has them too; its words on them are on their way.
  for (const auto& along : exits) {
    auto& exit = live_[along];
    if (exit.record.status == order_status::intended) {
      exit.record.status = order_status::unknown;
      exit.next_look_ms = steady_ms() + untold_look_ms;
    }
    if (exit.cancel_wanted) send_cancel(along);
  }
  if (order.cancel_wanted) send_cancel(key);
  // The last exit takes an entry that is over along.
  for (const auto& along : exits) drop_if_over(along);
  drop_if_over(key);
}

void order_desk_state::outcome_unknown(const order_key& key, const std::string& why) {
  auto found = live_.find(key);
  if (found == live_.end()) return;
  for (const auto& along : exits_along(key)) {
    const auto& exit = live_[along];
    if (exit.sending || exit.record.status == order_status::intended) outcome_unknown(along, why);
  }
  auto& order = found->second;
  order.sending = order.looking = false;
  if (order.record.status == order_status::intended) {
    spdlog::warn("order {}: nobody can say whether the broker has it: {}",
                 order.record.order.request.client_order_id, why);
    order.record.status = order_status::unknown;
    order.record.reason = why;
    record_order(order);
  }
  order.next_look_ms = steady_ms() + first_look_ms;
  arm_timer();
}

// -- looking up -----------------------------------------------------------------------------------

void order_desk_state::look_up(const order_key& key) {
  auto& order = live_[key];
  if (order.looking || order.sending) return;
  order.looking = true;
  ++order.looks;
  auto pause = std::min(first_look_ms << std::min(order.looks, 6U), longest_look_ms);
  order.next_look_ms = steady_ms() + pause;
  auto timeout = std::chrono::milliseconds(services_.options.broker_timeout_ms);
  self_
      ->request(services_.broker, timeout,
                find_at_broker{order.record.order.request.client_order_id})
      .then(
          [this, key](const broker_answer& answer) {
            auto found = live_.find(key);
            if (found == live_.end()) return;
            found->second.looking = false;
            answer.verdict == broker_verdict::taken ? on_found(key, answer) : not_found(key);
            drop_if_over(key);
          },
          [this, key](caf::error&) {
            self_->count_error();
            auto found = live_.find(key);
            if (found == live_.end()) return;
            found->second.looking = false;
            // Who does not answer does not say that it knows no such order.
            found->second.missing_since_ms = 0;
            drop_if_over(key);
          });
}

void order_desk_state::on_found(const order_key& key, const broker_answer& answer) {
  auto& order = live_[key];
  order.missing_since_ms = 0;
  order.looks = 0;
  hear_without_event(order, answer.order);
}

// Never sent again: either it shows up, or it is given up for good.
void order_desk_state::not_found(const order_key& key) {
  auto& order = live_[key];
  if (is_closed(order.record.status)) return;
  auto now_ms = steady_ms();
  if (order.missing_since_ms == 0) order.missing_since_ms = now_ms;
  // One that the broker has shown before is not given up so soon.
  const bool known = !order.record.order.id.empty();
  const auto quarantine = services_.options.quarantine_ms * (known ? patience_with_known : 1);
  if (now_ms - order.missing_since_ms < quarantine) return;
  if (known)
    spdlog::critical("order {}: the broker has forgotten it",
                     order.record.order.request.client_order_id);
  conclude(order, order_status::never_sent, "never_sent", std::string(to_string(ec::no_answer)),
           known ? "the broker knows it no more" : "the broker never got it");
}

// -- cancelling -----------------------------------------------------------------------------------

void order_desk_state::cancel(const cancel_order& wish) {
  when_loaded([this, wish] {
    if (live_.count({wish.bot_id, wish.number}) != 0) want_cancel({wish.bot_id, wish.number});
  });
}

void order_desk_state::want_cancel(const order_key& key) {
  auto& order = live_[key];
  if (is_closed(order.record.status)) return;
  order.cancel_wanted = true;
  if (order.record.status == order_status::intended) {
    // On its way: as soon as the broker has answered.
    if (order.record.sent_ns == 0) withdraw(order);
    return;
  }
  if (steady_ms() >= order.next_cancel_ms) send_cancel(key);
  arm_timer();
}

void order_desk_state::send_cancel(const order_key& key) {
  auto& order = live_[key];
  if (order.cancelling || is_closed(order.record.status)) return;
  order.cancelling = true;
  order.next_cancel_ms = steady_ms() + cancel_again_ms;
  auto timeout = std::chrono::milliseconds(services_.options.broker_timeout_ms);
  self_
      ->request(services_.broker, timeout,
                cancel_at_broker{order.record.order.request.client_order_id})
      .then(
          [this, key](const broker_answer& answer) {
            auto found = live_.find(key);
            if (found == live_.end()) return;
            found->second.cancelling = false;
            // Too late, or its end was not heard: what it is now shows.
            if (answer.verdict != broker_verdict::taken)
              look_up(key);
            else
              found->second.next_look_ms = steady_ms() + untold_look_ms;
          },
          [this, key](caf::error&) {
            self_->count_error();
            if (auto found = live_.find(key); found != live_.end())
              found->second.cancelling = false;
          });
}

// -- hearing --------------------------------------------------------------------------------------

void order_desk_state::on_update(const broker_update& said) {
  auto update = said;
  if (update.execution_id.empty()) update.execution_id = id_without_execution(update);
  when_loaded([this, update] {
    const auto& id = update.order.request.client_order_id;
    ++updates_heard_;
    ticker_heard_[update.order.request.terms.ticker] = updates_heard_;
    if (auto known = by_client_id_.find(id); known != by_client_id_.end())
      hear(live_[known->second], update);
    else if (parse_client_order_id(floor_id_, id))
      hear_closed(update);
    else
      hear_foreign(update);
  });
}

void order_desk_state::hear(live_order& order, const broker_update& update) {
  if (!order.heard.insert(update.execution_id).second) return;
  if (order.record.status == order_status::never_sent) note_surfaced(order);
  auto change = take_over(order.record, update.order, update.price, update.qty);
  const bool status_only = says_status_only(update.event);
  if (status_only && !change.fill) {
    const bool fill = update.event == "fill" || update.event == "partial_fill";
    const bool old = update.order.status != order.record.status;
    const bool told = order.told_status == order.record.status;
    // Old news, or told already after a look-up.
    if (fill || old || told) {
      if (change.status_changed) record_order(order);
      return;
    }
  }
  record_event(order, update, change.fill);
  if (order.surfaced && ends_when_surfaced(order))
    want_cancel({order.record.bot_id, order.record.number});
}

// What was seen rather than told: if it is more than the events have said, it becomes one.
void order_desk_state::hear_without_event(live_order& order, const broker_order& said) {
  if (order.record.status == order_status::never_sent) note_surfaced(order);
  auto change = take_over(order.record, said, {}, {});
  auto& record = order.record;
  if (!change.fill && record.status == order.told_status) {
    if (change.status_changed) record_order(order);
    return;
  }
  broker_update update;
  update.event = event_for(record.status);
  update.order = record.order;
  update.at_ns = now();
  if (change.fill) {
    update.price = change.fill->price;
    update.qty = change.fill->qty;
  }
  update.execution_id = own_execution_id(update.event, record);
  order.heard.insert(update.execution_id);
  record_event(order, update, change.fill);
  if (order.surfaced && ends_when_surfaced(order)) want_cancel({record.bot_id, record.number});
}

// One of ours that is over, as far as is known.
void order_desk_state::hear_closed(const broker_update& update) {
  find_orders query;
  query.client_order_id = update.order.request.client_order_id;
  self_->request(services_.journal, desk_journal_timeout, query)
      .then(
          [this, update](const order_list& found) {
            const auto& id = update.order.request.client_order_id;
            if (auto known = by_client_id_.find(id); known != by_client_id_.end()) {
              hear(live_[known->second], update);
              return;
            }
            if (found.orders.empty()) {
              adopt_orphan(*parse_client_order_id(floor_id_, id), update.order);
              return;
            }
            const auto& record = found.orders.front();
            with_parent(record.bot_id, record.parent,
                        [this, update, record] { hear_stored(update, record); });
          },
          [this, update](caf::error&) {
            self_->count_error();
            // The comparison of positions finds what this would have told.
            next_reconcile_ms_ = std::min(next_reconcile_ms_, steady_ms() + second_look_ms);
          });
}

void order_desk_state::hear_stored(const broker_update& update, const order_record& record) {
  const auto& id = update.order.request.client_order_id;
  if (auto known = by_client_id_.find(id); known != by_client_id_.end()) {
    hear(live_[known->second], update);
    return;
  }
  const bool grown = update.order.filled_qty > record.order.filled_qty;
  const bool back = record.status == order_status::never_sent ||
                    (record.status == order_status::rejected && !is_closed(update.order.status));
  if (!grown && !back) return;
  const order_key key{record.bot_id, record.number};
  auto& order = live_[key];
  order.record = record;
  order.told_status = record.status;
  order.told_filled = record.order.filled_qty;
  by_client_id_[id] = key;
  if (back) {
    order.record.status = order_status::unknown;
    note_surfaced(order);
  }
  hear(order, update);
}

// A trade of the account's holder: its shares are held outside.
void order_desk_state::hear_foreign(const broker_update& update) {
  if (!update.qty.is_positive() || !foreign_heard_.insert(update.execution_id).second) return;
  foreign_order_.push_back(update.execution_id);
  if (foreign_order_.size() > 10'000) {
    foreign_heard_.erase(foreign_order_.front());
    foreign_order_.pop_front();
  }
  const auto& terms = update.order.request.terms;
  auto known = tickers_.find(terms.ticker);
  auto outside = known == tickers_.end() ? Quantity{} : known->second.outside;
  put_outside(terms.ticker, outside + signed_qty(terms.side, update.qty));
}

// The broker has an order of this floor that the journal does not know: sent without a journal, or
// by a floor whose journal was lost. Its fills belong to its bot, and it is not to go on.
void order_desk_state::adopt_orphan(const order_name& owner, const broker_order& found) {
  const order_key key{owner.bot_id, owner.number};
  if (live_.count(key) != 0) return;
  spdlog::critical("order {} of bot {} is at the broker but not in the journal",
                   found.request.client_order_id, owner.bot_id);
  auto& order = live_[key];
  order.record.bot_id = owner.bot_id;
  order.record.number = owner.number;
  order.record.status = order_status::unknown;
  order.record.order.request = found.request;
  order.record.asked_ns = order.record.sent_ns = found.created_ns;
  order.record.reason = "it was not in the journal";
  if (const auto entry = parse_client_order_id(floor_id_, found.request.parent);
      entry && entry->bot_id == owner.bot_id)
    order.record.parent = entry->number;
  by_client_id_[found.request.client_order_id] = key;
  auto& last = last_number_[owner.bot_id];
  last = std::max(last, owner.number);
  hear_without_event(order, found);
  order.surfaced = true;
  if (ends_when_surfaced(order)) want_cancel(key);
}

void order_desk_state::note_surfaced(live_order& order) {
  const bool ends = ends_when_surfaced(order);
  spdlog::critical("order {} has come up at the broker after it was given up: {}",
                   order.record.order.request.client_order_id,
                   ends ? "it is cancelled" : "it closes what its entry has filled");
  self_->count_error();
  order.surfaced = true;
  if (ends) order.cancel_wanted = true;
  order.record.code = surfaced_code;
}

// -- ending ---------------------------------------------------------------------------------------

/// An end that the floor declares.
void order_desk_state::conclude(live_order& order, order_status status, std::string_view event,
                                std::string code, std::string reason) {
  auto& record = order.record;
  record.status = status;
  if (status == order_status::rejected) record.order.status = status;
  record.code = std::move(code);
  record.reason = std::move(reason);
  broker_update update;
  update.event = event;
  update.order = record.order;
  update.execution_id = own_execution_id(event, record);
  update.at_ns = now();
  order.heard.insert(update.execution_id);
  record_event(order, update, std::nullopt);
  end_unsent_exits(record, event);
}

void order_desk_state::withdraw(live_order& order) {
  const bool shut = is_gated(order.record.bot_id);
  conclude(order, order_status::never_sent, shut ? "refused" : "withdrawn",
           shut ? std::string(to_string(ec::halted)) : std::string{},
           shut ? "the bot was stopped before it was sent" : "cancelled before it was sent");
}

void order_desk_state::work_on_orders() {
  std::vector<order_key> keys;
  for (const auto& [key, order] : live_) keys.push_back(key);
  auto now_ms = steady_ms();
  for (const auto& key : keys) {
    auto found = live_.find(key);
    if (found == live_.end() || found->second.sending) continue;
    auto& order = found->second;
    const auto& record = order.record;
    if (is_closed(record.status) || record.status == order_status::intended) continue;
    const bool untold = record.status != order.told_status;
    const bool cancelled_in_vain = order.cancel_wanted;
    if ((untold || cancelled_in_vain || record.status == order_status::unknown) &&
        now_ms >= order.next_look_ms)
      look_up(key);
    found = live_.find(key);
    if (found != live_.end() && found->second.cancel_wanted &&
        now_ms >= found->second.next_cancel_ms)
      send_cancel(key);
  }
}

}  // namespace outcry
