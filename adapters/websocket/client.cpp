#include "adapters/websocket/client.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include <netdb.h>

#include "adapters/websocket/address.hpp"
#include "adapters/websocket/wire.hpp"

namespace outcry::websocket {

namespace {

/// Blocks as long as the name server pleases.
endpoints look_up(const std::string& host, const std::string& port, std::string& problem) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  endpoints result;
  if (const int failed = getaddrinfo(host.c_str(), port.c_str(), &wanted, &found); failed != 0) {
    problem = gai_strerror(failed);
    return result;
  }
  for (auto* one = found; one != nullptr; one = one->ai_next) {
    tcp::endpoint place;
    if (one->ai_addrlen > place.capacity()) continue;
    std::copy_n(reinterpret_cast<const char*>(one->ai_addr), one->ai_addrlen,
                reinterpret_cast<char*>(place.data()));
    place.resize(one->ai_addrlen);
    result.push_back(place);
  }
  freeaddrinfo(found);
  return result;
}

}  // namespace

class client::core final : public listener {
public:
  core(const std::string& url, client_options options, client_handlers handlers)
      : place_(parse_address(url)),
        options_(std::move(options)),
        handlers_(std::move(handlers)),
        tls_(asio::ssl::context::tls_client),
        timer_(context_),
        mail_(std::make_shared<mailbox>()) {
    if (place_.secure) {
      prepare_tls();
      wire_ = std::make_unique<stream_wire<tls_stream>>(*this, place_, options_, context_, tls_);
    } else {
      wire_ = std::make_unique<stream_wire<plain_stream>>(*this, place_, options_, context_);
    }
    mail_->to = this;
    asio::post(context_, [this] { resolve(); });
    thread_ = std::thread([this] { run(); });
  }

  ~core() override {
    {
      const std::lock_guard lock(mail_->mutex);
      mail_->to = nullptr;
    }
    context_.stop();
    thread_.join();
  }

  bool send(std::string text) {
    const std::lock_guard lock(mutex_);
    if (state_ != state::open || queued_bytes_ + text.size() > options_.max_queued_bytes)
      return false;
    queued_bytes_ += text.size();
    queue_.push_back(std::move(text));
    if (queue_.size() == 1) asio::post(context_, [this] { write_next(); });
    return true;
  }

  void close(std::uint16_t code, std::string reason) {
    const std::lock_guard lock(mutex_);
    if (state_ == state::closing || state_ == state::over) return;
    const bool open = state_ == state::open;
    state_ = state::closing;
    asio::post(context_, [this, open, code, reason = std::move(reason)]() mutable {
      if (!open) return ended(0, {}, "closed before it was open");
      closing_ = {code, std::move(reason)};
      timer_.expires_after(options_.close_timeout);
      timer_.async_wait([this](error_code stopped) {
        if (!stopped) ended(0, {}, "the peer did not answer the close");
      });
      if (!writing_) write_next();
    });
  }

private:
  enum class state { connecting, open, closing, over };

  /// How the thread that asks the name server finds us, as long as we are there.
  struct mailbox {
    std::mutex mutex;
    core* to = nullptr;
  };

  void prepare_tls() {
    if (SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION) != 1)
      throw std::runtime_error("TLS 1.2 is not available");
    error_code error;
    tls_.set_default_verify_paths(error);
    if (options_.ca_file.empty()) return;
    tls_.load_verify_file(options_.ca_file, error);
    if (error)
      throw std::runtime_error("CA file " + options_.ca_file +
                               ": expected PEM certificates: " + error.message());
  }

  void run() {
    try {
      context_.run();
    } catch (const std::exception& failure) {
      spdlog::error("websocket: {}", failure.what());
    }
  }

  void resolve() {
    error_code error;
    const auto ip = asio::ip::make_address(place_.host, error);
    if (!error) {
      const auto port = static_cast<unsigned short>(std::stoi(place_.port));
      return wire_->connect({tcp::endpoint(ip, port)});
    }
    timer_.expires_after(options_.connect_timeout);
    timer_.async_wait([this](error_code stopped) {
      if (!stopped) ended(0, {}, "the name server does not answer for " + place_.host);
    });
    // Nothing ends getaddrinfo, and nobody may wait for it: it gets a thread that may outlive us.
    std::thread([mail = mail_, host = place_.host, port = place_.port] {
      std::string problem;
      auto found = look_up(host, port, problem);
      const std::lock_guard lock(mail->mutex);
      if (mail->to == nullptr) return;
      asio::post(mail->to->context_,
                 [to = mail->to, found = std::move(found), problem = std::move(problem)] {
                   to->resolved(found, problem);
                 });
    }).detach();
  }

  void resolved(const endpoints& found, const std::string& problem) {
    timer_.cancel();
    if (over_) return;
    if (found.empty()) return ended(0, {}, "no address for " + place_.host + ": " + problem);
    wire_->connect(found);
  }

  void opened() override {
    {
      const std::lock_guard lock(mutex_);
      if (state_ != state::connecting) return;
      state_ = state::open;
    }
    opened_ = true;
    if (handlers_.on_open) handlers_.on_open();
  }

  void received(bool binary, std::string_view bytes) override {
    if (!over_ && !closing_ && handlers_.on_message) handlers_.on_message(binary, bytes);
  }

  void write_next() {
    if (over_ || writing_) return;
    const std::string* next = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (!queue_.empty()) next = &queue_.front();  // a deque keeps its place when others come
    }
    if (next != nullptr) {
      writing_ = true;
      wire_->write(*next);
    } else if (closing_ && !close_sent_) {
      close_sent_ = true;
      wire_->close(closing_->first, closing_->second);
    }
  }

  void written() override {
    writing_ = false;
    {
      const std::lock_guard lock(mutex_);
      queued_bytes_ -= queue_.front().size();
      queue_.pop_front();
    }
    write_next();
  }

  void ended(std::uint16_t code, std::string reason, std::string error) override {
    if (over_) return;
    over_ = true;
    {
      const std::lock_guard lock(mutex_);
      state_ = state::over;
    }
    timer_.cancel();
    wire_->cut();
    if (handlers_.on_close)
      handlers_.on_close({opened_, code, std::move(reason), std::move(error)});
  }

  const address place_;
  const client_options options_;
  const client_handlers handlers_;
  asio::io_context context_{1};
  asio::ssl::context tls_;
  asio::steady_timer timer_;
  std::unique_ptr<wire> wire_;
  std::shared_ptr<mailbox> mail_;
  std::thread thread_;

  // Of the I/O thread.
  bool opened_ = false;
  bool over_ = false;
  bool writing_ = false;
  bool close_sent_ = false;
  std::optional<std::pair<std::uint16_t, std::string>> closing_;

  std::mutex mutex_;  // guards what follows
  state state_ = state::connecting;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
};

client::client(const std::string& url, client_options options, client_handlers handlers)
    : core_(std::make_unique<core>(url, std::move(options), std::move(handlers))) {}

client::~client() = default;

bool client::send(std::string text) {
  return core_->send(std::move(text));
}

void client::close(std::uint16_t code, std::string reason) {
  core_->close(code, std::move(reason));
}

}  // namespace outcry::websocket
