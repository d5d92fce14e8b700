#include "adapters/sqlite/journal_bridge.hpp"

#include <utility>
#include <variant>

#include "adapters/sqlite/answers.hpp"
#include "messages/error.hpp"

namespace outcry::sqlite {

journal_bridge_state::~journal_bridge_state() {
  if (!worker_) return;
  worker_->stop();
  deliver_finished();
}

caf::error journal_bridge_state::open(const journal_options& options) {
  try {
    if (options.mode == journal_mode::immediate) {
      engine_ = std::make_unique<journal_engine>(options.settings);
      return caf::none;
    }
    worker_ = std::make_unique<journal_worker>(options.settings, waker_of(self_->address()));
    return caf::none;
  } catch (const std::exception& error) {
    return error_of({ec::journal_unavailable, error.what()});
  }
}

template <class Reply>
caf::result<Reply> journal_bridge_state::ask(journal_request request) {
  if (engine_) {
    return result_of<Reply>(std::move(engine_->run({&request, 1}).front()));
  }
  // A bounded mailbox may have refused the thread's word: look without it, too.
  deliver_finished();
  const bool is_write = std::holds_alternative<journal_write>(request);
  const auto ticket = open_.next();
  if (!worker_->submit(ticket, std::move(request))) {
    return error_of({is_write ? ec::journal_unavailable : ec::mailbox_full,
                     "journal: too many requests wait for the disk"});
  }
  auto promise = self_->make_response_promise<Reply>();
  open_.add(ticket, promise);
  return promise;
}

void journal_bridge_state::deliver_finished() {
  if (worker_) open_.deliver(worker_->take_finished());
}

link_list journal_bridge_state::links() {
  deliver_finished();
  return {{open_.status("journal")}};
}

journal_bridge_interface::behavior_type journal_bridge(journal_bridge_actor* self,
                                                       const journal_options& options) {
  self->observe({"journal", "journal", journal_queue_bound});
  auto& state = self->state;
  if (auto error = state.open(options)) self->quit(std::move(error));
  return {
      [&state](journal_write& x) { return state.ask<journal_receipt>(std::move(x)); },
      [&state](const load_floor& x) { return state.ask<floor_image>(x); },
      [&state](load_bot& x) { return state.ask<bot_image>(std::move(x)); },
      [&state](find_line& x) { return state.ask<ledger_line>(std::move(x)); },
      [&state](const load_trading& x) { return state.ask<trading_image>(x); },
      [&state](find_orders& x) { return state.ask<order_list>(std::move(x)); },
      [&state](read_order_events& x) { return state.ask<order_event_list>(std::move(x)); },
      [&state](get_performance& x) { return state.ask<performance_list>(std::move(x)); },
      [&state](find_ledgers& x) { return state.ask<ledger_list>(std::move(x)); },
      [&state](const read_outbox& x) { return state.ask<outbox_page>(x); },
      [&state](outbox_delivered& x) { return state.ask<outbox_page>(std::move(x)); },
      [&state](caf::tick_atom) { state.deliver_finished(); },
      [&state](const get_links&) { return state.links(); },
  };
}

}  // namespace outcry::sqlite
