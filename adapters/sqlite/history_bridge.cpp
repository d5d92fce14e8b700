#include "adapters/sqlite/history_bridge.hpp"

#include <limits>
#include <utility>
#include <variant>

#include "adapters/sqlite/answers.hpp"

namespace outcry::sqlite {

namespace {

caf::result<history_receipt> store_at_once(history_store& store, const price_batch& batch) {
  try {
    store.begin();
    store.append(batch.ticker, batch.ticks);
    store.commit();
    return history_receipt{};
  } catch (const std::exception& error) {
    store.rollback();
    return error_of({ec::journal_unavailable, error.what()});
  }
}

history_answer execute_at_once(history_store& store, const history_request& request) {
  try {
    if (const auto* query = std::get_if<read_history>(&request)) {
      auto page = store.read(*query);
      if (!page) return std::move(page.error());
      return std::move(*page);
    }
    auto cursor = store.deliver(std::get<history_delivered>(request));
    if (!cursor) return std::move(cursor.error());
    store.forget_delivered(std::numeric_limits<std::int32_t>::max());
    return history_receipt{};
  } catch (const std::exception& error) {
    return journal_failure{ec::journal_unavailable, error.what()};
  }
}

}  // namespace

history_bridge_state::~history_bridge_state() {
  if (!worker_) return;
  worker_->stop();
  deliver_finished();
}

caf::error history_bridge_state::open(const history_options& options) {
  try {
    if (options.mode == journal_mode::immediate) {
      store_ = std::make_unique<history_store>(history_path(options.settings.data_dir));
    } else {
      worker_ = std::make_unique<history_worker>(options.settings, waker_of(self_->address()));
    }
    return caf::none;
  } catch (const std::exception& error) {
    return error_of({ec::journal_unavailable, error.what()});
  }
}

caf::result<history_receipt> history_bridge_state::take(const price_batch& batch) {
  if (store_) return store_at_once(*store_, batch);
  auto receipt = worker_->take(batch);
  if (!receipt) {
    self_->count_error();
    return error_of(receipt.error());
  }
  return *receipt;
}

template <class Reply>
caf::result<Reply> history_bridge_state::ask(const history_request& request) {
  if (store_) return result_of<Reply>(execute_at_once(*store_, request));
  // A bounded mailbox may have refused the thread's word: look without it, too.
  deliver_finished();
  const auto ticket = open_.next();
  if (!worker_->submit(ticket, request)) {
    return error_of({ec::mailbox_full, "history: too many requests wait for the disk"});
  }
  auto promise = self_->make_response_promise<Reply>();
  open_.add(ticket, promise);
  return promise;
}

void history_bridge_state::deliver_finished() {
  if (worker_) open_.deliver(worker_->take_finished());
}

link_list history_bridge_state::links() {
  deliver_finished();
  return {{open_.status("history")}};
}

history_bridge_interface::behavior_type history_bridge(history_bridge_actor* self,
                                                       const history_options& options) {
  self->observe({"history", "history", history_mailbox_bound});
  auto& state = self->state;
  if (auto error = state.open(options)) self->quit(std::move(error));
  return {
      [&state](const price_batch& x) { return state.take(x); },
      [&state](const read_history& x) { return state.ask<history_page>(x); },
      [&state](const history_delivered& x) { return state.ask<history_receipt>(x); },
      [&state](caf::tick_atom) { state.deliver_finished(); },
      [&state](const get_links&) { return state.links(); },
  };
}

}  // namespace outcry::sqlite
