#pragma once

#include <string>

#include "messages/interfaces/signals.hpp"
#include "messages/signals.hpp"

namespace outcry {

// Signals as they are shown: JSON of one line. Decimals are texts, times ISO 8601 in UTC or null.

std::string to_json(const trade_record& x);
std::string to_json(const signal_record& x);
std::string to_json(const signal_update_record& x);
std::string to_json(const stored_message& x);

}  // namespace outcry
