#include "adapters/http/server.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <spdlog/spdlog.h>

namespace outcry::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;

namespace detail {

class session;

/// What all connections share. Everything but `post` and `stop` belongs to the I/O thread.
class core : public std::enable_shared_from_this<core> {
public:
  core(options given, handler wanted)
      : opts(std::move(given)), handle(std::move(wanted)), acceptor_(context), pause_(context) {}

  void start();
  void stop();
  void accept();

  /// Runs `work` on the I/O thread; dropped once the server has stopped.
  template <class Work>
  void post(Work work) {
    const std::lock_guard lock(mutex_);
    if (!stopped_) asio::post(context, std::move(work));
  }

  asio::io_context context{1};
  const options opts;
  const handler handle;
  std::uint16_t port = 0;

  /// Called by the sessions themselves. A late answer may end a session on another thread.
  void add(const std::shared_ptr<session>& one);
  void remove(session* one);

private:
  void accepted(error_code error, tcp::socket socket);

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::mutex sessions_mutex_;
  std::map<session*, std::weak_ptr<session>> sessions_;
  std::thread thread_;
};

/// The queue between whoever writes a stream and the session that sends it.
class stream_state {
public:
  stream_state(std::shared_ptr<core> shared, std::weak_ptr<session> to)
      : core_(std::move(shared)), session_(std::move(to)) {}

  bool write(std::string bytes);
  void close();
  bool open();
  void on_close(std::function<void()> gone);

  /// Takes what is queued, joined up to about 1 MiB; empty if there is nothing. `last` is set when
  /// the stream ends behind it. Session only.
  std::string take(bool& last);
  /// The connection has ended. Session only.
  void ended();

private:
  void wake();

  const std::shared_ptr<core> core_;
  const std::weak_ptr<session> session_;
  std::mutex mutex_;
  struct piece {
    std::string bytes;
    bool counted;
  };
  std::deque<piece> queue_;
  std::size_t queued_ = 0;  // bytes of the counted pieces
  bool sending_ = false;    // bytes are with the kernel, or a wake-up is on its way
  bool closing_ = false;
  bool ended_ = false;
  std::function<void()> gone_;
};

/// One request waiting for its answer.
class exchange {
public:
  exchange(std::shared_ptr<core> shared, std::shared_ptr<session> from)
      : core_(std::move(shared)), session_(std::move(from)) {}
  ~exchange();
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  void respond(response answer);
  stream_writer start_stream(response head);
  static responder make(std::shared_ptr<core> shared, std::shared_ptr<session> from) {
    return responder(std::make_shared<exchange>(std::move(shared), std::move(from)));
  }

private:
  std::shared_ptr<session> claim();

  const std::shared_ptr<core> core_;
  std::mutex mutex_;
  std::shared_ptr<session> session_;  // empty once answered
};

/// Header names and values are ours or echoed from a request; a line break in one would let the
/// sender write headers of his own.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return text;
}

/// One connection. Lives on the I/O thread only.
class session : public std::enable_shared_from_this<session> {
public:
  session(std::shared_ptr<core> shared, tcp::socket socket)
      : core_(std::move(shared)), stream_(std::move(socket)) {
    error_code error;
    const auto remote = stream_.socket().remote_endpoint(error);
    if (!error) {
      peer_ = (remote.address().is_v6() ? "[" + remote.address().to_string() + "]"
                                        : remote.address().to_string()) +
              ":" + std::to_string(remote.port());
    }
    stream_.socket().set_option(tcp::no_delay(true), error);
  }

  ~session() {
    core_->remove(this);
    if (state_) state_->ended();
  }

  session(const session&) = delete;
  session& operator=(const session&) = delete;

  void read_request() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(core_->opts.max_header));
    parser_->body_limit(core_->opts.max_body);
    stream_.expires_after(core_->opts.idle_timeout);
    wire::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](error_code error, std::size_t) { self->header_read(error); });
  }

  void send(response answer) {
    const bool head = head_;
    const bool bodiless = answer.status == 204 || answer.status == 304;
    auto message = std::make_shared<message_type>();
    message->version(version_);
    message->result(static_cast<unsigned>(answer.status));
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

  void begin_stream(response head, std::shared_ptr<stream_state> state) {
    state_ = std::move(state);
    chunked_ = version_ == 11;
    std::string text = "HTTP/1.1 " + std::to_string(head.status) + " " +
                       std::string(wire::obsolete_reason(
                           wire::int_to_status(static_cast<unsigned>(head.status)))) +
                       "\r\n";
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

  /// Sends what the stream's writers have queued, unless a write is under way already.
  void pump() {
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

  void close() {
    stream_.close();
    if (state_) state_->ended();
  }

private:
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

  void header_read(error_code error) {
    if (error) return read_failed(error);
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

  void read_body() {
    stream_.expires_after(core_->opts.body_timeout);
    wire::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (error) return self->read_failed(error);
                       self->handle_request();
                     });
  }

  void read_failed(error_code error) {
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
    auto message = parser_->release();
    version_ = message.version() >= 11 ? 11 : 10;
    keep_alive_ = message.keep_alive();
    request asked;
    asked.method = std::string(message.method_string());
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
    if (wire::token_list{message[wire::field::connection]}.exists("upgrade") &&
        !message[wire::field::upgrade].empty()) {
      return upgrade();
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

  /// Where a protocol that takes the connection over (WebSocket) will get the stream.
  void upgrade() {
    keep_alive_ = false;
    send(error_response(501, "Upgrade is not supported here"));
  }

  void answered(error_code error) {
    if (error) return close();
    if (keep_alive_) return read_request();
    linger();
  }

  /// Says good-bye and waits a moment for the client to do the same: closing at once while it is
  /// still sending would make its kernel throw our answer away.
  void linger() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(std::chrono::seconds(2));
    discard();
  }

  void discard() {
    stream_.async_read_some(asio::buffer(waste_),
                            [self = shared_from_this()](error_code error, std::size_t n) {
                              self->discarded_ += n;
                              if (error || self->discarded_ > self->core_->opts.max_body) {
                                return self->close();
                              }
                              self->discard();
                            });
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
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    close();
  }

  const std::shared_ptr<core> core_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<wire::request_parser<wire::string_body>> parser_;
  std::string peer_;
  unsigned version_ = 11;
  bool keep_alive_ = true;
  bool head_ = false;
  std::array<char, 4096> waste_{};
  std::uint64_t discarded_ = 0;

  std::shared_ptr<stream_state> state_;  // set while the answer is a stream
  std::string outgoing_;
  bool chunked_ = true;
  bool writing_ = false;
  bool last_ = false;
};

// -- core -------------------------------------------------------------------------------------

void core::start() {
  const std::string name = opts.address + ":" + std::to_string(opts.port);
  error_code error;
  const auto address = asio::ip::make_address(opts.address, error);
  if (error) {
    throw std::runtime_error("cannot listen on " + name +
                             ": expected an IPv4 or IPv6 address, found \"" + opts.address + "\"");
  }
  const tcp::endpoint endpoint(address, opts.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(1024, error);
  if (error) throw std::runtime_error("cannot listen on " + name + ": " + error.message());
  port = acceptor_.local_endpoint().port();
  accept();
  thread_ = std::thread([self = shared_from_this()] {
    for (;;) {
      try {
        self->context.run();
        return;
      } catch (const std::exception& failure) {
        spdlog::error("http: {}", failure.what());
      }
    }
  });
}

void core::accept() {
  acceptor_.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    self->accepted(error, std::move(socket));
  });
}

void core::accepted(error_code error, tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (error) {
    // Out of file descriptors, most likely: trying again at once would only burn the CPU.
    spdlog::warn("http: cannot accept a connection: {}", error.message());
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([self = shared_from_this()](error_code stopped) {
      if (!stopped) self->accept();
    });
    return;
  }
  std::size_t count = 0;
  {
    const std::lock_guard lock(sessions_mutex_);
    count = sessions_.size();
  }
  if (count >= opts.max_connections) {
    static constexpr std::string_view busy =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n"
        "Retry-After: 1\r\n\r\n";
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(busy), ignored);
    socket.shutdown(tcp::socket::shutdown_both, ignored);
  } else {
    const auto one = std::make_shared<session>(shared_from_this(), std::move(socket));
    add(one);
    one->read_request();
  }
  accept();
}

void core::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    asio::post(context, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      // Closing a session may end it, and with it its place in the map.
      std::vector<std::shared_ptr<session>> open;
      {
        const std::lock_guard guard(sessions_mutex_);
        for (const auto& [key, weak] : sessions_) {
          if (auto held = weak.lock()) open.push_back(std::move(held));
        }
      }
      for (const auto& one : open) one->close();
    });
  }
  if (thread_.joinable()) thread_.join();
}

void core::add(const std::shared_ptr<session>& one) {
  const std::lock_guard lock(sessions_mutex_);
  sessions_.emplace(one.get(), one);
}

void core::remove(session* one) {
  const std::lock_guard lock(sessions_mutex_);
  sessions_.erase(one);
}

// -- stream_state -----------------------------------------------------------------------------

bool stream_state::write(std::string bytes) {
  if (bytes.empty()) return open();
  bool cut_off = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || closing_) return false;
    // Neither the message being sent nor this one counts: a large message is no sign of a slow
    // client, a second one still waiting behind it is.
    cut_off = sending_ && queued_ > core_->opts.max_stream_queue;
    if (cut_off) {
      closing_ = true;
      queue_.clear();
    } else {
      if (sending_) queued_ += bytes.size();
      queue_.push_back({std::move(bytes), sending_});
      if (sending_) return true;
      sending_ = true;
    }
  }
  if (!cut_off) {
    wake();
    return true;
  }
  core_->post([to = session_] {
    if (auto target = to.lock()) target->close();
  });
  return false;
}

void stream_state::wake() {
  core_->post([to = session_] {
    if (auto target = to.lock()) target->pump();
  });
}

void stream_state::close() {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || closing_) return;
    closing_ = true;
    if (sending_) return;
    sending_ = true;
  }
  wake();
}

bool stream_state::open() {
  const std::lock_guard lock(mutex_);
  return !ended_ && !closing_;
}

void stream_state::on_close(std::function<void()> gone) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) {
      gone_ = std::move(gone);
      return;
    }
  }
  gone();
}

std::string stream_state::take(bool& last) {
  constexpr std::size_t enough = 1u << 20;
  const std::lock_guard lock(mutex_);
  std::string bytes;
  while (!queue_.empty() &&
         (bytes.empty() || bytes.size() + queue_.front().bytes.size() <= enough)) {
    piece& next = queue_.front();
    if (next.counted) queued_ -= next.bytes.size();
    if (bytes.empty()) {
      bytes = std::move(next.bytes);
    } else {
      bytes += next.bytes;
    }
    queue_.pop_front();
  }
  last = closing_ && queue_.empty();
  sending_ = !bytes.empty() || last;
  return bytes;
}

void stream_state::ended() {
  std::function<void()> gone;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    queue_.clear();
    gone.swap(gone_);
  }
  if (gone) gone();
}

// -- exchange ---------------------------------------------------------------------------------

std::shared_ptr<session> exchange::claim() {
  const std::lock_guard lock(mutex_);
  return std::exchange(session_, nullptr);
}

exchange::~exchange() {
  respond(error_response(500, "The request was not answered"));
}

void exchange::respond(response answer) {
  if (auto to = claim()) {
    core_->post([to = std::move(to), answer = std::move(answer)]() mutable {
      to->send(std::move(answer));
    });
  }
}

stream_writer exchange::start_stream(response head) {
  auto to = claim();
  if (!to) return {};
  auto state = std::make_shared<stream_state>(core_, to);
  core_->post([to = std::move(to), head = std::move(head), state]() mutable {
    to->begin_stream(std::move(head), std::move(state));
  });
  return stream_writer(std::move(state));
}

}  // namespace detail

// -- handles ----------------------------------------------------------------------------------

stream_writer::stream_writer(std::shared_ptr<detail::stream_state> state)
    : state_(std::move(state)) {}

bool stream_writer::write(std::string bytes) const {
  return state_ && state_->write(std::move(bytes));
}

void stream_writer::close() const {
  if (state_) state_->close();
}

bool stream_writer::open() const {
  return state_ && state_->open();
}

void stream_writer::on_close(std::function<void()> gone) const {
  if (state_) {
    state_->on_close(std::move(gone));
  } else {
    gone();
  }
}

responder::responder(std::shared_ptr<detail::exchange> exchange) : exchange_(std::move(exchange)) {}

void responder::respond(response answer) const {
  exchange_->respond(std::move(answer));
}

stream_writer responder::start_stream(response head) const {
  return exchange_->start_stream(std::move(head));
}

server::server(options opts, handler handle)
    : core_(std::make_shared<detail::core>(std::move(opts), std::move(handle))) {
  core_->start();
}

server::~server() {
  stop();
}

std::uint16_t server::port() const {
  return core_->port;
}

void server::stop() {
  core_->stop();
}

}  // namespace outcry::http
