#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/control/client.hpp"
#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

/// Connects to the floor and hears the whole answer to one request, telling the user that it
/// waits. Ctrl-C ends it: then what came so far is returned.
std::vector<nlohmann::json> hear_all(const session& at, const std::string& op,
                                     const nlohmann::json& arguments);

/// Prints objects as one JSON array, one object a line.
void print_array(const std::vector<nlohmann::json>& items);

}  // namespace outcry::cli
