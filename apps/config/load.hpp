#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "apps/config/config.hpp"

namespace outcry::config {

/// Environment variables by name.
using environment = std::map<std::string, std::string>;

/// The variables of this process whose names begin with "OUTCRY_".
environment process_environment();

/// One thing that is wrong in a configuration.
struct config_error {
  std::string file;      ///< as it was given; "environment" for a variable
  std::size_t line = 0;  ///< from 1; 0 = no line
  std::string key;       ///< "feed.replay.speed", or the variable's name; "" = the whole file
  std::string expected;  ///< what is allowed there
  std::string found;     ///< what stands there, secrets left out; "nothing" when missing

  bool operator==(const config_error&) const = default;
};

/// `outcry.toml:12: feed.source: expected "simulated", "replay" or "redis", found "simulate"`.
std::string to_string(const config_error& x);

/// Either a configuration, or everything that is wrong with it.
using load_result = tl::expected<config, std::vector<config_error>>;

/// Reads the TOML file, then the overrides `OUTCRY_<SECTION>_<KEY>` (nested sections too:
/// OUTCRY_FEED_REPLAY_DIR; lists are separated by commas). Anything unknown and every bad value is
/// refused, a variable OUTCRY_* that names no key too (OUTCRY_CONFIG and OUTCRY_CRASH_AT are not
/// ours). OUTCRY_SIGNALS_DATABASE and OUTCRY_DISCORD_TOKEN give secrets that have no key. Relative
/// paths are relative to the file's directory. An empty path: defaults and environment only. Never
/// throws for bad input.
load_result load_config(const std::filesystem::path& file, const environment& variables);

/// The same for text that has been read already. `name` stands in errors; relative paths are put
/// behind `directory` unless that is empty.
load_result parse_config(std::string_view text, const std::string& name,
                         const std::filesystem::path& directory, const environment& variables);

/// The file that `outcry init` prints: every key with its default and a comment.
std::string default_config_text();

}  // namespace outcry::config
