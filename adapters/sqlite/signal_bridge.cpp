#include "adapters/sqlite/signal_bridge.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "adapters/sqlite/answers.hpp"
#include "messages/error.hpp"

namespace outcry::sqlite {

namespace {

constexpr std::chrono::seconds busy_pause{60};
constexpr std::chrono::hours between_rounds{24};

}  // namespace

signal_bridge_state::~signal_bridge_state() {
  if (!worker_) return;
  worker_->stop();
  forgetting_ = 0;
  deliver_finished();
}

caf::error signal_bridge_state::open(const signal_options& options) {
  try {
    if (options.mode == signal_mode::immediate) {
      engine_ = std::make_unique<signal_engine>(options.data_dir);
      return caf::none;
    }
    worker_ = std::make_unique<signal_worker>(options.data_dir, waker_of(self_->address()));
    options_ = options;
    if (options_.keep_messages_ns > 0 && options_.house) forget_some();
    return caf::none;
  } catch (const std::exception& error) {
    return error_of({ec::not_durable, error.what()});
  }
}

template <class Reply>
caf::result<Reply> signal_bridge_state::ask(signal_request request) {
  if (engine_) return result_of<Reply>(std::move(engine_->run({&request, 1}).front()));
  // A bounded mailbox may have refused the thread's word: look without it, too.
  deliver_finished();
  const auto ticket = open_.next();
  if (!worker_ || !worker_->submit(ticket, std::move(request))) {
    return error_of({ec::mailbox_full, "signal store: too many requests wait for the disk"});
  }
  auto promise = self_->make_response_promise<Reply>();
  open_.add(ticket, promise);
  return promise;
}

void signal_bridge_state::deliver_finished() {
  if (!worker_) return;
  auto finished = worker_->take_finished();
  for (const auto& [ticket, answer] : finished)
    if (ticket == forgetting_) forgotten(answer);
  open_.deliver(std::move(finished));
}

void signal_bridge_state::forget_some() {
  forget_messages batch;
  batch.before_ns = options_.house->time->now() - options_.keep_messages_ns;
  batch.after = forgotten_to_;
  forgetting_ = open_.next();
  if (!worker_->submit(forgetting_, batch)) self_->delayed_send(self_, busy_pause, wake{});
}

// After an error, as of a full disk, tomorrow's round begins anew.
void signal_bridge_state::forgotten(const signal_answer& answer) {
  forgetting_ = 0;
  const auto* place = std::get_if<cursor_value>(&answer);
  const bool goes_on = place != nullptr && !place->value.empty();
  forgotten_to_ = goes_on ? std::stoll(place->value) : 0;
  if (goes_on) return forget_some();
  self_->delayed_send(self_, between_rounds, wake{});
}

link_list signal_bridge_state::links() {
  deliver_finished();
  return {{open_.status("signal_store")}};
}

signal_bridge_interface::behavior_type signal_bridge(signal_bridge_actor* self,
                                                     const signal_options& options) {
  self->observe({"signal_store", "signal_store", signal_queue_bound});
  auto& state = self->state;
  if (auto error = state.open(options)) self->quit(std::move(error));
  return {
      [&state](store_message& x) { return state.ask<store_receipt>(std::move(x)); },
      [&state](store_signals& x) { return state.ask<store_receipt>(std::move(x)); },
      [&state](const load_signals& x) { return state.ask<signal_list>(x); },
      [&state](find_signals& x) { return state.ask<signal_list>(std::move(x)); },
      [&state](find_messages& x) { return state.ask<message_list>(std::move(x)); },
      [&state](find_updates& x) { return state.ask<update_list>(std::move(x)); },
      [&state](const get_source_results& x) { return state.ask<source_result_list>(x); },
      [&state](get_last_source_id& x) { return state.ask<last_source_id>(std::move(x)); },
      [&state](const read_unshared& x) { return state.ask<unshared_page>(x); },
      [&state](mark_shared& x) { return state.ask<unshared_count>(std::move(x)); },
      [&state](save_cursor& x) { return state.ask<cursor_value>(std::move(x)); },
      [&state](get_cursor& x) { return state.ask<cursor_value>(std::move(x)); },
      // Old messages may go.
      [&state](const wake&) { state.forget_some(); },
      // Answers are ready.
      [&state](caf::tick_atom) { state.deliver_finished(); },
      [&state](const get_links&) { return state.links(); },
  };
}

}  // namespace outcry::sqlite
