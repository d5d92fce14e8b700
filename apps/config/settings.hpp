#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apps/config/config.hpp"

namespace outcry::config {

/// A value as it stands in the file or in the environment. The environment only has text, so a
/// number or a list may come as text there and nowhere else.
struct raw_value {
  std::variant<std::monostate, std::string, std::int64_t, double, bool, std::vector<std::string>>
      value;
  bool from_environment = false;
};

/// One key: the only place where its name, meaning, bounds and default are written.
struct setting {
  std::string_view section;  ///< "feed.replay"
  std::string_view key;
  std::string_view comment;                                    ///< lines separated by '\n'
  std::string allowed;                                         ///< "a whole number from 1 to 3600"
  std::function<bool(config&, const raw_value&)> assign = {};  ///< false: not allowed
  std::function<std::string(const config&)> shown = {};        ///< as TOML
  std::filesystem::path* (*path)(config&) = nullptr;           ///< set for a path
};

/// Every key outside of lists of tables, in the order in which they are printed.
const std::vector<setting>& settings();

/// The sections of `settings`, each once, in that order.
const std::vector<std::string_view>& sections();

/// What stands before a section in the printed file; may be empty.
std::string_view section_comment(std::string_view section);

/// "OUTCRY_FEED_REPLAY_DIR".
std::string variable_name(const setting& x);

/// A secret that has no key, because it has no place in the file: only a variable gives it.
struct secret_variable {
  std::string_view name;             ///< "OUTCRY_DISCORD_TOKEN"
  std::string_view allowed;          ///< for people
  std::string& (*member)(config&);   ///< "" = none
  bool (*fits)(const std::string&);  ///< of what is not ""
};

const std::vector<secret_variable>& secret_variables();

/// Text as a TOML basic string, quoted and escaped.
std::string toml_quoted(std::string_view text);

}  // namespace outcry::config
