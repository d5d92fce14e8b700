#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "adapters/http/detail/connection.hpp"
#include "adapters/http/detail/tls_layer.hpp"

namespace outcry::http::detail {

/// A connection with or without TLS as one type, so that what is spoken above is compiled once. An
/// AsyncStream in Beast's sense. I/O thread only. May be moved while nothing is under way.
class byte_stream {
public:
  using executor_type = boost::beast::tcp_stream::executor_type;
  using error_code = boost::system::error_code;

  explicit byte_stream(boost::asio::ip::tcp::socket socket)
      : tcp_(std::make_unique<boost::beast::tcp_stream>(std::move(socket))) {}

  executor_type get_executor() noexcept { return tcp_->get_executor(); }
  boost::beast::tcp_stream& tcp() { return *tcp_; }
  tls_layer* tls() { return tls_.get(); }
  void secure(std::unique_ptr<tls_layer> layer) { tls_ = std::move(layer); }

  void expires_after(std::chrono::milliseconds limit) { tcp_->expires_after(limit); }
  void expires_never() { tcp_->expires_never(); }
  void close() { tcp_->close(); }

  template <class Token>
  using result = typename boost::asio::async_result<std::decay_t<Token>,
                                                    void(error_code, std::size_t)>::return_type;

  template <class Buffers, class Token>
  result<Token> async_read_some(const Buffers& into, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& buffers) {
          if (!tls_) return tcp_->async_read_some(buffers, std::move(handler));
          tls_->read_some(front<boost::asio::mutable_buffer>(buffers),
                          copyable(std::move(handler)));
        },
        token, into);
  }

  template <class Buffers, class Token>
  result<Token> async_write_some(const Buffers& from, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& buffers) {
          if (!tls_) return tcp_->async_write_some(buffers, std::move(handler));
          tls_->write_some(joined(buffers), copyable(std::move(handler)));
        },
        token, from);
  }

private:
  /// std::function wants to copy what it holds; Beast's operations can only be moved.
  template <class Handler>
  static tls_layer::done copyable(Handler handler) {
    return [kept = std::make_shared<Handler>(std::move(handler))](error_code error, std::size_t n) {
      Handler taken(std::move(*kept));
      taken(error, n);
    };
  }

  template <class Buffer, class Buffers>
  static Buffer front(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto one = boost::asio::buffer_sequence_begin(buffers); one != end; ++one) {
      const Buffer buffer(*one);
      if (buffer.size() > 0) return buffer;
    }
    return {};
  }

  /// What is written with one call: a large piece as it is, small ones joined to one TLS record.
  template <class Buffers>
  boost::asio::const_buffer joined(const Buffers& buffers) {
    constexpr std::size_t record = 16384;
    const auto first = front<boost::asio::const_buffer>(buffers);
    const std::size_t all = boost::beast::buffer_bytes(buffers);
    if (first.size() == all || first.size() >= record) return first;
    record_.resize(std::min(all, record));
    boost::asio::buffer_copy(boost::asio::buffer(record_), buffers);
    return boost::asio::buffer(record_);
  }

  std::unique_ptr<boost::beast::tcp_stream> tcp_;
  std::unique_ptr<tls_layer> tls_;  // above tcp_: goes first
  std::string record_;
};

// What Beast's WebSocket looks for beside the stream.

inline void beast_close_socket(byte_stream& stream) {
  stream.close();
}

/// Nothing yet: `linger` does it, with limits.
template <class Handler>
void async_teardown(boost::beast::role_type, byte_stream& stream, Handler&& handler) {
  boost::asio::post(stream.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                     boost::system::error_code{}));
}

/// Ends a connection so that what was sent last arrives: says good-bye, then drops what the client
/// still sends until it goes as well, for two seconds at most; closing at once would make its
/// kernel throw our last words away. `owner` is kept until then, and closed.
void linger(byte_stream& stream, std::shared_ptr<peer> owner);

}  // namespace outcry::http::detail
