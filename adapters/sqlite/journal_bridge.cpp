#include "adapters/sqlite/journal_bridge.hpp"

#include <utility>
#include <variant>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "messages/error.hpp"

namespace outcry::sqlite {

namespace {

caf::error error_of(const journal_failure& failure) {
  return caf::make_error(failure.code, failure.text);
}

}  // namespace

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
    // A weak address: the thread must not keep alive the actor whose end stops it.
    auto wake = [address = self_->address()] {
      if (auto target = caf::actor_cast<caf::actor>(address)) {
        caf::anon_send<caf::message_priority::high>(target, caf::tick_atom::value);
      }
    };
    worker_ = std::make_unique<journal_worker>(options.settings, std::move(wake));
    return caf::none;
  } catch (const std::exception& error) {
    return caf::make_error(ec::journal_unavailable, std::string(error.what()));
  }
}

template <class Reply>
caf::result<Reply> journal_bridge_state::ask(journal_request request) {
  if (engine_) {
    auto answers = engine_->run({&request, 1});
    if (auto* failure = std::get_if<journal_failure>(&answers.front())) return error_of(*failure);
    return std::get<Reply>(std::move(answers.front()));
  }
  // A bounded mailbox may have refused the thread's word: look without it, too.
  deliver_finished();
  const bool is_write = std::holds_alternative<journal_write>(request);
  const auto ticket = ++last_ticket_;
  if (!worker_->submit(ticket, std::move(request))) {
    return caf::make_error(is_write ? ec::journal_unavailable : ec::mailbox_full,
                           std::string("journal: too many requests wait for the disk"));
  }
  auto promise = self_->make_response_promise<Reply>();
  waiting_.emplace(ticket, promise);
  return promise;
}

void journal_bridge_state::deliver_finished() {
  if (!worker_) return;
  for (auto& [ticket, answer] : worker_->take_finished()) {
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) continue;
    auto promise = std::move(found->second);
    waiting_.erase(found);
    std::visit(
        [&promise]<class Answer>(Answer& x) {
          if constexpr (std::is_same_v<Answer, journal_failure>) {
            promise.deliver(error_of(x));
          } else {
            promise.deliver(std::move(x));
          }
        },
        answer);
  }
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
      [&state](find_ledgers& x) { return state.ask<ledger_list>(std::move(x)); },
      [&state](const read_outbox& x) { return state.ask<outbox_page>(x); },
      [&state](outbox_delivered& x) { return state.ask<outbox_page>(std::move(x)); },
      [&state](caf::tick_atom) { state.deliver_finished(); },
  };
}

}  // namespace outcry::sqlite
