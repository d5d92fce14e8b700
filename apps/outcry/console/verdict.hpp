#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apps/outcry/console/grid.hpp"

namespace outcry::console {

/// What is wrong on the floor, in words.
struct verdict {
  struct line {
    std::string rule;
    std::string subject;
    std::string what;
    std::string cost;
    std::string advice;
    std::int64_t since_ms = 0;
  };
  std::string level;  ///< ok, warn, bad; "" = unknown
  std::string headline;
  std::vector<line> lines;
};

ink ink_of_level(std::string_view level);

}  // namespace outcry::console
