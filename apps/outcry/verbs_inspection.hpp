#pragma once

#include <memory>

#include "apps/outcry/inspection/verbs.hpp"
#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

/// actors, actor, trace, tree.
void add_inspection_verbs(verb_list& verbs);

/// --live and --for of the doctor.
std::shared_ptr<live_options> add_live_options(CLI::App& doctor);

}  // namespace outcry::cli
