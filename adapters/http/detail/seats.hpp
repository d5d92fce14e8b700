#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace outcry::http::detail {

/// How many connections each address has, so that one machine cannot take those of all others.
/// This machine (127.0.0.1, ::1) has as many as there are: the whole floor comes from there. Any
/// thread.
class seats {
public:
  /// Plenty for several hundred clients behind one router.
  static constexpr std::size_t most = 512;

  /// A seat for a connection from `from`, given back when the last copy goes; null if it has
  /// `most` already.
  std::shared_ptr<void> take(const boost::asio::ip::address& from);

private:
  struct table {
    std::mutex mutex;
    std::map<std::string, std::size_t> taken;
  };
  const std::shared_ptr<table> table_ = std::make_shared<table>();
};

}  // namespace outcry::http::detail
