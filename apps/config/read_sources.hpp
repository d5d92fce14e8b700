#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

#include "apps/config/load.hpp"

namespace outcry::config {

/// Read [[signals.sources]], [[signals.tokens]], [[signals.tradingview]] and [[discord.channels]];
/// what is wrong is appended to `errors`.
std::vector<signal_source_section> read_signal_sources(const toml::node& node,
                                                       const std::string& file,
                                                       std::vector<config_error>& errors);
std::vector<signal_token_section> read_signal_tokens(const toml::node& node,
                                                     const std::string& file,
                                                     std::vector<config_error>& errors);
std::vector<tradingview_section> read_tradingview(const toml::node& node, const std::string& file,
                                                  std::vector<config_error>& errors);
std::vector<discord_channel_section> read_discord_channels(const toml::node& node,
                                                           const std::string& file,
                                                           std::vector<config_error>& errors);

}  // namespace outcry::config
