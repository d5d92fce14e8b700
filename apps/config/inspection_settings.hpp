#pragma once

#include <vector>

#include "apps/config/settings.hpp"

namespace outcry::config {

/// Appends the keys of [inspection].
void add_inspection_settings(std::vector<setting>& all);

}  // namespace outcry::config
