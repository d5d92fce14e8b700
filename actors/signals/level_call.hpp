#pragma once

#include <optional>

#include "actors/signals/context.hpp"
#include "actors/signals/mark.hpp"
#include "actors/signals/reading.hpp"

namespace outcry::signals {

/// A call told by its levels: ticker, side, entry, stop, targets, in any order and with or
/// without labels. Nothing if the message has not the shape of one.
///
/// An incomplete one is a reading, too (`refused`): the caller prefers an update to it.
std::optional<reading> read_level_call(message_view& view, const message_context& context);

/// Puts what the checks found into `result`, whose call is complete, and sets verdict, reason and
/// confidence.
void judge_call(reading& result, int confidence, const message_context& context);

}  // namespace outcry::signals
