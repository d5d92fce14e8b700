#pragma once

#include <cstdint>
#include <optional>

#include "actors/operator/dead_man_ports.hpp"
#include "adapters/firebase/bridge.hpp"

namespace outcry::firebase {

/// The heartbeat that an event of its stream tells: a whole number of milliseconds above 0.
/// Anything else, a deleted one too, is none.
std::optional<std::int64_t> heartbeat_in(const stream_event& event);

/// Streams /operator/heartbeat on a thread of its own and connections as `options` says. It comes
/// back after every interruption by itself; it is deaf once Firebase's rules cancel the stream.
open_ear_function make_heartbeat_ear(bridge_options options);

}  // namespace outcry::firebase
