#pragma once

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

/// The passcode people sign in with at home. They work on the data folder; a running
/// outcry-firebase notices.
///
/// `passcode_set` asks for it on the terminal, twice and unseen, or reads one line of standard
/// input where that is no terminal; it is never an argument, which every process could read. Throws
/// std::invalid_argument with the reason why a passcode is none.
exit_code passcode_set(const session& at);

/// The same, saying nothing about it when it is done.
void ask_for_passcode(const config::config& settings);

/// Refuses while the page is open to the home network: std::runtime_error.
exit_code passcode_remove(const session& at);
exit_code passcode_status(const session& at);

}  // namespace outcry::cli
