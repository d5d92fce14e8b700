#pragma once

#include <memory>
#include <string>

#include "actors/floor/house.hpp"
#include "adapters/firebase/bridge.hpp"
#include "adapters/firebase/client.hpp"
#include "adapters/firebase/credentials.hpp"
#include "adapters/firebase/local/server.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::bench {

/// The local Firebase in this process, with its data in a temporary directory.
class local_firebase {
public:
  local_firebase() : server_(options_for(dir_)) {}

  std::uint16_t port() const { return server_.port(); }

  /// Credentials that read and write everything.
  std::shared_ptr<firebase::credentials> identity() const {
    return firebase::token_file(dir_.file("floor.token"));
  }

  /// Its address; through a proxy on this machine when `by_port` is given.
  firebase::database_url url(std::uint16_t by_port = 0) const {
    return firebase::database_url::parse("http://127.0.0.1:" +
                                         std::to_string(by_port != 0 ? by_port : port()));
  }

  /// What a bridge needs to write into it.
  firebase::bridge_options bridge(const house_ptr& house, std::uint16_t by_port = 0) const {
    return {url(by_port), identity(), {}, std::chrono::seconds(60), house};
  }

private:
  static firebase::local::server::options options_for(const test::temp_dir& dir) {
    firebase::local::server::options options;
    options.data_dir = dir.path();
    return options;
  }

  test::temp_dir dir_;
  firebase::local::server server_;
};

}  // namespace outcry::bench
