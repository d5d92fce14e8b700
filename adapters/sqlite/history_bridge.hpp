#pragma once

#include <cstdint>
#include <memory>

#include <caf/atom.hpp>
#include <caf/result.hpp>
#include <caf/typed_actor.hpp>

#include "actors/floor/observed.hpp"
#include "adapters/sqlite/history_worker.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "adapters/sqlite/open_requests.hpp"
#include "messages/interfaces/journal.hpp"

namespace outcry::sqlite {

/// How many messages may wait for the bridge; ticks are bounded behind it.
constexpr std::uint64_t history_mailbox_bound = 65'536;

struct history_options {
  history_settings settings;
  journal_mode mode = journal_mode::threaded;
};

/// The port, the writer thread's word that answers are ready, and a console's question.
using history_bridge_interface = history_actor::extend<caf::reacts_to<caf::tick_atom>,
                                                       caf::replies_to<get_links>::with<link_list>>;

class history_bridge_state;
using history_bridge_actor = observed_actor<history_bridge_interface, history_bridge_state>;

/// What the bridge holds. Its end, with the actor's, writes and answers what is queued.
class history_bridge_state {
public:
  static inline const char* name = "history";

  explicit history_bridge_state(history_bridge_actor* self) : self_(self) {}
  ~history_bridge_state();

  /// Opens the history; an error with the reason when that fails.
  caf::error open(const history_options& options);

  /// Takes ticks, onto the queue or straight into the file.
  caf::result<history_receipt> take(const price_batch& batch);

  /// Executes the request, now or on the writer thread.
  template <class Reply>
  caf::result<Reply> ask(const history_request& request);

  /// Hands finished answers to those who wait for them.
  void deliver_finished();

  /// The disk, as a console sees it.
  link_list links();

private:
  history_bridge_actor* self_;
  std::unique_ptr<history_store> store_;    // immediate
  std::unique_ptr<history_worker> worker_;  // threaded
  open_requests open_;
};

/// The history port on SQLite. Ends at once with `ec::journal_unavailable` and the reason if the
/// file cannot be opened. Too many ticks or requests: `ec::mailbox_full`; a file that cannot be
/// written or read: `ec::journal_unavailable`. While the disk refuses, reading answers what is
/// stored. Mailbox: bounded; what does not fit is answered `ec::mailbox_full`.
history_bridge_interface::behavior_type history_bridge(history_bridge_actor* self,
                                                       const history_options& options);

}  // namespace outcry::sqlite
