#pragma once

#include <cstdint>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// A private PostgreSQL cluster of one test: on 127.0.0.1, on a port of its own, data and socket in
/// a temporary directory in memory: kill -9 loses nothing there, and no test cuts the power. It
/// refuses to run as root, so then it runs as the user `postgres` (or `nobody`). Ended by its own
/// process id. Its superuser is "postgres"; every role signs in with the password of its role.
class postgres_server {
public:
  /// A server is installed, and there is a user to run it as.
  static bool available();

  /// Makes and starts it; throws std::runtime_error with its output otherwise.
  postgres_server();
  ~postgres_server();

  std::uint16_t port() const { return port_; }

  /// A URI for this role, with its password; the database is "signals".
  std::string url(const std::string& role = "postgres") const;

  /// Ends it in good order (fast shutdown).
  void stop();
  /// kill -9 of all its processes.
  void kill();
  /// Starts it again on the same port.
  void start();
  /// Its processes stand still (SIGSTOP) while their sockets stay open, then go on.
  void freeze();
  void thaw();

private:
  void signal_all(int signal);

  temp_dir directory_{memory_folder()};
  std::uint16_t port_;
  process process_;
};

}  // namespace outcry::test
