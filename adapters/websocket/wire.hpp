#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "adapters/websocket/address.hpp"
#include "adapters/websocket/client.hpp"

/// Beast's part of the client. Slow to compile: for client.cpp alone.
namespace outcry::websocket {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using endpoints = std::vector<tcp::endpoint>;

/// One stream of either kind, used on the I/O thread only.
class wire {
public:
  virtual ~wire() = default;
  virtual void connect(const endpoints& places) = 0;
  virtual void write(const std::string& text) = 0;
  virtual void close(std::uint16_t code, const std::string& reason) = 0;
  virtual void cut() = 0;
};

/// What a wire tells.
class listener {
public:
  virtual ~listener() = default;
  virtual void opened() = 0;
  virtual void received(bool binary, std::string_view bytes) = 0;
  virtual void written() = 0;
  /// The end; more than one call is possible, the first counts.
  virtual void ended(std::uint16_t code, std::string reason, std::string error) = 0;
};

constexpr bool is_close(const error_code& error) {
  return error == ws::error::closed;
}

using plain_stream = ws::stream<beast::tcp_stream>;
using tls_stream = ws::stream<beast::ssl_stream<beast::tcp_stream>>;

template <class Stream>
class stream_wire final : public wire {
public:
  template <class... Arguments>
  stream_wire(listener& to, const address& place, const client_options& options,
              Arguments&&... arguments)
      : to_(to), place_(place), options_(options), stream_(std::forward<Arguments>(arguments)...) {}

  void connect(const endpoints& places) override {
    lowest().expires_after(options_.connect_timeout);
    lowest().async_connect(places, [this](error_code error, const tcp::endpoint&) {
      if (error) return fail("connecting to " + place_.host, error);
      error_code ignored;
      lowest().socket().set_option(tcp::no_delay(true), ignored);
      if constexpr (std::is_same_v<Stream, tls_stream>) {
        begin_tls();
      } else {
        begin_handshake();
      }
    });
  }

  void write(const std::string& text) override {
    stream_.text(true);
    stream_.async_write(asio::buffer(text), [this](error_code error, std::size_t) {
      if (error) return fail("sending", error);
      to_.written();
    });
  }

  void close(std::uint16_t code, const std::string& reason) override {
    // A control frame holds 123 bytes of reason.
    ws::close_reason why(static_cast<ws::close_code>(code), reason.substr(0, 123));
    stream_.async_close(why, [this](error_code error) {
      if (error) return fail("closing", error);
      to_.ended(stream_.reason().code, stream_.reason().reason.c_str(), {});
    });
  }

  void cut() override { lowest().close(); }

private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void begin_tls() {
    auto& tls = stream_.next_layer();
    error_code error;
    asio::ip::make_address(place_.host, error);
    // Server names are for names only (RFC 6066, section 3).
    if (error && SSL_set_tlsext_host_name(tls.native_handle(), place_.host.c_str()) != 1)
      return fail("TLS",
                  error_code(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()));
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.set_verify_callback(asio::ssl::host_name_verification(place_.host));
    lowest().expires_after(options_.connect_timeout);
    tls.async_handshake(asio::ssl::stream_base::client, [this](error_code failed) {
      if (failed) return fail("TLS with " + place_.host, failed);
      begin_handshake();
    });
  }

  void begin_handshake() {
    lowest().expires_never();
    ws::stream_base::timeout limits{};
    limits.handshake_timeout = options_.connect_timeout;
    limits.idle_timeout = options_.idle_timeout;
    limits.keep_alive_pings = true;
    stream_.set_option(limits);
    stream_.read_message_max(options_.max_message_bytes);
    stream_.auto_fragment(false);
    stream_.set_option(ws::stream_base::decorator([this](ws::request_type& request) {
      request.set(beast::http::field::user_agent, options_.user_agent);
      for (const auto& [name, value] : options_.headers) request.set(name, value);
    }));
    const bool usual = place_.port == (place_.secure ? "443" : "80");
    const auto host =
        place_.host.find(':') == std::string::npos ? place_.host : "[" + place_.host + "]";
    stream_.async_handshake(answer_, usual ? host : host + ":" + place_.port, place_.target,
                            [this](error_code error) {
                              if (error) return refused(error);
                              to_.opened();
                              read();
                            });
  }

  void refused(const error_code& error) {
    if (error != ws::error::upgrade_declined) return fail("the handshake", error);
    to_.ended(0, {},
              "the server answered HTTP " + std::to_string(answer_.result_int()) +
                  " instead of a WebSocket");
  }

  void read() {
    stream_.async_read(buffer_, [this](error_code error, std::size_t) {
      if (error) return fail("receiving", error);
      const auto bytes = buffer_.cdata();
      to_.received(stream_.got_binary(), {static_cast<const char*>(bytes.data()), bytes.size()});
      buffer_.consume(buffer_.size());
      read();
    });
  }

  void fail(const std::string& doing, const error_code& error) {
    if (is_close(error))
      return to_.ended(stream_.reason().code, stream_.reason().reason.c_str(), {});
    if (error == asio::error::operation_aborted) return;  // whoever aborted says why
    to_.ended(0, {}, doing + ": " + error.message());
  }

  listener& to_;
  const address& place_;
  const client_options& options_;
  Stream stream_;
  beast::flat_buffer buffer_;
  ws::response_type answer_;
};

}  // namespace outcry::websocket
