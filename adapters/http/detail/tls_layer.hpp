#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "adapters/http/server.hpp"

namespace outcry::http::detail {

/// TLS on an accepted connection. Kept behind an interface so that its many templates are compiled
/// once, whatever is spoken above. I/O thread only; one read and one write at a time.
class tls_layer {
public:
  using done = std::function<void(boost::system::error_code, std::size_t)>;

  virtual ~tls_layer() = default;

  /// The server's part of the handshake; `first` came from the client already and stays valid until
  /// `after` is called.
  virtual void handshake(boost::asio::const_buffer first, done after) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, done after) = 0;
  virtual void write_some(boost::asio::const_buffer from, done after) = 0;

  /// Says good-bye and waits for the client's.
  virtual void shut_down(done after) = 0;
};

/// TLS over `below`, which has to outlive it.
std::unique_ptr<tls_layer> make_tls_layer(std::shared_ptr<boost::asio::ssl::context> context,
                                          boost::beast::tcp_stream& below);

/// A server's context: TLS 1.2 or later, forward secrecy, no renegotiation. Throws
/// std::runtime_error naming the file that cannot be used and why.
std::shared_ptr<boost::asio::ssl::context> make_tls_context(const tls_files& files);

}  // namespace outcry::http::detail
