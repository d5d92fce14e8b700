#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "apps/config/settings.hpp"

namespace outcry::config {

/// Appends the keys of [notifications].
void add_notification_settings(std::vector<setting>& all);

/// The secret for the notifications' server: from the environment, else from its file; "" = none.
/// The error names key and file, never the content.
tl::expected<std::string, std::string> notification_secret(const config& x);

}  // namespace outcry::config
