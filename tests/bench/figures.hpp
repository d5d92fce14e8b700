#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include <time.h>

/// What every benchmark needs to take and show figures.
namespace outcry::bench {

using steady = std::chrono::steady_clock;

inline double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

/// Processor time of all threads of this process: what is left when others use the machine too.
inline double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

/// The value below which `part` (0 to 1) of `all` lies. `all` must not be empty.
inline double percentile(std::vector<double> all, double part) {
  std::sort(all.begin(), all.end());
  auto at = static_cast<std::size_t>(part * static_cast<double>(all.size()));
  return all[std::min(at, all.size() - 1)];
}

inline double median(const std::vector<double>& all) {
  return percentile(all, 0.5);
}

/// The n-th argument of the program as a whole number above 0, or `usual`.
inline std::size_t argument(int argc, char** argv, int n, std::size_t usual) {
  auto given = argc > n ? std::strtoul(argv[n], nullptr, 10) : 0;
  return given > 0 ? given : usual;
}

/// Runs a whole benchmark; returns the program's exit code. What it throws is printed once its
/// objects have ended: without anybody who catches it, the servers it started would be left behind.
template <class Run>
int guarded(Run run) {
  try {
    run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace outcry::bench
