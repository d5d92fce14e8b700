#include "adapters/http/detail/session.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <spdlog/spdlog.h>

#include "adapters/http/detail/byte_stream.hpp"
#include "adapters/http/detail/exchange.hpp"
#include "adapters/http/detail/handshake.hpp"
#include "adapters/http/detail/stream_state.hpp"
#include "adapters/http/detail/upgrade_exchange.hpp"
#include "adapters/http/detail/websocket.hpp"

namespace outcry::http::detail {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;

/// Header names and values are ours or echoed from a request; a line break in one would let the
/// sender write headers of his own.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return text;
}

/// One connection. Lives on the I/O thread only.
class session final : public connection, public std::enable_shared_from_this<session> {
public:
  session(std::shared_ptr<core> shared, tcp::socket socket, std::shared_ptr<void> seat)
      : core_(std::move(shared)), seat_(std::move(seat)), stream_(std::move(socket)) {
    ++core_->connections;
    error_code error;
    const auto remote = stream_.tcp().socket().remote_endpoint(error);
    if (!error) {
      peer_ = (remote.address().is_v6() ? "[" + remote.address().to_string() + "]"
                                        : remote.address().to_string()) +
              ":" + std::to_string(remote.port());
    }
    stream_.tcp().socket().set_option(tcp::no_delay(true), error);
  }

  ~session() override {
    --core_->connections;
    // Not once it has asked something: that answer may end it on another thread.
    if (silent_) core_->silent.remove(this);
    core_->remove(this);
    if (state_) state_->ended();
  }

  session(const session&) = delete;
  session& operator=(const session&) = delete;

  void start() {
    be_silent(true);
    if (core_->tls) return expect_tls();
    read_request();
  }

  void read_request() {
    be_silent(true);
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(core_->opts.max_header));
    parser_->body_limit(core_->opts.max_body);
    stream_.expires_after(core_->opts.idle_timeout);
    wire::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](error_code error, std::size_t) { self->header_read(error); });
  }

  void send(response answer) override {
    const bool head = head_;
    const bool bodiless = answer.status == 204 || answer.status == 304;
    auto message = std::make_shared<message_type>();
    message->version(version_);
    message->result(static_cast<unsigned>(answer.status));
    message->set(wire::field::date, date());
    for (header& line : answer.headers) message->insert(line.name, one_line(line.value));
    message->keep_alive(keep_alive_);
    if (!bodiless) {
      message->content_length(answer.body.size());
      message->body() = std::move(answer.body);
    }
    auto serializer = std::make_shared<serializer_type>(*message);
    if (!head) return write_more(std::move(message), std::move(serializer));
    stream_.expires_after(core_->opts.write_timeout);
    wire::async_write_header(stream_, *serializer,
                             [self = shared_from_this(), message, serializer](
                                 error_code error, std::size_t) { self->answered(error); });
  }

  void begin_stream(response head, std::shared_ptr<stream_state> state) override {
    state_ = std::move(state);
    chunked_ = version_ == 11;
    std::string text = "HTTP/1.1 " + std::to_string(head.status) + " " +
                       std::string(wire::obsolete_reason(
                           wire::int_to_status(static_cast<unsigned>(head.status)))) +
                       "\r\nDate: " + date() + "\r\n";
    for (const header& line : head.headers) {
      text += line.name + ": " + one_line(line.value) + "\r\n";
    }
    text += chunked_ ? "Transfer-Encoding: chunked\r\n\r\n" : "Connection: close\r\n\r\n";
    keep_alive_ = false;
    if (head_) {
      outgoing_ = std::move(text);
      last_ = true;
      write_outgoing();
      return;
    }
    watch_peer();
    outgoing_ = std::move(text);
    write_outgoing();
  }

  void pump() override {
    if (writing_ || last_ || !state_) return;
    bool last = false;
    std::string bytes = state_->take(last);
    if (bytes.empty() && !last) return;
    outgoing_.clear();
    if (chunked_ && !bytes.empty()) {
      char size[24];
      std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
      outgoing_ = size;
    }
    outgoing_ += bytes;
    if (chunked_ && !bytes.empty()) outgoing_ += "\r\n";
    if (chunked_ && last) outgoing_ += "0\r\n\r\n";
    last_ = last;
    write_outgoing();
  }

  void begin_socket(std::shared_ptr<socket_state> state, std::shared_ptr<void> place) override {
    // Both places go with the socket.
    auto places = std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(
        std::move(place), std::move(seat_));
    open_websocket(core_, std::move(stream_), upgrade_request_, std::move(state),
                   std::move(places));
    gone_ = true;
  }

  void close() override {
    if (gone_) return;
    be_silent(false);
    stream_.close();
    if (state_) state_->ended();
  }

private:
  /// Whether a whole request is still to come.
  void be_silent(bool yes) {
    silent_ = yes;
    if (yes) {
      core_->silent.add(this);
    } else {
      core_->silent.remove(this);
    }
  }

  std::string date() const { return http_date(core_->opts.now()); }

  using message_type = wire::response<wire::string_body>;
  using serializer_type = wire::response_serializer<wire::string_body>;

  /// Writes piece by piece, so that the time limit is one for progress and not for the whole.
  void write_more(std::shared_ptr<message_type> message,
                  std::shared_ptr<serializer_type> serializer) {
    stream_.expires_after(core_->opts.write_timeout);
    serializer_type& from = *serializer;
    wire::async_write_some(
        stream_, from,
        [self = shared_from_this(), message = std::move(message),
         serializer = std::move(serializer)](error_code error, std::size_t) mutable {
          if (error || serializer->is_done()) return self->answered(error);
          self->write_more(std::move(message), std::move(serializer));
        });
  }

  /// TLS begins with a record of type 22; HTTP cannot.
  void expect_tls() {
    stream_.expires_after(core_->opts.tls_timeout);
    stream_.tcp().async_read_some(
        asio::buffer(waste_), [self = shared_from_this()](error_code error, std::size_t n) {
          if (error || n == 0) return self->close();
          if (self->waste_[0] == '\x16') return self->begin_tls(n);
          asio::buffer_copy(self->buffer_.prepare(n), asio::buffer(self->waste_, n));
          self->buffer_.commit(n);
          self->plain_on_tls_ = true;
          self->read_request();
        });
  }

  void begin_tls(std::size_t came) {
    stream_.secure(make_tls_layer(core_->tls, stream_.tcp()));
    stream_.tls()->handshake(asio::buffer(waste_, came),
                             [self = shared_from_this()](error_code error, std::size_t) {
                               if (!error) return self->read_request();
                               spdlog::debug("http: TLS with {}: {}", self->peer_, error.message());
                               self->close();
                             });
  }

  void header_read(error_code error) {
    if (error) return read_failed(error);
    if (plain_on_tls_) return send_to_https();
    const auto& message = parser_->get();
    if (equal_ignoring_case(std::string(message[wire::field::expect]), "100-continue") &&
        !parser_->is_done()) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      asio::async_write(stream_, asio::buffer(go_on),
                        [self = shared_from_this()](error_code failed, std::size_t) {
                          if (!failed) self->read_body();
                        });
      return;
    }
    read_body();
  }

  /// Somebody typed the address without https. The request itself is left alone.
  void send_to_https() {
    be_silent(false);
    const auto& message = parser_->get();
    const auto method = message.method();
    const std::string_view host(message[wire::field::host].data(),
                                message[wire::field::host].size());
    const std::string_view target(message.target().data(), message.target().size());
    head_ = method == wire::verb::head;
    version_ = message.version() >= 11 ? 11 : 10;
    keep_alive_ = false;
    response answer = error_response(400, "This port speaks HTTPS: use https:// and wss://");
    const bool plain_name = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
    if ((head_ || method == wire::verb::get) && plain_name && !target.empty() &&
        target.front() == '/' && message[wire::field::upgrade].empty()) {
      answer.status = 307;
      answer.headers.push_back({"Location", "https://" + std::string(host) + std::string(target)});
    }
    send(std::move(answer));
  }

  void read_body() {
    stream_.expires_after(core_->opts.body_timeout);
    wire::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (error) return self->read_failed(error);
                       self->handle_request();
                     });
  }

  void read_failed(error_code error) {
    be_silent(false);
    head_ = false;
    version_ = 11;
    keep_alive_ = false;
    if (error == wire::error::body_limit) {
      return send(error_response(413, "Payload is too large: at most " +
                                          std::to_string(core_->opts.max_body) +
                                          " bytes are accepted"));
    }
    if (error == wire::error::header_limit || error == wire::error::buffer_overflow) {
      return send(error_response(431, "Request header is too large: at most " +
                                          std::to_string(core_->opts.max_header) +
                                          " bytes are accepted"));
    }
    const bool unfinished =
        error == wire::error::end_of_stream || error == wire::error::partial_message;
    if (error.category() == make_error_code(wire::error::bad_method).category() && !unfinished) {
      return send(error_response(400, "Bad request: " + error.message()));
    }
    close();
  }

  void handle_request() {
    be_silent(false);
    auto message = parser_->release();
    const std::string sent_method(message.method_string());
    version_ = message.version() >= 11 ? 11 : 10;
    keep_alive_ = message.keep_alive();
    request asked;
    asked.method = sent_method;
    head_ = asked.method == "HEAD";
    asked.head = head_;
    if (head_) asked.method = "GET";
    asked.peer = peer_;
    for (const auto& line : message) {
      asked.headers.push_back({std::string(line.name_string()), std::string(line.value())});
    }
    const std::string_view target(message.target().data(), message.target().size());
    const std::size_t mark = std::min(target.find('?'), target.size());
    asked.path = std::string(target.substr(0, mark));
    asked.body = std::move(message.body());
    stream_.expires_never();
    if (asked.path.empty() || asked.path.front() != '/') {
      if (asked.method != "OPTIONS" || asked.path != "*") {
        return send(error_response(400, "Bad request: the target must begin with /"));
      }
    }
    const std::string_view query =
        mark < target.size() ? target.substr(mark + 1) : std::string_view{};
    if (!parse_query(query, asked.query)) {
      return send(error_response(400, "Bad request: broken % escape in the query"));
    }
    if (!override_method(asked)) return;
    if (core_->opts.upgrade && version_ == 11 && wants_socket(asked)) {
      return upgrade(std::move(asked), sent_method);
    }
    responder answer = exchange::make(core_, shared_from_this());
    try {
      core_->handle(std::move(asked), answer);
    } catch (const std::exception& failure) {
      spdlog::error("http: a handler failed: {}", failure.what());
      answer.respond(error_response(500, "Internal error"));
    }
  }

  bool override_method(request& asked) {
    const std::string* wanted = asked.find_header("X-HTTP-Method-Override");
    if (!wanted || asked.method != "POST") return true;
    for (const char* known : {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}) {
      if (!equal_ignoring_case(*wanted, known)) continue;
      asked.method = known;
      if (asked.method == "HEAD") {
        asked.method = "GET";
        asked.head = head_ = true;
      }
      return true;
    }
    send(error_response(400,
                        "X-HTTP-Method-Override: expected GET, HEAD, PUT, PATCH, POST or "
                        "DELETE, found " +
                            *wanted));
    return false;
  }

  void upgrade(request asked, const std::string& sent_method) {
    keep_alive_ = false;
    if (auto refusal = refuse_handshake(asked, sent_method, buffer_.size() > 0)) {
      return send(std::move(*refusal));
    }
    if (core_->sockets >= core_->opts.max_sockets) {
      if (peer* const stranger = core_->strangers.oldest()) stranger->close();
      core_->complain("too many WebSockets");
    }
    if (core_->sockets >= core_->opts.max_sockets) {
      response answer = error_response(
          503, "Too many WebSockets: at most " + std::to_string(core_->opts.max_sockets));
      answer.headers.push_back({"Retry-After", "1"});
      return send(std::move(answer));
    }
    // Beast reads one line of each header where several are allowed: it gets what was found good.
    upgrade_request_ = {wire::verb::get, "/", 11};
    upgrade_request_.set(wire::field::host, "localhost");
    upgrade_request_.set(wire::field::connection, "Upgrade");
    upgrade_request_.set(wire::field::upgrade, "websocket");
    upgrade_request_.set(wire::field::sec_websocket_version, "13");
    upgrade_request_.set(wire::field::sec_websocket_key, *asked.find_header("Sec-WebSocket-Key"));
    ++core_->sockets;
    const auto leave = [shared = core_](void*) { --shared->sockets; };
    socket_acceptor acceptor = upgrade_exchange::make(core_, shared_from_this(),
                                                      std::shared_ptr<void>(core_.get(), leave));
    try {
      core_->opts.upgrade(std::move(asked), acceptor);
    } catch (const std::exception& failure) {
      spdlog::error("http: a handler failed: {}", failure.what());
      acceptor.refuse(error_response(500, "Internal error"));
    }
  }

  void answered(error_code error) {
    if (error) return close();
    if (keep_alive_) return read_request();
    linger(stream_, shared_from_this());
  }

  /// A stream's client has nothing more to say; its end shows as the end of this read.
  void watch_peer() {
    stream_.async_read_some(asio::buffer(waste_),
                            [self = shared_from_this()](error_code error, std::size_t) {
                              if (error) return self->close();
                              self->watch_peer();
                            });
  }

  void write_outgoing(std::size_t from = 0) {
    writing_ = true;
    stream_.expires_after(core_->opts.write_timeout);
    stream_.async_write_some(asio::buffer(outgoing_) + from,
                             [self = shared_from_this(), from](error_code error, std::size_t n) {
                               if (error) {
                                 self->writing_ = false;
                                 return self->close();
                               }
                               if (from + n < self->outgoing_.size())
                                 return self->write_outgoing(from + n);
                               self->writing_ = false;
                               if (self->last_) return self->close_politely();
                               self->pump();
                             });
  }

  void close_politely() {
    if (stream_.tls()) return linger(stream_, shared_from_this());
    error_code ignored;
    stream_.tcp().socket().shutdown(tcp::socket::shutdown_both, ignored);
    close();
  }

  const std::shared_ptr<core> core_;
  std::shared_ptr<void> seat_;
  byte_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<wire::request_parser<wire::string_body>> parser_;
  std::string peer_;
  unsigned version_ = 11;
  bool keep_alive_ = true;
  bool head_ = false;
  std::array<char, 4096> waste_{};
  bool plain_on_tls_ = false;
  bool gone_ = false;  // to a WebSocket
  bool silent_ = false;
  wire::request<wire::string_body> upgrade_request_;

  std::shared_ptr<stream_state> state_;  // set while the answer is a stream
  std::string outgoing_;
  bool chunked_ = true;
  bool writing_ = false;
  bool last_ = false;
};

}  // namespace

void open_session(std::shared_ptr<core> shared, tcp::socket socket, std::shared_ptr<void> seat) {
  const auto one = std::make_shared<session>(shared, std::move(socket), std::move(seat));
  shared->add(one);
  one->start();
}

}  // namespace outcry::http::detail
