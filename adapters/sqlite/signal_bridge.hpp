#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <caf/atom.hpp>
#include <caf/result.hpp>
#include <caf/typed_actor.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/sqlite/open_requests.hpp"
#include "adapters/sqlite/signal_engine.hpp"
#include "adapters/sqlite/signal_worker.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::sqlite {

enum class signal_mode : std::uint8_t {
  threaded,   ///< a writer thread; what arrives meanwhile shares a commit
  immediate,  ///< within the handler, a commit each: for deterministic tests
};

struct signal_options {
  std::string data_dir;  ///< holds signals.db; must exist
  signal_mode mode = signal_mode::threaded;
  /// Messages older than this are deleted, at start and once a day; 0 = none. Only `threaded`.
  duration_ns keep_messages_ns = 0;
  house_ptr house = {};  ///< whose time it is; needed only for that
};

/// The port, the writer thread's word that answers are ready, a console's question, and a timer.
using signal_bridge_interface =
    signal_store_actor::extend<caf::reacts_to<caf::tick_atom>,
                               caf::replies_to<get_links>::with<link_list>, caf::reacts_to<wake>>;

class signal_bridge_state;
using signal_bridge_actor = observed_actor<signal_bridge_interface, signal_bridge_state>;

/// What the bridge holds. Its end, with the actor's, executes and answers what is queued.
class signal_bridge_state {
public:
  static inline const char* name = "signal_store";

  explicit signal_bridge_state(signal_bridge_interface::pointer self) : self_(self) {}
  ~signal_bridge_state();

  /// Opens the store; an error with the reason when that fails.
  caf::error open(const signal_options& options);

  /// Executes the request, now or on the writer thread.
  template <class Reply>
  caf::result<Reply> ask(signal_request request);

  /// Hands finished answers to those who wait for them.
  void deliver_finished();

  /// The disk, as a console sees it.
  link_list links();

  /// Deletes the next batch of old messages. What others ask goes between the batches.
  void forget_some();

private:
  void forgotten(const signal_answer& answer);

  signal_bridge_interface::pointer self_;
  std::unique_ptr<signal_engine> engine_;  // immediate
  std::unique_ptr<signal_worker> worker_;  // threaded
  open_requests open_;
  signal_options options_;
  std::uint64_t forgetting_ = 0;  ///< the ticket of the batch under way
  std::int64_t forgotten_to_ = 0;
};

/// The store of messages, signals and trades on SQLite. Ends at once with `ec::not_durable` and the
/// reason if the file cannot be opened: whoever wants to say so to people at start opens a
/// `signal_engine` first. Requests are answered in their order; an answer to a write means that it
/// is on disk. When 10,000 requests wait already: `ec::mailbox_full`. What cannot be written or
/// read: `ec::not_durable`; what makes no sense: `ec::invalid_input`, naming the field.
signal_bridge_interface::behavior_type signal_bridge(signal_bridge_actor* self,
                                                     const signal_options& options);

}  // namespace outcry::sqlite
