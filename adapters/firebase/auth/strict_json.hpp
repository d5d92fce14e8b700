#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace outcry::firebase::auth {

/// Parses JSON in which no object names a member twice (two readers could take it for two different
/// things) and nothing is nested deeper than `max_depth`; nothing for any other text.
std::optional<nlohmann::json> parse_strict_json(std::string_view text, std::size_t max_depth = 16);

}  // namespace outcry::firebase::auth
