#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace outcry::test {

/// An order_data object with every field that existing bots know.
nlohmann::json sample_order_data();

/// `text` with its first `from` replaced by `to`; throws if there is none.
std::string replaced(std::string text, std::string_view from, std::string_view to);

/// 0 to `below` - 1, the same on every platform.
std::size_t pick(std::mt19937& random, std::size_t below);

/// Well-formed UTF-8 of up to `longest` code points, forbidden key characters frequent.
std::string random_utf8(std::mt19937& random, std::size_t longest);

}  // namespace outcry::test
