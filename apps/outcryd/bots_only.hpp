#pragma once

#include <string>
#include <vector>

#include "apps/config/config.hpp"
#include "apps/outcryd/house_plan.hpp"

namespace outcry::app {

/// Why this configuration cannot be that of a floor that only hosts bots, a sentence each; empty:
/// it can. Such a floor has its prices and its commands from the main floor, over Redis.
std::vector<std::string> why_not_bots_only(const config::config& settings);

/// Starts what such a floor is made of, in order: journal, roster, prices from Redis, bots, command
/// inlet, control socket. Throws std::runtime_error with what is wrong for people.
void open_bots_only(open_house& at);

}  // namespace outcry::app
