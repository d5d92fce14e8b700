#pragma once

#include "apps/outcry/verb_list.hpp"

namespace outcry::cli {

/// expose.
void add_expose_verb(verb_list& verbs);

}  // namespace outcry::cli
