#include <string_view>

#include <unistd.h>

#include "apps/config/load.hpp"

namespace outcry::config {

environment process_environment() {
  environment result;
  for (char** entry = environ; entry && *entry; ++entry) {
    std::string_view text = *entry;
    auto equals = text.find('=');
    if (text.starts_with("OUTCRY_") && equals != std::string_view::npos)
      result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return result;
}

}  // namespace outcry::config
