#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apps/outcry/console/book.hpp"
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

/// What one look at the book shows without knowing more: who has failed, who is stuck, what is
/// down. For want of a better judge.
verdict glance(const book& at, std::int64_t now_ms);

ink ink_of_level(std::string_view level);

}  // namespace outcry::console
