#pragma once

#include <cstdint>
#include <memory>

#include <caf/atom.hpp>
#include <caf/result.hpp>
#include <caf/typed_actor.hpp>

#include "actors/floor/observed.hpp"
#include "adapters/sqlite/journal_engine.hpp"
#include "adapters/sqlite/journal_worker.hpp"
#include "adapters/sqlite/open_requests.hpp"
#include "messages/interfaces/journal.hpp"

namespace outcry::sqlite {

enum class journal_mode : std::uint8_t {
  threaded,   ///< a writer thread; writes that arrive meanwhile share a commit
  immediate,  ///< within the handler, a commit each: for deterministic tests
};

struct journal_options {
  journal_settings settings;
  journal_mode mode = journal_mode::threaded;
};

/// The port, the writer thread's word that answers are ready, and a console's question.
using journal_bridge_interface = journal_actor::extend<caf::reacts_to<caf::tick_atom>,
                                                       caf::replies_to<get_links>::with<link_list>>;

class journal_bridge_state;
using journal_bridge_actor = observed_actor<journal_bridge_interface, journal_bridge_state>;

/// What the bridge holds. Its end, with the actor's, executes and answers what is queued.
class journal_bridge_state {
public:
  static inline const char* name = "journal";

  explicit journal_bridge_state(journal_bridge_interface::pointer self) : self_(self) {}
  ~journal_bridge_state();

  /// Opens the journal; an error with the reason when that fails.
  caf::error open(const journal_options& options);

  /// Executes the request, now or on the writer thread.
  template <class Reply>
  caf::result<Reply> ask(journal_request request);

  /// Hands finished answers to those who wait for them.
  void deliver_finished();

  /// The disk, as a console sees it.
  link_list links();

private:
  journal_bridge_interface::pointer self_;
  std::unique_ptr<journal_engine> engine_;  // immediate
  std::unique_ptr<journal_worker> worker_;  // threaded
  open_requests open_;
};

/// The journal port on SQLite. Ends at once with `ec::journal_unavailable` and the reason if the
/// file cannot be opened: whoever wants to say so to people at start opens a `journal_engine`
/// first. A full queue answers `ec::journal_unavailable` to writes and `ec::mailbox_full` to the
/// rest. Mailbox: bounded; what does not fit is answered `ec::mailbox_full`.
journal_bridge_interface::behavior_type journal_bridge(journal_bridge_actor* self,
                                                       const journal_options& options);

}  // namespace outcry::sqlite
