#pragma once

#include <string>
#include <vector>

namespace outcry::cli {

/// The floor's configuration file: `given` when there is one, else OUTCRY_CONFIG, else
/// ./outcry.toml, else ./.outcry/outcry.toml, else "".
std::string find_config(const std::string& given);

/// After `send`, --config means two things: KEY=VALUE is an argument of the message; a value
/// without "=" that names a file is the floor's configuration. Takes the latter out of `values`;
/// returns it, or "".
std::string take_config_file(std::vector<std::string>& values);

}  // namespace outcry::cli
