#pragma once

#include <memory>
#include <vector>

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "messages/error.hpp"
#include "messages/interfaces/journal.hpp"

namespace outcry::test {

/// What a journal does wrong, and what it was told.
struct journal_script {
  bool refuses_writes = false;
  bool refuses_reads = false;
  bool refuses_stops = false;  ///< refuses to remember that a bot is stopped, nothing else
  bool hangs = false;          ///< answers nothing at all
  bool hangs_writes = false;   ///< answers no write
  bool loses_answers = false;  ///< writes, but nobody hears of it
  std::vector<outbox_delivered> delivered;
  std::vector<journal_write> writes;  ///< those it was asked for, refused ones too
};

/// The real journal behind a script.
inline journal_actor::behavior_type scripted_journal(
    journal_actor::pointer self, const journal_actor& real,
    const std::shared_ptr<journal_script>& script) {
  auto read = [self, real, script](const auto& query, auto reply) -> caf::result<decltype(reply)> {
    if (script->hangs) return self->make_response_promise<decltype(reply)>();
    if (script->refuses_reads) return caf::make_error(ec::journal_unavailable, "no reading");
    return self->delegate(real, query);
  };
  return {
      [=](const journal_write& x) -> caf::result<journal_receipt> {
        script->writes.push_back(x);
        if (script->hangs || script->hangs_writes)
          return self->make_response_promise<journal_receipt>();
        if (script->loses_answers) {
          caf::anon_send(real, x);
          return self->make_response_promise<journal_receipt>();
        }
        if (script->refuses_writes || (script->refuses_stops && !x.stopped_bots.empty()))
          return caf::make_error(ec::journal_unavailable, "the disk is full");
        return self->delegate(real, x);
      },
      [=](const load_floor& x) { return read(x, floor_image{}); },
      [=](const load_bot& x) { return read(x, bot_image{}); },
      [=](const find_line& x) { return read(x, ledger_line{}); },
      [=](const load_trading& x) { return read(x, trading_image{}); },
      [=](const find_orders& x) { return read(x, order_list{}); },
      [=](const read_order_events& x) { return read(x, order_event_list{}); },
      [=](const get_performance& x) { return read(x, performance_list{}); },
      [=](const find_ledgers& x) { return read(x, ledger_list{}); },
      [=](const read_outbox& x) { return read(x, outbox_page{}); },
      [=](const outbox_delivered& x) {
        script->delivered.push_back(x);
        return read(x, outbox_page{});
      },
  };
}

}  // namespace outcry::test
