#pragma once

#include <string>
#include <vector>

#include "actors/signals/desk/known_calls.hpp"
#include "adapters/postgres/outgoing.hpp"
#include "messages/interfaces/signals.hpp"

/// Rows of this floor as the shared database takes them: JSON objects with its columns' names.
namespace outcry::postgres {

/// What is shared of a page, oldest first within each kind: messages, signals, updates, then the
/// trades of signals, under their signals' ids and versions. Signals that came from the shared
/// database itself are not sent back. Those whose reading nobody has found good are kept back:
/// quarantined ones, and declined and expired ones, which may have been quarantined before.
std::vector<outgoing_row> rows_of(const unshared_page& page, const std::string& floor_id);

}  // namespace outcry::postgres
