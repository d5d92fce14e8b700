#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/held_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// A private redis-server of one test: on 127.0.0.1, on a port of its own, with its data in a
/// temporary directory. Ended by its own process id.
class redis_server {
public:
  struct options {
    std::string password;            ///< requirepass; empty = none
    std::vector<std::string> users;  ///< ACL lines, such as "bot on >secret ~* &* +@all"
    bool append_only = false;        ///< keep data across kill -9
    bool unix_socket = false;        ///< listen on socket_path() too
    std::vector<std::string> more;   ///< further arguments, such as "--maxmemory", "1mb"
  };

  /// redis-server is installed.
  static bool available();

  redis_server() : redis_server(options()) {}
  /// Starts it and waits until it answers; throws std::runtime_error with its output otherwise.
  explicit redis_server(options opts);
  ~redis_server();

  std::uint16_t port() const { return port_.number(); }
  std::string socket_path() const { return directory_.file("redis.sock"); }
  /// "redis://127.0.0.1:<port>"; a test adds its user and password.
  std::string url() const { return "redis://127.0.0.1:" + std::to_string(port()); }

  /// Ends it in good order, keeping the data of an append-only server.
  void stop();
  /// kill -9.
  void kill();
  /// Starts it again on the same port; `keep_data` = false empties its directory first.
  void start(bool keep_data = true);
  /// The process stands still (SIGSTOP) while its sockets stay open, then goes on.
  void freeze();
  void thaw();

private:
  options options_;
  temp_dir directory_;
  held_port port_;
  process process_;
};

}  // namespace outcry::test
