#include <cstdio>
#include <cstring>
#include <exception>

#include "apps/outcry/console/run.hpp"

/// console_program SOCKET [--allow-actions] [--ascii]: the console alone, which builds in seconds.
int main(int argc, char** argv) try {
  outcry::console::run_options how;
  how.socket = argc > 1 ? argv[1] : "";
  for (int i = 2; i < argc; ++i) {
    if (std::strcmp(argv[i], "--allow-actions") == 0) how.console.allow_actions = true;
    if (std::strcmp(argv[i], "--ascii") == 0) how.ascii = true;
  }
  outcry::console::run(how);
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 2;
}
