#pragma once

#include <string>

#include "messages/bots.hpp"

/// Names that an `exit` which starts its bot again has between floor, journal and bot.
namespace outcry::redis {

/// In the result of the pending line: nothing is left to close.
inline constexpr const char* flat_note = "flat";

/// True for an exit with config.then = "start".
bool starts_again(const bot_command& command);

}  // namespace outcry::redis
