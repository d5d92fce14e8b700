#pragma once

#include <memory>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "adapters/http/detail/byte_stream.hpp"
#include "adapters/http/detail/core.hpp"
#include "adapters/http/detail/socket_state.hpp"

namespace outcry::http::detail {

/// Answers the handshake `asked` on `stream` and carries the messages of `state` until either side
/// ends it. I/O thread only.
void open_websocket(std::shared_ptr<core> shared, byte_stream stream,
                    const boost::beast::http::request<boost::beast::http::string_body>& asked,
                    std::shared_ptr<socket_state> state, std::shared_ptr<void> place);

}  // namespace outcry::http::detail
