#pragma once

#include <cstddef>

namespace outcry::http {

/// Lets this process have `wanted` files and connections open at a time, or as many as the system
/// allows it (RLIMIT_NOFILE; many systems begin with 1024). Never lowers the limit. Returns it.
/// Not for programs that use select().
std::size_t allow_open_files(std::size_t wanted);

}  // namespace outcry::http
