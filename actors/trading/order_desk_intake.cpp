#include <utility>

#include <spdlog/spdlog.h>

#include "actors/trading/desk_timing.hpp"
#include "actors/trading/order_desk.hpp"

// How a bot's wish becomes an intent, or is refused.

namespace outcry {

void order_desk_state::place_now(const place_order& wish, order_promise promise) {
  const order_key key{wish.bot_id, wish.number};
  auto& last = last_number_[wish.bot_id];
  if (wish.number <= last || live_.count(key) != 0) {
    answer_known(key, std::move(promise));
    return;
  }
  if (line_.size() > most_waiting_for_journal) {
    promise.deliver(caf::make_error(ec::mailbox_full, "too much waits for the journal"));
    return;
  }
  last = wish.number + wish.exits.size();
  limits_[wish.bot_id] = wish.limits;
  claimed_[wish.bot_id] = wish.claimed;
  if (wish.last_price.is_positive()) marks_[wish.terms.ticker] = wish.last_price;
  if (wish.parent == 0 || find_live(wish.bot_id, wish.parent) != nullptr) {
    decide(wish, std::move(promise));
    return;
  }
  undecided_.insert(key);
  with_parent(wish.bot_id, wish.parent, [this, key, wish, promise] {
    undecided_.erase(key);
    decide(wish, promise);
  });
}

void order_desk_state::decide(const place_order& wish, order_promise promise) {
  if (auto why = why_not(wish))
    refuse(wish, *why, std::move(promise));
  else
    intend(wish, std::move(promise));
}

// A wish that came before: it is never carried out a second time.
void order_desk_state::answer_known(const order_key& key, order_promise promise) {
  if (auto known = live_.find(key); known != live_.end()) {
    promise.deliver(known->second.record);
    return;
  }
  if (undecided_.count(key) != 0) {
    promise.deliver(caf::make_error(ec::unavailable, "the order it closes is being looked for"));
    return;
  }
  find_orders query;
  query.bot_id = key.first;
  query.number = key.second;
  self_->request(services_.journal, desk_journal_timeout, query)
      .then(
          [this, key, promise](const order_list& found) mutable {
            if (!found.orders.empty()) {
              promise.deliver(found.orders.front());
              return;
            }
            if (auto known = live_.find(key); known != live_.end()) {
              promise.deliver(known->second.record);
              return;
            }
            place_order forgotten;
            forgotten.bot_id = key.first;
            forgotten.number = key.second;
            refuse(forgotten, {ec::unavailable, "the order desk never took it"},
                   std::move(promise));
          },
          [this, promise](caf::error& reason) mutable {
            self_->count_error();
            promise.deliver(reason);
          });
}

caf::result<order_record> order_desk_state::settle(const settle_order& question) {
  auto promise = self_->make_response_promise<order_record>();
  bool taken = when_loaded([this, question, promise]() mutable {
    auto& last = last_number_[question.bot_id];
    // From now on it will not be taken.
    last = std::max(last, question.number);
    answer_known({question.bot_id, question.number}, promise);
  });
  if (!taken) promise.deliver(caf::make_error(ec::unavailable, "the order desk is still loading"));
  return promise;
}

order_record order_desk_state::make_record(const place_order& wish) const {
  order_record record;
  record.bot_id = wish.bot_id;
  record.number = wish.number;
  record.purpose = wish.purpose;
  record.order.request = {make_client_order_id(floor_id_, wish.bot_id, wish.number), wish.terms};
  record.parent = wish.parent;
  if (wish.parent != 0)
    record.order.request.parent = make_client_order_id(floor_id_, wish.bot_id, wish.parent);
  record.asked_ns = record.updated_ns = now();
  return record;
}

// The order and the exits it brings along: live from here on.
live_order& order_desk_state::take_in(const place_order& wish) {
  const auto add = [this](const place_order& x) -> live_order& {
    const order_key key{x.bot_id, x.number};
    auto& order = live_[key];
    order.record = make_record(x);
    by_client_id_[order.record.order.request.client_order_id] = key;
    return order;
  };
  place_order exit;
  exit.bot_id = wish.bot_id;
  exit.number = wish.number;
  exit.purpose = wish.purpose;
  exit.parent = wish.number;
  for (const auto& terms : wish.exits) {
    ++exit.number;
    exit.terms = terms;
    add(exit).along = true;
  }
  return add(wish);
}

risk_question order_desk_state::question_about(const place_order& wish) const {
  const auto& ticker = wish.terms.ticker;
  risk_question question;
  question.terms = wish.terms;
  question.last = wish.last_price;
  question.feed = wish.feed;
  question.own = own_position(wish.bot_id, ticker);
  question.open_buys = open_qty(wish.bot_id, ticker, order_side::buy, wish.last_price);
  question.open_sells = open_qty(wish.bot_id, ticker, order_side::sell, wish.last_price);
  question.bot_today = today(wish.bot_id);
  question.account_today = today({});
  question.account_position = value_of({});
  question.bot = merged(wish.limits, services_.options.each_bot);
  question.account = account_limits_;
  question.shorting = services_.options.shorting;
  question.broker_connected = connected_ && reconciled_;
  question.account_blocked = account_.blocked;
  if (auto known = tickers_.find(ticker); known != tickers_.end())
    question.halted = known->second.halted;
  auto rate = rates_.find(wish.bot_id);
  question.bot_orders = rate == rates_.end() ? 0 : rate->second.count(now());
  question.account_orders = account_rate_.count(now());
  return question;
}

std::optional<risk_refusal> order_desk_state::why_not(const place_order& wish) const {
  const auto question = question_about(wish);
  if (auto wrong = check_terms(wish.terms)) return wrong;
  if (auto wrong = why_not_exits(wish)) return wrong;
  const bool is_exit = wish.parent != 0;
  const bool more = !is_exit && increases_exposure(wish.terms, question.own, question.open_buys,
                                                   question.open_sells);
  const bool leaves = wish.purpose == order_purpose::exit && !more;
  if (!leaves && is_gated(wish.bot_id)) return risk_refusal{ec::halted, "the bot is stopped"};
  if (!leaves && !journal_works_)
    return risk_refusal{ec::journal_unavailable, "the journal cannot be written"};
  if (more && connected_ && !reconciled_)
    return risk_refusal{ec::no_broker, "the account has not been compared with the broker yet"};
  return is_exit ? std::nullopt : check(question);
}

// Journalled as well: the bot is told of it as of any other end.
void order_desk_state::refuse(const place_order& wish, const risk_refusal& why,
                              order_promise promise) {
  auto& order = take_in(wish);
  if (!wish.record.empty()) journal(part_of(wish.record));
  conclude(order, order_status::never_sent, "refused", std::string(to_string(why.code)),
           why.reason);
  promise.deliver(order.record);
}

void order_desk_state::intend(const place_order& wish, order_promise promise) {
  const order_key key{wish.bot_id, wish.number};
  auto& order = take_in(wish);
  // Exits are not counted: they only close.
  if (wish.parent == 0) {
    rates_[wish.bot_id].note(now());
    account_rate_.note(now());
  }
  arm_timer();
  if (wish.purpose == order_purpose::exit && !journal_works_) {
    intent_failed(wish, caf::make_error(ec::journal_unavailable), std::move(promise));
    return;
  }
  journal_part part;
  part.write.bots = wish.record;
  part.write.orders.push_back(order.record);
  for (const auto& exit : exits_along(key)) part.write.orders.push_back(live_[exit].record);
  part.done = [this, key, promise]() mutable {
    promise.deliver(live_[key].record);
    send(key);
  };
  part.failed = [this, wish, promise](const caf::error& reason) {
    intent_failed(wish, reason, promise);
  };
  journal(std::move(part));
}

// An order that closes a position goes out all the same; it is journalled as soon as that can be.
void order_desk_state::intent_failed(const place_order& wish, const caf::error& reason,
                                     order_promise promise) {
  const order_key key{wish.bot_id, wish.number};
  auto& order = live_[key];
  const auto why = self_->system().render(reason);
  if (is_closed(order.record.status)) {
    // Withdrawn meanwhile.
    journal(part_of(wish.record));
    promise.deliver(order.record);
    return;
  }
  if (wish.purpose == order_purpose::exit) {
    spdlog::error("order {} is sent without having been journalled: {}",
                  order.record.order.request.client_order_id, why);
    order.record.code = to_string(ec::not_durable);
    journal(part_of(wish.record));
    record_order(order);
    promise.deliver(order.record);
    send(key);
    return;
  }
  conclude(order, order_status::never_sent, "refused",
           std::string(to_string(ec::journal_unavailable)), "it could not be journalled: " + why);
  promise.deliver(order.record);
}

}  // namespace outcry
