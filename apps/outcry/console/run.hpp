#pragma once

#include <filesystem>
#include <functional>

#include "apps/outcry/console/app.hpp"

namespace outcry::console {

struct run_options {
  std::filesystem::path socket;  ///< the floor's
  console_options console;
  bool ascii = false;  ///< only characters that every terminal has
  bool mouse = true;
  /// Called at least four times a second; false ends the console.
  std::function<bool()> go_on;
};

/// Shows the console on this process's terminal until it is left. A floor that is not there, or
/// goes, is waited for. Throws no_terminal.
void run(const run_options& how);

}  // namespace outcry::console
