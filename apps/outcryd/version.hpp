#pragma once

namespace outcry::app {

inline constexpr const char* version = OUTCRY_VERSION;

}  // namespace outcry::app
