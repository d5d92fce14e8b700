#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"

namespace outcry::firebase::local {

/// The local Firebase, whole: database, tokens, REST and streams on one address. Threads: one for
/// HTTP, one for the database.
class server {
public:
  struct options {
    /// Holds firebase.db, operator.token and floor.token; made (mode 0700) if missing.
    std::filesystem::path data_dir;
    http::options http;  ///< port 0 = the kernel chooses
    http::gate::options guard;
    std::chrono::milliseconds keep_alive{30'000};  ///< between keep-alive events of a stream
    std::chrono::milliseconds sweep{1'000};  ///< between looks at the token files and dead streams
    std::function<std::int64_t()> now;       ///< UNIX milliseconds; empty = the system's clock
  };

  /// Starts serving. Throws std::runtime_error naming the file or address that cannot be used.
  explicit server(options opts);
  /// As `stop`.
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  std::uint16_t port() const;

  /// "http://127.0.0.1:PORT"
  std::string url() const;

  /// Reads the token files again, now: streams opened with a token that has gone end with
  /// `auth_revoked`. Happens by itself too, once a sweep.
  void reload_tokens();

  /// Ends everything; what has been answered is on the disk.
  void stop();

private:
  class parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace outcry::firebase::local
