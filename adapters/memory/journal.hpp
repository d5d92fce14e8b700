#pragma once

#include <memory>

#include "actors/floor/observed.hpp"
#include "adapters/memory/journal_store.hpp"
#include "messages/interfaces/journal.hpp"

namespace outcry::memory {

/// The actor has no state beside the store it was given.
struct journal_state {
  static inline const char* name = "journal";
};

using journal_self = observed_actor<journal_actor, journal_state>;

/// The journal port over `store`, which must not be used elsewhere while messages are under way.
/// Refusals answer `ec::invalid_input`.
journal_actor::behavior_type journal(journal_self* self, std::shared_ptr<journal_store> store);

}  // namespace outcry::memory
