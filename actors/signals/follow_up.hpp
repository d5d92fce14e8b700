#pragma once

#include <optional>
#include <string_view>

#include "actors/signals/context.hpp"
#include "actors/signals/mark.hpp"
#include "actors/signals/reading.hpp"

namespace outcry::signals {

/// A message about a call that stands: every rule is tried at every mark, what it reads becomes a
/// step. Nothing if no rule fires; a reading of verdict `nothing` if what fired is about what has
/// not happened.
std::optional<reading> read_follow_up(message_view& view, const message_context& context);

/// The rule by which a message reports how a call went ("TP1 hit"); "" = none does. Ticks are no
/// report: they adorn calls as well.
std::string_view reports(const message_view& view);

}  // namespace outcry::signals
