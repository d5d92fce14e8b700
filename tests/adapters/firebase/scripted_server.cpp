#include "tests/adapters/firebase/scripted_server.hpp"

#include <chrono>
#include <stdexcept>

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace outcry::test {

namespace {

constexpr auto patience = std::chrono::seconds(20);

}  // namespace

std::string scripted_request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (strcasecmp(key.c_str(), std::string(name).c_str()) == 0) return value;
  return {};
}

void scripted_connection::answer(int status, std::string_view body,
                                 const std::vector<std::string>& headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
  for (const auto& line : headers) text += line + "\r\n";
  if (status != 204) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  send(text + "\r\n" + std::string(body));
}

void scripted_connection::open_stream() {
  send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
      "Connection: close\r\n\r\n");
}

void scripted_connection::event(std::string_view type, std::string_view data) {
  send("event: " + std::string(type) + "\ndata: " + std::string(data) + "\n\n");
}

void gate::open() {
  std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

bool gate::wait() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return open_; });
}

/// A connection over a plain socket or TLS.
class server_connection : public scripted_connection {
public:
  server_connection(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}

  void send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto n = ssl_ != nullptr
                         ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                         : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (n <= 0) {
        cut_ = true;
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  void cut() override { cut_ = true; }

  void hang() override {
    cut_ = true;
    char byte = 0;
    while (receive(&byte, 1) > 0) {
    }
  }

  int receive(char* to, std::size_t size) {
    return ssl_ != nullptr ? SSL_read(ssl_, to, static_cast<int>(size))
                           : static_cast<int>(::recv(fd_, to, size, 0));
  }

  bool done() const { return cut_; }

  /// False at the end of the connection.
  bool read(scripted_request& request) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return false;
    std::string head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    auto line = head.substr(0, head.find("\r\n"));
    head.erase(0, line.size() + 2);
    request.method = line.substr(0, line.find(' '));
    request.target =
        line.substr(request.method.size() + 1, line.rfind(' ') - request.method.size() - 1);
    while (!head.empty()) {
      line = head.substr(0, head.find("\r\n"));
      head.erase(0, line.size() + 2);
      const auto colon = line.find(": ");
      request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    const auto length = request.header("Content-Length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (buffer_.size() < size)
      if (!more()) return false;
    request.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return true;
  }

private:
  bool more() {
    char bytes[4096];
    const int n = receive(bytes, sizeof bytes);
    if (n <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  int fd_;
  SSL* ssl_;
  bool cut_ = false;
  std::string buffer_;
};

scripted_server::scripted_server(SSL_CTX* context) : context_(context) {
  // OpenSSL writes to sockets without MSG_NOSIGNAL.
  ::signal(SIGPIPE, SIG_IGN);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("scripted server: cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_loop(); });
}

scripted_server::~scripted_server() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    for (int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

std::string scripted_server::origin() const {
  return (context_ != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

void scripted_server::then(script next) {
  std::lock_guard lock(mutex_);
  scripts_.push_back(std::move(next));
}

void scripted_server::then(int status, std::string body, std::vector<std::string> headers) {
  then([status, body = std::move(body), headers = std::move(headers)](
           scripted_connection& c, const scripted_request&) { c.answer(status, body, headers); });
}

std::vector<scripted_request> scripted_server::requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return requests_.size() >= count; });
  return requests_;
}

bool scripted_server::all_closed() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return open_.empty(); });
}

std::size_t scripted_server::accepted() {
  std::lock_guard lock(mutex_);
  return accepted_;
}

void scripted_server::accept_loop() {
  while (true) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::lock_guard lock(mutex_);
    if (ending_ || fd < 0) {
      if (fd >= 0) ::close(fd);
      return;
    }
    open_.insert(fd);
    ++accepted_;
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void scripted_server::serve(int fd) {
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl(nullptr, &SSL_free);
  bool usable = true;
  if (context_ != nullptr) {
    ssl.reset(SSL_new(context_));
    SSL_set_fd(ssl.get(), fd);
    usable = SSL_accept(ssl.get()) == 1;
  }
  server_connection connection(fd, ssl.get());
  while (usable && !connection.done()) {
    scripted_request request;
    if (!connection.read(request)) break;
    script next;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
      if (!scripts_.empty()) {
        next = std::move(scripts_.front());
        scripts_.pop_front();
      }
      changed_.notify_all();
    }
    if (next)
      next(connection, request);
    else
      connection.answer(500, R"({"error":"no script"})");
  }
  std::lock_guard lock(mutex_);
  open_.erase(fd);
  ssl.reset();
  ::close(fd);
  changed_.notify_all();
}

}  // namespace outcry::test
