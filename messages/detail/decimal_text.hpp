#pragma once

#include <string>

#include "messages/decimal.hpp"

namespace outcry::detail {

/// Appends what `to_string` says of a decimal of so many units, for texts of many numbers.
void append_decimal_units(std::string& out, int128 units);

}  // namespace outcry::detail
