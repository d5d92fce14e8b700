#pragma once

#include <string>
#include <string_view>

#include "messages/interfaces/signals.hpp"
#include "messages/signals.hpp"

namespace outcry::signal_api {

/// What every contribution takes from its request, not from its text.
struct origin {
  std::string name;      ///< of the token
  std::string fresh_id;  ///< the source_id if the text names none
  timestamp_ns now = 0;
};

constexpr std::size_t longest_id = 128;  ///< bytes of a source, a source_id, an author

/// Reads `{text, source_id?, author?, sent_at?, channel?}`. With a channel, `source_id` and the
/// author's id are "<channel>/..." : they need be unique within the channel only. Throws refusal.
raw_message read_message(std::string_view body, const origin& from);

/// Reads a call (as signals::parse_signal takes it) or, if it has "steps", an update (as
/// signals::parse_update does), either with "source_id" besides. A "source" other than the token's
/// own is refused. Throws refusal.
contributed_signal read_signal(std::string_view body, const origin& from);

}  // namespace outcry::signal_api
