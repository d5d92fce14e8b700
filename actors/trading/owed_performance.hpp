#pragma once

#include <vector>

#include "messages/journal.hpp"
#include "messages/performance.hpp"

namespace outcry {

/// What the mirror is owed of these figures: each ticker's, and the account's. With `services` also
/// where today's page reads them.
std::vector<owed_value> owed_performance(const std::vector<performance_update>& updates,
                                         bool services);

}  // namespace outcry
