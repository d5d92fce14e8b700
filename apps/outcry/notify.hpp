#pragma once

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

/// Sends one notification as the floor would, and says what the server answered. No floor is
/// needed. Throws std::invalid_argument when [notifications] names no server or no usable secret.
exit_code notify_test(const session& at);

}  // namespace outcry::cli
