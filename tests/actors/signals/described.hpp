#pragma once

#include <string>
#include <string_view>

#include "actors/signals/context.hpp"
#include "actors/signals/mark.hpp"
#include "actors/signals/reading.hpp"

namespace outcry::test {

/// A reading in one line: "signal: open long SOL/USDT limit 150 148 stop 141 targets 160 172 5x",
/// "update: SOL target_hit 1, move_stop breakeven", "refused (stop)": the deciding rule in
/// brackets.
std::string described(const signals::reading& x);

/// How `text` is read, described.
std::string read_as(std::string_view text, const signals::message_context& context = {});

/// The meanings of a text's marks: "long entry number dash number".
std::string terms_of(std::string_view text);

}  // namespace outcry::test
