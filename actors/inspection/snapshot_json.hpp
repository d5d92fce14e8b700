#pragma once

#include <nlohmann/json_fwd.hpp>

#include "actors/inspection/floor_snapshot.hpp"

namespace outcry::inspection {

/// Takes one item of the operation `inspect`: {"snapshot":...} replaces `to`, {"delta":...} changes
/// it. Members that are missing or null keep their defaults, unknown ones are skipped, so that an
/// older and a newer floor can be read. False for any other item. Throws nlohmann::json::exception
/// when a member has the wrong type; `to` is then to be thrown away.
bool take_item(const nlohmann::json& item, floor_snapshot& to);

/// One actor's row.
actor_row read_actor(const nlohmann::json& row);

}  // namespace outcry::inspection
