#include "adapters/http/detail/websocket.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <spdlog/spdlog.h>

namespace outcry::http::detail {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using error_code = boost::system::error_code;
using steady = std::chrono::steady_clock;

/// A long message goes out in frames of this size, so that the time limit is one for progress.
constexpr std::size_t piece_size = 256u << 10;
/// What is read at once: as much as has come of the message, so that a header that announces much
/// reserves little.
constexpr std::size_t least_read = 4096;
constexpr std::size_t most_read = 65536;

/// One WebSocket. Lives on the I/O thread only.
///
/// No permessage-deflate: it costs some 300 KB a socket, a small message could unpack to a large
/// one, and secrets beside chosen text would show in the length. The messages are short.
class websocket final : public peer, public std::enable_shared_from_this<websocket> {
public:
  websocket(std::shared_ptr<core> shared, byte_stream stream, std::shared_ptr<socket_state> state,
            std::shared_ptr<void> place)
      : core_(std::move(shared)),
        state_(std::move(state)),
        place_(std::move(place)),
        ws_(std::move(stream)),
        timer_(core_->context) {}

  ~websocket() override { core_->remove(this); }

  websocket(const websocket&) = delete;
  websocket& operator=(const websocket&) = delete;

  template <class Request>
  void start(const Request& asked) {
    const options& opts = core_->opts;
    ws_.next_layer().expires_never();  // the limits of `watch` take over
    ws_.read_message_max(opts.max_socket_message);
    ws_.auto_fragment(false);
    ws_.text(true);
    ws_.control_callback([this](ws::frame_type, beast::string_view) { heard(); });
    ws_.set_option(ws::stream_base::decorator([now = opts.now](ws::response_type& answer) {
      answer.set(beast::http::field::date, http_date(now()));
      answer.erase(beast::http::field::server);
    }));
    const auto shortest =
        std::min({opts.socket_ping, opts.socket_pong_timeout, opts.socket_message_timeout,
                  opts.write_timeout, opts.socket_close_timeout});
    period_ = std::max(shortest / 2, std::chrono::milliseconds(1));
    since_ = steady::now();
    watch();
    ws_.async_accept(asked,
                     [self = shared_from_this()](error_code error) { self->accepted(error); });
  }

  void pump() override {
    if (!ready_ || ended_ || closing_) return;
    if (paused_ && state_->heard()) {
      paused_ = false;
      heard();
      if (deliver(std::move(held_))) read();
    }
    if (writing_ || closing_) return;
    bool last = false;
    if (state_->next(outgoing_, last)) return write(0);
    if (last) begin_close(ws::close_code::normal);
  }

  void close() override {
    ws_.next_layer().close();
    finish();
  }

private:
  void accepted(error_code error) {
    if (ended_) return;
    if (error) return close();
    ready_ = true;
    heard();
    read();
    pump();
  }

  void heard() {
    heard_ = steady::now();
    pinged_ = false;
  }

  void read() {
    if (ended_ || closing_) return;
    const std::size_t limit = std::clamp(buffer_.size(), least_read, most_read);
    ws_.async_read_some(buffer_, limit, [self = shared_from_this()](error_code error, std::size_t) {
      self->received(error);
    });
  }

  void received(error_code error) {
    if (ended_) return;
    // The closing handshake reads on by itself, and ends by itself.
    if (closing_) return drop_input();
    if (error) return failed(error);
    heard();
    if (ws_.got_binary()) return fail(ws::close_code::unknown_data);
    if (!ws_.is_message_done()) {
      if (core_->unfinished.set(this, buffer_.size())) begun_ = heard_;
      make_room();
      return read();
    }
    core_->unfinished.set(this, 0);
    std::string text = beast::buffers_to_string(buffer_.cdata());
    drop_input();
    if (state_->heard()) {
      if (deliver(std::move(text))) read();
      return;
    }
    held_ = std::move(text);
    paused_ = true;
    core_->unfinished.set(this, held_.size());
    make_room();
  }

  void drop_input() {
    buffer_.clear();
    if (buffer_.capacity() > most_read) buffer_.shrink_to_fit();
  }

  /// Too many half-received messages: the largest goes, with its socket, at once. A close frame
  /// would keep its memory until the peer has answered.
  void make_room() {
    while (peer* largest = core_->unfinished.excess()) {
      spdlog::warn("http: unfinished WebSocket messages exceed {} bytes: the largest is cut off",
                   core_->opts.max_unfinished);
      core_->unfinished.set(largest, 0);
      largest->close();
    }
  }

  /// False if that was the end.
  bool deliver(std::string text) {
    core_->unfinished.set(this, 0);
    try {
      state_->deliver(std::move(text));
    } catch (const std::exception& failure) {
      spdlog::error("http: a WebSocket's listener failed: {}", failure.what());
      fail(ws::close_code::internal_error);
    }
    return !ended_ && !closing_;
  }

  /// One piece after the other; the last one of a message is marked as such.
  void write(std::size_t from) {
    writing_ = true;
    wrote_ = steady::now();
    const std::size_t size = std::min(piece_size, outgoing_.size() - from);
    const std::size_t next = from + size;
    ws_.async_write_some(next == outgoing_.size(), asio::buffer(outgoing_.data() + from, size),
                         [self = shared_from_this(), next](error_code error, std::size_t) {
                           self->written(error, next);
                         });
  }

  void written(error_code error, std::size_t next) {
    writing_ = false;
    if (ended_ || closing_) return;
    if (error) return;  // reading tells what it was
    wrote_ = steady::now();
    if (next < outgoing_.size()) return write(next);
    if (outgoing_.capacity() > most_read) outgoing_ = {};
    pump();
  }

  /// Ends it for the peer's or the listener's fault, whatever is still queued.
  void fail(ws::close_code code) {
    state_->shut();
    begin_close(code);
  }

  void begin_close(ws::close_code code) {
    if (closing_) return;
    closing_ = true;
    since_ = steady::now();
    core_->unfinished.set(this, 0);
    held_ = {};
    ws_.async_close(code, [self = shared_from_this()](error_code error) {
      if (!self->ended_) self->failed(error);
    });
  }

  /// Beast has sent the close frame that was due, if any.
  void failed(error_code error) {
    const bool polite = !error || error == ws::error::closed ||
                        error.category() == make_error_code(ws::error::closed).category();
    if (!polite || writing_ || pinging_) return close();
    finish();
    linger(ws_.next_layer(), shared_from_this());
  }

  void finish() {
    if (ended_) return;
    ended_ = true;
    timer_.cancel();
    core_->unfinished.set(this, 0);
    core_->strangers.remove(this);
    place_.reset();
    state_->ended();
  }

  void watch() {
    timer_.expires_after(period_);
    timer_.async_wait([self = shared_from_this()](error_code stopped) {
      if (stopped || self->ended_) return;
      self->check(steady::now());
      if (!self->ended_) self->watch();
    });
  }

  void check(steady::time_point now) {
    const options& opts = core_->opts;
    if (!ready_ || closing_ || !ws_.is_open()) {
      if (ready_ && !closing_ && !dying_) {  // Beast is sending a close frame of its own
        dying_ = true;
        since_ = now;
      }
      if (now - since_ >= opts.socket_close_timeout) close();
      return;
    }
    if (writing_ && now - wrote_ >= opts.write_timeout) return close();
    if (buffer_.size() > 0 && now - begun_ >= opts.socket_message_timeout) {
      return fail(ws::close_code::policy_error);
    }
    if (paused_ && now - heard_ >= opts.socket_message_timeout) {
      spdlog::error("http: nobody listens to a WebSocket");
      return fail(ws::close_code::internal_error);
    }
    if (paused_ || writing_) return;  // it could not be heard; it has another limit
    if (!pinged_) {
      if (now - heard_ >= opts.socket_ping && !pinging_) ping(now);
    } else if (now - std::max(ping_sent_, wrote_) >= opts.socket_pong_timeout) {
      close();
    }
  }

  void ping(steady::time_point now) {
    pinged_ = true;
    pinging_ = true;
    ping_sent_ = now;
    ws_.async_ping({}, [self = shared_from_this()](error_code) { self->pinging_ = false; });
  }

  const std::shared_ptr<core> core_;
  const std::shared_ptr<socket_state> state_;
  std::shared_ptr<void> place_;
  ws::stream<byte_stream, false> ws_;
  asio::steady_timer timer_;
  std::chrono::milliseconds period_{};
  beast::flat_buffer buffer_;
  std::string held_;      // a message that waits for a listener, while paused_
  std::string outgoing_;  // the message being sent, while writing_

  steady::time_point since_{};      // the handshake, or the closing one, began
  steady::time_point heard_{};      // the peer gave a sign of life
  steady::time_point begun_{};      // the unfinished message was begun
  steady::time_point wrote_{};      // the kernel took something
  steady::time_point ping_sent_{};  // while pinged_
  bool ready_ = false;              // the handshake is over
  bool paused_ = false;
  bool writing_ = false;
  bool pinged_ = false;   // a ping waits for a sign of life
  bool pinging_ = false;  // and it is being written
  bool closing_ = false;
  bool dying_ = false;
  bool ended_ = false;
};

}  // namespace

void open_websocket(std::shared_ptr<core> shared, byte_stream stream,
                    const beast::http::request<beast::http::string_body>& asked,
                    std::shared_ptr<socket_state> state, std::shared_ptr<void> place) {
  const auto one = std::make_shared<websocket>(shared, std::move(stream), state, std::move(place));
  state->attach(one);
  shared->add(one);
  shared->strangers.add(one.get());
  one->start(asked);
}

}  // namespace outcry::http::detail
