#pragma once

#include <string>

#include "adapters/firebase/local/server.hpp"
#include "adapters/http/token_file.hpp"
#include "tests/adapters/firebase/local/rest_client.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// A local Firebase in this process, on a port of its own, with a client that may use it. Its clock
/// stands at `now`. Its streams get no keep-alive unless a test asks for another interval than the
/// usual one: on a busy machine a test may last longer than that.
struct server_fixture {
  static constexpr std::int64_t now = 1'700'000'000'123;

  explicit server_fixture(firebase::local::server::options opts = {})
      : server(prepared(std::move(opts))),
        token(http::read_token(dir.path() / "operator.token")),
        client(server.port(), token) {}

  firebase::local::server::options prepared(firebase::local::server::options opts) const {
    opts.data_dir = dir.path();
    opts.now = [] { return now; };
    if (opts.keep_alive == firebase::local::server::options{}.keep_alive) {
      opts.keep_alive = std::chrono::hours(1);
    }
    return opts;
  }

  temp_dir dir;
  firebase::local::server server;
  std::string token;
  rest_client client;
};

}  // namespace outcry::test
