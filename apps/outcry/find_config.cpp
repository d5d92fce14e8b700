#include "apps/outcry/find_config.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace outcry::cli {

std::string find_config(const std::string& given) {
  if (!given.empty()) return given;
  if (auto* named = std::getenv("OUTCRY_CONFIG"); named && *named) return named;
  std::error_code ignored;
  for (auto usual : {"outcry.toml", ".outcry/outcry.toml"})
    if (std::filesystem::exists(usual, ignored)) return usual;
  return {};
}

std::string take_config_file(std::vector<std::string>& values) {
  std::error_code ignored;
  auto file = std::find_if(values.begin(), values.end(), [&](const std::string& x) {
    return x.find('=') == std::string::npos && std::filesystem::is_regular_file(x, ignored);
  });
  if (file == values.end()) return {};
  auto result = *file;
  values.erase(file);
  return result;
}

}  // namespace outcry::cli
