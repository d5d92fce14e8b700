#pragma once

#include <map>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "apps/config/load.hpp"

namespace outcry::config {

/// Reads [[bots]]; what is wrong is appended to `errors`.
std::vector<bot_section> read_bots(const toml::node& node, const std::string& file,
                                   std::vector<config_error>& errors);

/// Reads [feed.simulated.prices].
std::map<std::string, Price> read_prices(const toml::node& node, const std::string& file,
                                         std::vector<config_error>& errors);

}  // namespace outcry::config
