#include <csignal>
#include <cstdio>
#include <string>

#include <caf/actor_system.hpp>

#include "tests/adapters/postgres/bridge_rig.hpp"

using namespace outcry;
using namespace outcry::postgres::test;

/// What the crash test kills: a floor that says calls and brings them to the shared database. Ends
/// itself by SIGKILL when its rows are there and are about to be marked for the n-th time.
///
///     postgres_crash_writer URL DATA_DIR FROM TO N      (N = 0: it lives until nothing is owed)
int main(int argc, char** argv) {
  if (argc != 6) return 2;
  sqlite::test::floor_config config("sharing");
  caf::actor_system system(config);
  small_floor floor(system, argv[2]);
  int marks = 0;
  const int last = std::stoi(argv[5]);
  floor.what->before_mark = [&marks, last] {
    if (++marks == last) ::raise(SIGKILL);
  };
  floor.open(argv[1], true, false);
  for (int i = std::stoi(argv[3]); i <= std::stoi(argv[4]); ++i) floor.say(std::to_string(i));
  floor.what->change([&] { floor.what->owed = -1; });
  floor.say(argv[4] + std::string("-last"));
  return floor.wait_until_nothing_is_owed() ? 0 : 1;
}
