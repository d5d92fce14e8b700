#pragma once

#include <string>

#include "messages/interfaces/trading.hpp"

/// What is told of trading over the floor's socket; numbers are decimal texts, times UNIX
/// nanoseconds. README.md beside this file lists the members.
namespace outcry::control {

std::string positions_json(const position_list& x);
std::string performance_json(const performance_list& x);
std::string risk_json(const risk_report& x);
std::string record_json(const bot_record& x);

}  // namespace outcry::control
