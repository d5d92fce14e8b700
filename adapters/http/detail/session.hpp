#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "adapters/http/detail/core.hpp"

namespace outcry::http::detail {

/// Serves HTTP/1.1 on an accepted socket until either side ends it; `seat` is its place among those
/// of its address. I/O thread only.
void open_session(std::shared_ptr<core> shared, boost::asio::ip::tcp::socket socket,
                  std::shared_ptr<void> seat);

}  // namespace outcry::http::detail
