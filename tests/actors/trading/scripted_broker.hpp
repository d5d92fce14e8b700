#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "messages/interfaces/trading.hpp"

namespace outcry::test {

/// What the broker does with the next order it gets.
enum class reaction {
  accept,
  refuse,
  lose_answer,      ///< takes it, but nobody hears of it
  lose_order,       ///< neither takes it nor says so
  refuse_and_take,  ///< says that it refuses it, and takes it
  fill_silently,    ///< answers that it is filled; its events are lost
};

/// A broker by hand: it holds what the test says, and tells what the test says.
struct broker_script {
  std::map<std::string, broker_order> orders;  ///< by client_order_id
  std::deque<reaction> reactions;              ///< to the next orders; accept when there is none
  std::vector<order_request> received;
  std::vector<std::string> cancels;  ///< client_order_ids
  bool cancels_work = true;          ///< false: a cancel is answered and changes nothing
  bool cancels_silently = false;     ///< cancels, and tells nobody
  bool hangs = false;                ///< answers nothing
  bool hides = false;                ///< shows no orders: a look-up finds none
  std::map<std::string, Quantity> positions;
  caf::actor listener;
  market_session session{session_phase::regular, "2026-11-20", 0};
  std::size_t executions = 0;
  std::size_t state_questions = 0;
  timestamp_ns clock = 1;

  broker_order& order(const std::string& client_id) { return orders.at(client_id); }

  broker_update update(const std::string& client_id, std::string event) {
    broker_update result;
    result.event = std::move(event);
    result.execution_id = "e" + std::to_string(++executions);
    result.order = order(client_id);
    result.at_ns = ++clock;
    return result;
  }

  void tell(const broker_update& update) { caf::anon_send(listener, update); }

  /// Fills so many at that price and returns what is to be told of it.
  broker_update fill(const std::string& client_id, Quantity qty, Price price) {
    auto& x = order(client_id);
    auto paid = multiply(x.filled_avg_price, x.filled_qty) + multiply(price, qty);
    x.filled_qty += qty;
    x.filled_avg_price = divide(paid, x.filled_qty, 12, rounding::half_even);
    const bool whole = x.filled_qty >= x.request.terms.qty;
    x.status = whole ? order_status::filled : order_status::partially_filled;
    x.updated_ns = ++clock;
    auto& position = positions[x.request.terms.ticker];
    position += x.request.terms.side == order_side::buy ? qty : -qty;
    auto result = update(client_id, whole ? "fill" : "partial_fill");
    result.price = price;
    result.qty = qty;
    result.position_qty = position;
    return result;
  }

  /// The exits of that order, by name.
  std::vector<std::string> exits_of(const std::string& client_id) const {
    std::vector<std::string> result;
    for (const auto& [id, x] : orders)
      if (x.request.parent == client_id) result.push_back(id);
    return result;
  }

  /// Fills so many of an entry and wakes its exits, as a broker does; tells it.
  void fill_entry(const std::string& client_id, Quantity qty, Price price) {
    tell(fill(client_id, qty, price));
    for (const auto& id : exits_of(client_id))
      if (order(id).status == order_status::held) tell(end(id, order_status::working));
  }

  broker_update end(const std::string& client_id, order_status status) {
    auto& x = order(client_id);
    x.status = status;
    x.updated_ns = ++clock;
    return update(client_id, std::string(to_string(status)));
  }
};

struct scripted_broker_state {
  std::vector<caf::typed_response_promise<broker_answer>> never;
};

inline broker_actor::behavior_type scripted_broker(
    broker_actor::stateful_pointer<scripted_broker_state> self,
    const std::shared_ptr<broker_script>& script) {
  auto silence = [self]() -> caf::result<broker_answer> {
    self->state.never.push_back(self->make_response_promise<broker_answer>());
    return self->state.never.back();
  };
  auto take = [script](const order_request& request) {
    broker_order order;
    order.id = "b" + std::to_string(script->orders.size() + 1);
    order.request = request;
    order.status = order_status::working;
    order.created_ns = order.updated_ns = ++script->clock;
    order.request.exits.clear();
    script->orders[request.client_order_id] = order;
    const auto parent = script->orders.find(request.parent);
    if (parent != script->orders.end() && parent->second.filled_qty.is_zero())
      script->orders[request.client_order_id].status = order_status::held;
    for (const auto& exit : request.exits) {
      auto held = order;
      held.id = order.id + "+" + std::to_string(script->orders.size());
      held.request = {exit.client_order_id, exit.terms, request.client_order_id, {}};
      held.status = order_status::held;
      script->orders[exit.client_order_id] = held;
    }
    return script->orders[request.client_order_id];
  };
  return {
      [=](const order_request& request) -> caf::result<broker_answer> {
        script->received.push_back(request);
        auto next = reaction::accept;
        if (!script->reactions.empty()) {
          next = script->reactions.front();
          script->reactions.pop_front();
        }
        if (script->hangs || next == reaction::lose_order) return silence();
        if (next == reaction::refuse || script->orders.count(request.client_order_id) != 0)
          return broker_answer{
              broker_verdict::refused, {}, "40310000", "insufficient buying power"};
        auto order = take(request);
        if (next == reaction::refuse_and_take)
          return broker_answer{broker_verdict::refused, {}, "50010000", "internal error"};
        if (next == reaction::fill_silently) {
          script->fill(request.client_order_id, request.terms.qty, request.terms.limit_price);
          return broker_answer{
              broker_verdict::taken, script->order(request.client_order_id), {}, {}};
        }
        if (next == reaction::lose_answer) return silence();
        const bool held = order.status == order_status::held;
        script->tell(script->update(request.client_order_id, held ? "held" : "new"));
        for (const auto& exit : request.exits)
          script->tell(script->update(exit.client_order_id, "held"));
        return broker_answer{broker_verdict::taken, order, {}, {}};
      },
      [=](const cancel_at_broker& wish) -> caf::result<broker_answer> {
        script->cancels.push_back(wish.client_order_id);
        if (script->hangs) return silence();
        auto found = script->orders.find(wish.client_order_id);
        if (found == script->orders.end())
          return broker_answer{broker_verdict::not_found, {}, {}, {}};
        if (is_closed(found->second.status))
          return broker_answer{broker_verdict::refused, found->second, "42210000",
                               "not cancelable"};
        if (script->cancels_work) {
          auto update = script->end(wish.client_order_id, order_status::canceled);
          if (!script->cancels_silently) script->tell(update);
          // Nothing is left to protect.
          if (update.order.filled_qty.is_zero())
            for (const auto& id : script->exits_of(wish.client_order_id)) {
              if (is_closed(script->order(id).status)) continue;
              const auto ended = script->end(id, order_status::canceled);
              if (!script->cancels_silently) script->tell(ended);
            }
        }
        return broker_answer{broker_verdict::taken, found->second, {}, {}};
      },
      [=](const replace_at_broker&) -> caf::result<broker_answer> { return silence(); },
      [=](const find_at_broker& wish) -> caf::result<broker_answer> {
        if (script->hangs) return silence();
        auto found = script->orders.find(wish.client_order_id);
        if (script->hides || found == script->orders.end())
          return broker_answer{broker_verdict::not_found, {}, {}, {}};
        return broker_answer{broker_verdict::taken, found->second, {}, {}};
      },
      [=](const get_broker_state&) -> caf::result<broker_state> {
        ++script->state_questions;
        if (script->hangs) return caf::make_error(caf::sec::request_timeout);
        broker_state state;
        for (const auto& [id, order] : script->orders)
          if (!script->hides && !is_closed(order.status)) state.open_orders.push_back(order);
        for (const auto& [ticker, qty] : script->positions)
          if (!qty.is_zero()) state.positions.push_back({ticker, qty, {}});
        state.session = script->session;
        return state;
      },
      [=](const listen_to_broker& request) {
        script->listener = request.listener;
        caf::anon_send(request.listener, script->session);
        caf::anon_send(request.listener, link_status{"broker", link_state::live, 0, ""});
      },
      [](const get_links&) { return link_list{}; },
  };
}

}  // namespace outcry::test
