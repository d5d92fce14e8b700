#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace outcry::cli {

/// From now on Ctrl-C and SIGTERM are noted instead of ending the program, and writing to a closed
/// pipe is an error instead of a signal. Once, at the start.
void watch_signals();

/// Ctrl-C or SIGTERM was noted.
bool interrupted();

/// A line on standard error that says what is waited for, on a terminal only, once it takes longer
/// than a second; it takes itself away.
class progress {
public:
  explicit progress(std::string what);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// To be called several times a second.
  void tick();

  /// Takes the line away until the next tick, before something else is printed.
  void hide();

private:
  std::string what_;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  bool terminal_;
  bool shown_ = false;
};

}  // namespace outcry::cli
