#pragma once

#include <string>

#include "actors/signals/reading.hpp"

namespace outcry::signals {

// JSON of one line. Prices and other numbers are decimal texts; what is not said is left out.
// Text that is no UTF-8 is mended.

std::string to_json(const signal& x);
std::string to_json(const update& x);
std::string to_json(const reading& x);
/// As the reading's, with "tokens".
std::string to_json(const explanation& x);

}  // namespace outcry::signals
