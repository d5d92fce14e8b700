#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/config/settings.hpp"

namespace outcry::config {

/// Appends the keys of [signals] and [discord] that stand outside of lists of tables.
void add_signal_settings(std::vector<setting>& all);

/// One of `asset_words`.
bool is_asset(const std::string& text);

/// Those words for people.
std::string asset_form();

/// The lists of [signals] and [discord] for the printed file, commented out: every key with its
/// default, or with an example where there is none.
std::string_view signal_lists_text();

}  // namespace outcry::config
