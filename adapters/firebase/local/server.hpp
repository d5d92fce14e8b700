#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/firebase/auth/sign_in.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"

namespace outcry::firebase::local {

/// The local Firebase, whole, on one address: REST and streams, the SDK's wire protocol, the
/// page's files, signing in. Threads: one for HTTP, one for the database, one for signing in.
class server {
public:
  struct options {
    /// Holds firebase.db, operator.token and floor.token; made (mode 0700) if missing.
    std::filesystem::path data_dir;
    http::options http;  ///< port 0 = the kernel chooses; `upgrade` is filled in
    http::gate::options guard;
    /// The security rules; empty: whoever has signed in may do everything.
    std::filesystem::path rules;
    std::filesystem::path page;      ///< a folder of files to be served; empty = none
    auth::sign_in::options signing;  ///< data_dir, guard, sweep, now and revoked are filled in
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

  /// Serves the same at another address as well, for as long as the returned one lives, which must
  /// go before this. `where.upgrade` is filled in; requests must still pass `options.guard`. Throws
  /// as http::server.
  std::unique_ptr<http::server> also_at(http::options where);

  /// Looks now whether the credentials in use are still good: streams opened with one that is not
  /// end with `auth_revoked`. Happens by itself too, once a sweep.
  void reload_tokens();

  /// Ends everything; what has been answered is on the disk.
  void stop();

private:
  class parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace outcry::firebase::local
