#pragma once

#include <cstdint>
#include <functional>

#include "apps/outcry/console/book.hpp"
#include "apps/outcry/console/verdict.hpp"

namespace outcry::cli {

/// Judges the console's book by the rules of actors/inspection; remembers what it has seen.
std::function<console::verdict(const console::book&, std::int64_t)> make_judge();

}  // namespace outcry::cli
