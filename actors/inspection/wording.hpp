#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::inspection {

/// How long: "0.4 s", "31 s", "4 min 10 s", "2 h 05 min", "3 d 4 h". Below 0 is 0.
std::string lasting(std::int64_t ms);

/// "1,240"
std::string thousands(std::uint64_t n);

/// "1 actor", "1,240 actors"
std::string counted(std::uint64_t n, std::string_view what);

/// How many names `some_of` tells.
inline constexpr std::size_t most_names = 5;

/// The first five: "AAPL, META and 3 more".
std::string some_of(const std::vector<std::string>& names);

/// The same of `all`, of whom `names` are the first.
std::string some_of(const std::vector<std::string>& names, std::size_t all);

/// What the trader misses while actors of this kind do nothing.
std::string harm_of_actor(std::string_view kind);

/// What the trader misses while this connection is gone.
std::string harm_of_link(std::string_view name);

/// True for the kinds of actors, and names of links, that stand for the disk.
bool is_store(std::string_view kind_or_link);

}  // namespace outcry::inspection
