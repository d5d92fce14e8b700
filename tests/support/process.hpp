#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace outcry::test {

/// A child process of a test. Its standard output and error go to one file, which `output` reads.
/// The destructor kills the process (SIGKILL, by its own id) and reaps it.
class process {
public:
  struct options {
    std::vector<std::string> arguments;              ///< argv[0] is the program's path
    std::map<std::string, std::string> environment;  ///< added to the test's own
    std::string directory;                           ///< working directory; empty = the test's
    std::string output_file;                         ///< where stdout and stderr are appended
  };

  process() = default;
  explicit process(options opts);
  process(process&& other) noexcept;
  process& operator=(process&& other) noexcept;
  ~process();

  pid_t pid() const { return pid_; }
  bool running();

  /// Sends `signal`; does nothing once the process has been reaped.
  void signal(int signal);

  /// Waits until the process ends. Returns its exit code, 128 + signal if a signal ended it, or
  /// -1 if `limit` passed first.
  int wait(std::chrono::milliseconds limit = std::chrono::seconds(30));

  /// Everything the process has printed so far.
  std::string output() const;

private:
  void take(process& other) noexcept;
  pid_t pid_ = -1;
  int status_ = 0;
  bool reaped_ = true;
  std::string output_file_;
};

/// Asks the kernel for a TCP port on 127.0.0.1 that is free now.
std::uint16_t free_port();

/// Waits until `ready` returns true, asking every 5 ms. Returns false when `limit` passes first.
/// For the outside world only (a server that starts, a file that appears), never for our actors.
bool eventually(const std::function<bool()>& ready,
                std::chrono::milliseconds limit = std::chrono::seconds(20));

/// True once something accepts TCP connections on 127.0.0.1:`port`.
bool accepts(std::uint16_t port);

}  // namespace outcry::test
