#pragma once

namespace outcry::cli {

/// What the program's exit code means; scripts rely on it.
enum exit_code : int {
  all_done = 0,
  not_done = 1,   ///< some bot did not, or the floor refused
  bad_usage = 2,  ///< the command line or the configuration is wrong
  no_floor = 3,   ///< the floor, or Redis for publish and subscribe, cannot be reached
};

}  // namespace outcry::cli
