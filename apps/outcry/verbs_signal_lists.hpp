#pragma once

#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

/// signals list, show, quarantine, stats, database init: under the group `signals`, which must be
/// there already.
void add_signal_list_verbs(verb_list& verbs);

}  // namespace outcry::cli
