#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outcry::firebase::local {

/// How an event is written: for a REST stream, or for a session of the wire protocol.
enum class event_styles { stream, wire };

/// {"path":"/path","data":data}; `path` is relative to the listener, without a leading slash.
std::string stream_event(std::string_view path, std::string_view data);

/// The whole message that says that `data` now stands at `path` (from the root, without a leading
/// slash), or with `merge`, that its members do.
std::string wire_event(bool merge, std::string_view path, std::string_view data,
                       std::optional<std::int64_t> tag);

}  // namespace outcry::firebase::local
