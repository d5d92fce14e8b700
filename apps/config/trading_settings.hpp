#pragma once

#include <vector>

#include "apps/config/settings.hpp"

namespace outcry::config {

/// Appends the keys of [broker] and [risk].
void add_trading_settings(std::vector<setting>& all);

}  // namespace outcry::config
