#include "tests/support/faulty_broker.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <caf/send.hpp>

#include "adapters/calendar/always_open.hpp"

namespace outcry::test {

namespace {

std::unique_ptr<calendar::market_calendar> or_always(
    std::unique_ptr<calendar::market_calendar> market) {
  if (market) return market;
  return std::make_unique<calendar::always_open>();
}

broker_answer poor() {
  broker_answer answer;
  answer.verdict = broker_verdict::refused;
  answer.code = "40310000";
  answer.reason = "insufficient buying power";
  return answer;
}

broker_answer unknown_order() {
  broker_answer answer;
  answer.verdict = broker_verdict::not_found;
  answer.code = "40410000";
  answer.reason = "order not found";
  return answer;
}

template <class T>
std::optional<T> given(T value) {
  return value.is_zero() ? std::nullopt : std::optional{value};
}

}  // namespace

faulty_broker::faulty_broker(house_ptr house, paper::exchange_options options,
                             std::unique_ptr<calendar::market_calendar> market)
    : house_(std::move(house)),
      exchange_(std::move(options), or_always(std::move(market)),
                std::make_unique<paper::memory_store>()) {
  exchange_.on_time(now());
}

// -- requests -------------------------------------------------------------------------------------

request_fault faulty_broker::next(std::deque<request_fault>& faults) const {
  if (faults.empty()) return choose ? choose() : request_fault::none;
  auto first = faults.front();
  faults.pop_front();
  return first;
}

void faulty_broker::note_sent(const std::string& line) {
  sent_.push_back(line);
  if (on_sent) on_sent(line);
}

template <class Work>
caf::result<broker_answer> faulty_broker::request(std::deque<request_fault>& faults,
                                                  const std::string& line,
                                                  caf::event_based_actor* self, Work work) {
  note_sent(line);
  auto fault = next(faults);
  auto arrive = [this, line, work](bool then_reject) {
    wire_.push_back(line);
    return work(then_reject);
  };
  // CAF 0.17 says nothing to those whose promise is dropped.
  auto promise = self->make_response_promise<broker_answer>();
  switch (fault) {
    case request_fault::none:
      promise.deliver(arrive(false));
      break;
    case request_fault::rejected_later:
      promise.deliver(arrive(true));
      break;
    case request_fault::unanswered:
      arrive(false);
      break;
    case request_fault::late:
      late_.push_back([arrive] { arrive(false); });
      break;
    case request_fault::unreachable:
      promise.deliver(caf::make_error(ec::unreachable, "the broker cannot be reached"));
      break;
    case request_fault::refused:
      wire_.push_back(line);
      promise.deliver(poor());
      break;
    case request_fault::lost:
      break;
  }
  tell();
  return promise;
}

caf::result<broker_answer> faulty_broker::take(const order_request& order,
                                               caf::event_based_actor* self) {
  return request(orders, "order " + order.client_order_id, self,
                 [this, order](bool then_reject) { return submit(order, then_reject); });
}

caf::result<broker_answer> faulty_broker::take(const cancel_at_broker& wish,
                                               caf::event_based_actor* self) {
  return request(cancels, "cancel " + wish.client_order_id, self, [this, wish](bool) {
    return with_open(wish.client_order_id,
                     [&](const std::string& id) { return exchange_.cancel(id, now()); });
  });
}

caf::result<broker_answer> faulty_broker::take(const replace_at_broker& wish,
                                               caf::event_based_actor* self) {
  return request(orders, "replace " + wish.client_order_id, self, [this, wish](bool) {
    paper::order_changes changes{wish.new_client_order_id, given(wish.qty), given(wish.limit_price),
                                 given(wish.stop_price)};
    return with_open(wish.client_order_id,
                     [&](const std::string& id) { return exchange_.replace(id, changes, now()); });
  });
}

caf::result<broker_answer> faulty_broker::find(const find_at_broker& question,
                                               caf::event_based_actor* self) {
  return request(finds, "find " + question.client_order_id, self, [this, question](bool) {
    auto found = exchange_.find_by_client_id(question.client_order_id);
    if (!found) return unknown_order();
    broker_answer answer;
    answer.order = dressed(std::move(*found));
    return answer;
  });
}

caf::result<broker_state> faulty_broker::state(caf::event_based_actor* self) {
  note_sent("state");
  auto fault = next(states);
  auto promise = self->make_response_promise<broker_state>();
  if (fault == request_fault::unreachable || fault == request_fault::refused)
    return promise.deliver(caf::make_error(ec::unreachable, "the broker cannot be reached"));
  if (fault != request_fault::none) return promise;
  wire_.push_back("state");
  exchange_.on_time(now());
  broker_state result{exchange_.open_orders(), exchange_.positions(), exchange_.account(),
                      exchange_.session()};
  promise.deliver(std::move(result));
  tell();
  return promise;
}

broker_answer faulty_broker::submit(const order_request& order, bool then_reject) {
  auto said = exchange_.submit(order, now());
  if (said && then_reject) {
    rejected_.insert(said->id);
    exchange_.cancel(said->id, now());
  }
  return answer_of(std::move(said));
}

broker_answer faulty_broker::answer_of(tl::expected<broker_order, paper::refusal> said) const {
  broker_answer answer;
  if (said) {
    // As it stood when it was taken; of a rejection the updates tell.
    answer.order = std::move(*said);
    return answer;
  }
  answer.verdict = broker_verdict::refused;
  answer.code = std::to_string(said.error().code);
  answer.reason = said.error().reason;
  return answer;
}

broker_answer faulty_broker::with_open(
    const std::string& client_order_id,
    const std::function<tl::expected<broker_order, paper::refusal>(const std::string& id)>& work)
    const {
  auto known = exchange_.find_by_client_id(client_order_id);
  if (!known) return unknown_order();
  auto answer = answer_of(work(known->id));
  if (answer.verdict == broker_verdict::refused) answer.order = dressed(*exchange_.find(known->id));
  return answer;
}

// -- what the test does ---------------------------------------------------------------------------

void faulty_broker::print(std::string_view ticker, Price price, Quantity size) {
  exchange_.on_trade(exchange_.handle_of(ticker), {price, size, now(), now()}, now());
  tell();
}

bool faulty_broker::fill_a_part_and_cancel(std::string_view client_order_id, Price price,
                                           Quantity part) {
  auto known = exchange_.find_by_client_id(client_order_id);
  if (!known || is_closed(known->status)) return false;
  exchange_.on_trade(exchange_.handle_of(known->request.terms.ticker), {price, part, now(), now()},
                     now());
  return cancel(client_order_id);
}

bool faulty_broker::cancel(std::string_view client_order_id) {
  auto known = exchange_.find_by_client_id(client_order_id);
  bool done = known && exchange_.cancel(known->id, now());
  tell();
  return done;
}

void faulty_broker::let_late_ones_arrive() {
  for (const auto& arrive : std::exchange(late_, {})) arrive();
  tell();
}

void faulty_broker::release_updates() {
  auto updates = std::exchange(held_, {});
  if (newest_first) std::reverse(updates.begin(), updates.end());
  for (const auto& update : updates)
    if (stream_is_up_ && listener_) caf::anon_send(listener_, update);
}

void faulty_broker::drop_stream() {
  if (!std::exchange(stream_is_up_, false)) return;
  if (listener_) caf::anon_send(listener_, link());
}

void faulty_broker::restore_stream() {
  if (std::exchange(stream_is_up_, true)) return;
  ++reconnects_;
  if (listener_) caf::anon_send(listener_, link());
}

void faulty_broker::pass_time() {
  auto before = exchange_.session();
  exchange_.on_time(now());
  tell();
  if (exchange_.session().next_change_ns != before.next_change_ns && listener_)
    caf::anon_send(listener_, exchange_.session());
}

// -- what it tells --------------------------------------------------------------------------------

broker_order faulty_broker::dressed(broker_order order) const {
  if (rejected_.count(order.id) == 0 || order.status != order_status::canceled) return order;
  order.status = order_status::rejected;
  order.reason = "rejected by the exchange";
  order.failed_ns = std::exchange(order.canceled_ns, 0);
  return order;
}

void faulty_broker::tell() {
  auto updates = exchange_.take_updates();
  std::erase_if(updates, [&](const broker_update& x) {
    return x.event == "pending_cancel" && rejected_.count(x.order.id) != 0;
  });
  if (newest_first) std::reverse(updates.begin(), updates.end());
  for (auto& update : updates) {
    update.order = dressed(std::move(update.order));
    if (update.order.status == order_status::rejected) update.event = "rejected";
    tell_one(update);
  }
}

void faulty_broker::tell_one(const broker_update& update) {
  if (drop_stream_at_fill && update.qty.is_positive()) {
    drop_stream_at_fill = false;
    drop_stream();
  }
  if (!stream_is_up_ || !listener_) return;
  auto fault = choose_update ? choose_update(update) : update_fault::none;
  if (fault == update_fault::held) held_.push_back(update);
  if (fault == update_fault::held || fault == update_fault::lost) return;
  caf::anon_send(listener_, update);
  if (fault == update_fault::twice) caf::anon_send(listener_, update);
}

link_status faulty_broker::link() const {
  return {"broker", stream_is_up_ ? link_state::live : link_state::down, house_->time->now_ms(),
          stream_is_up_ ? "" : "the stream dropped", reconnects_};
}

link_list faulty_broker::links() const {
  return {{link()}};
}

void faulty_broker::listen(const listen_to_broker& who) {
  listener_ = caf::actor_cast<broker_listener_actor>(who.listener);
  caf::anon_send(listener_, link());
  caf::anon_send(listener_, exchange_.session());
}

caf::behavior faulty_broker_actor(caf::event_based_actor* self,
                                  const std::shared_ptr<faulty_broker>& behind) {
  return {
      [=](const order_request& order) { return behind->take(order, self); },
      [=](const cancel_at_broker& wish) { return behind->take(wish, self); },
      [=](const replace_at_broker& wish) { return behind->take(wish, self); },
      [=](const find_at_broker& question) { return behind->find(question, self); },
      [=](const get_broker_state&) { return behind->state(self); },
      [=](const listen_to_broker& who) { behind->listen(who); },
      [=](const get_links&) { return behind->links(); },
  };
}

}  // namespace outcry::test
