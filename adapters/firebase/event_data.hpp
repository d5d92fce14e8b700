#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outcry::firebase {

/// The payload of a put or patch event: {"path": "/a/b", "data": <any JSON>}.
struct event_data {
  std::string path;       ///< decoded, relative to the streamed location, starts with '/'
  std::string_view data;  ///< the JSON text as the server wrote it; a view into the input
};

/// Reads a payload, or returns nothing if it is not such an object (other members are ignored, the
/// last of equal ones counts). The value is checked, not parsed: numbers stay as they were written.
std::optional<event_data> parse_event_data(std::string_view json);

}  // namespace outcry::firebase
