#pragma once

#include <cstddef>
#include <string_view>

#include "actors/signals/context.hpp"
#include "actors/signals/reading.hpp"

namespace outcry::signals {

/// A longer message goes to quarantine unread. The longest Discord message with its embeds is
/// below (10,000 characters).
constexpr std::size_t max_message_bytes = 40'000;

/// Reads one message of a trading channel. Pure; any bytes are allowed; never throws but
/// std::bad_alloc; time grows linearly with the text. Thread-safe.
reading process_message(std::string_view text, const message_context& context);

/// The same, with how each token was read.
explanation explain_message(std::string_view text, const message_context& context);

}  // namespace outcry::signals
