#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "messages/invalid_field.hpp"
#include "messages/roster.hpp"

namespace outcry {

/// JSON for the command line: one object each; names as in the structs.
std::string to_json(const actor_status& x);
std::string to_json(const pit_status& x);
std::string to_json(const link_status& x);
std::string to_json(const relay_status& x);

tl::expected<actor_status, invalid_field> parse_actor_status(std::string_view json);

}  // namespace outcry
