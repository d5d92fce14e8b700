#include <algorithm>
#include <tuple>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/trading/desk_timing.hpp"
#include "actors/trading/exit_cover.hpp"
#include "actors/trading/order_desk.hpp"
#include "messages/owed_orders.hpp"
#include "messages/push_id.hpp"
#include "messages/trading_codec.hpp"

// What is journalled, and what is told once it is.

namespace outcry {

namespace {

/// What only the floor says of an order never was an event of the broker.
bool is_brokers(const order_event& event) {
  return event.event != "refused" && event.event != "withdrawn" && event.event != "never_sent";
}

order_event make_event(const order_record& record, const broker_update& update,
                       const std::optional<revealed_fill>& fill) {
  order_event event;
  event.bot_id = record.bot_id;
  event.number = record.number;
  event.parent = record.parent;
  event.event = update.event;
  event.execution_id = update.execution_id;
  event.purpose = record.purpose;
  event.terms = record.order.request.terms;
  event.status = record.status;
  event.filled_qty = record.order.filled_qty;
  event.filled_avg_price = record.order.filled_avg_price;
  if (fill) {
    event.price = fill->price;
    event.qty = fill->qty;
  }
  event.code = record.code;
  event.reason = record.reason;
  event.at_ns = update.at_ns;
  return event;
}

}  // namespace

void order_desk_state::record_event(live_order& order, const broker_update& update,
                                    const std::optional<revealed_fill>& fill) {
  auto& record = order.record;
  record.updated_ns = now();
  order.told_status = record.status;
  order.told_filled = record.order.filled_qty;
  ++order.writing;
  auto event = make_event(record, update, fill);
  event.seq = ++last_event_;
  auto told = update;
  told.order = record.order;
  told.price = event.price;
  told.qty = event.qty;
  journal_part part;
  if (fill) {
    book_fill(record, *fill);
    if (auto* parent = find_live(record.bot_id, record.parent)) {
      parent->record.exited += fill->qty;
      part.write.orders.push_back(parent->record);
    }
    part.write.holdings.push_back(holdings_[{record.bot_id, record.order.request.terms.ticker}]);
    if (told.position_qty.is_zero()) {
      const auto& ticker = record.order.request.terms.ticker;
      auto outside = tickers_.find(ticker);
      told.position_qty = owned_by_bots(ticker) +
                          (outside == tickers_.end() ? Quantity{} : outside->second.outside);
    }
  }
  part.write.orders.push_back(record);
  part.write.order_events.push_back(event);
  if (services_.house->has_mirror && is_brokers(event))
    part.write.owed = owed_order(told, make_push_id(now() / ns_per_ms, event.seq));
  const order_key key{record.bot_id, record.number};
  part.done = [this, key, event, told, stored = record] {
    tell(event, told);
    if (event.code == surfaced_code) tell_surfaced(stored);
    if (auto found = live_.find(key); found != live_.end()) --found->second.writing;
    drop_if_over(key);
  };
  journal(std::move(part));
  arm_timer();
  if (!fill || event.parent != 0) return;
  // A plain order has taken what exits protect: one that went out before there were exits, or came
  // up late. Their bot asks for others over what is left.
  const auto& [bot, ticker, side] = std::tie(event.bot_id, event.terms.ticker, event.terms.side);
  const auto own = own_position(bot, ticker);
  const auto there = std::max(side == order_side::sell ? own : -own, Quantity{});
  for (const auto& exit : uncovered_exits(live_, bot, ticker, side, there)) {
    spdlog::warn("order {} of bot {} is cancelled: it would close more than the {} that are left",
                 exit.second, bot, to_string(there));
    want_cancel(exit);
  }
}

void order_desk_state::record_order(const live_order& order) {
  journal_part part;
  part.write.orders.push_back(order.record);
  part.write.orders.back().updated_ns = now();
  journal(std::move(part));
}

void order_desk_state::book_fill(const order_record& record, const revealed_fill& fill) {
  const auto& terms = record.order.request.terms;
  auto& holding = holdings_[{record.bot_id, terms.ticker}];
  holding.bot_id = record.bot_id;
  holding.ticker = terms.ticker;
  note_fill(holding, terms.side, fill.price, fill.qty, session_.trading_day,
            claimed_[record.bot_id]);
  marks_[terms.ticker] = fill.price;
  // What the account has left is asked for soon.
  next_reconcile_ms_ = std::min(next_reconcile_ms_, steady_ms() + look_after_fill_ms);
}

void order_desk_state::tell(const order_event& event, const broker_update& update) {
  if (auto owner = book_->owners.find(event.bot_id); owner != book_->owners.end())
    self_->send(caf::actor_cast<order_owner_actor>(owner->second), event);
  if (!is_brokers(event)) return;
  tell_pit(update);
  if (services_.relay) self_->send(services_.relay, owed_hint{});
}

// By the floor's time: the broker's may be of long ago.
void order_desk_state::tell_surfaced(const order_record& record) {
  broker_update update;
  update.event = event_for(record.status);
  update.order = record.order;
  update.at_ns = record.updated_ns;
  book_->surfaced[{record.bot_id, record.number}] = {make_event(record, update, std::nullopt),
                                                     record.asked_ns / ns_per_ms};
  tell_command_desk();
}

// Said again whenever the command desk introduces itself, until the journal has it all.
void order_desk_state::tell_command_desk() {
  if (!book_->command_desk) return;
  const auto desk = caf::actor_cast<command_desk_actor>(book_->command_desk);
  for (const auto& [key, news] : book_->surfaced)
    self_->request(desk, desk_answer_timeout, news)
        .then(
            [this, key = key, at_ns = news.event.at_ns](const ledger_list& unwritten) {
              if (!unwritten.ledgers.empty()) return;
              auto found = book_->surfaced.find(key);
              if (found != book_->surfaced.end() && found->second.event.at_ns == at_ns)
                book_->surfaced.erase(found);
            },
            [this](caf::error&) { self_->count_error(); });
}

void order_desk_state::on_command_desk(const desk_address& address) {
  book_->command_desk = address.desk;
  tell_command_desk();
}

void order_desk_state::tell_pit(const broker_update& update) {
  order_update message;
  message.ticker = update.order.request.terms.ticker;
  message.order_id = update.order.id;
  message.event = update.event;
  message.order_data = order_data_json(update);
  message.event_ns = update.at_ns;
  message.init_ns = now();
  self_->request(services_.market, desk_answer_timeout, find_pit{message.ticker})
      .then(
          [this, message](const pit_address& found) {
            self_->send(caf::actor_cast<pit_actor>(found.pit), message);
          },
          [this, message](caf::error& reason) {
            self_->count_error();
            spdlog::error("the pit of {} has not heard of \"{}\" of order {}: {}", message.ticker,
                          message.event, message.order_id, self_->system().render(reason));
          });
}

void order_desk_state::journal(journal_part part) {
  line_.add(std::move(part));
  if (steady_ms() >= next_write_ms_) write_next();
}

void order_desk_state::write_next() {
  if (!line_.can_send()) return;
  self_->request(services_.journal, desk_journal_timeout, line_.take())
      .then(
          [this](const journal_receipt&) {
            journal_works_ = true;
            line_.succeeded();
            write_next();
          },
          [this](caf::error& reason) {
            self_->count_error();
            const bool for_good = reason == ec::invalid_input;
            spdlog::error("the order desk could not journal: {}", self_->system().render(reason));
            if (!for_good) {
              journal_works_ = false;
              next_write_ms_ = steady_ms() + std::chrono::milliseconds(desk_retry_pause).count();
            }
            line_.failed(reason, for_good);
            if (for_good) write_next();
            arm_timer();
          });
}

void order_desk_state::drop_if_over(const order_key& key) {
  auto found = live_.find(key);
  if (found == live_.end()) return;
  const auto& order = found->second;
  if (!is_closed(order.record.status) || order.told_status != order.record.status) return;
  if (order.looking || order.sending || order.writing != 0) return;
  // Its exits share what it has filled.
  if (!exits_of(key).empty()) return;
  const auto parent = order.record.parent;
  by_client_id_.erase(order.record.order.request.client_order_id);
  live_.erase(found);
  if (parent != 0) drop_if_over({key.first, parent});
}

}  // namespace outcry
