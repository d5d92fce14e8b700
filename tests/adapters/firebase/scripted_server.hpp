#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

namespace outcry::test {

/// What a client sent.
struct scripted_request {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The value of a header (name in any case), or empty.
  std::string header(std::string_view name) const;
};

/// The server's end of one connection, for a script. Sending fails silently once the peer is gone.
class scripted_connection {
public:
  virtual ~scripted_connection() = default;
  virtual void send(std::string_view bytes) = 0;
  /// Closes the connection after the script.
  virtual void cut() = 0;
  /// Blocks until the peer closes or the server ends.
  virtual void hang() = 0;

  /// A whole answer with Content-Length.
  void answer(int status, std::string_view body = {}, const std::vector<std::string>& headers = {});
  /// The head of an event stream that lasts until the connection ends.
  void open_stream();
  void event(std::string_view type, std::string_view data);
};

/// A point at which one thread waits for another, at most 20 s.
class gate {
public:
  void open();
  /// False if nobody opened it in time.
  bool wait();

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// An HTTP/1.1 server on 127.0.0.1 that answers each request by the next script in line; without
/// one it answers 500 "no script". Scripts run on the connection's own thread. Keep-alive. Ends in
/// its destructor, whatever its scripts are doing.
class scripted_server {
public:
  using script = std::function<void(scripted_connection&, const scripted_request&)>;

  scripted_server() : scripted_server(nullptr) {}
  /// Speaks TLS with `context`, which must outlive the server; null = plain.
  explicit scripted_server(SSL_CTX* context);
  ~scripted_server();
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  std::uint16_t port() const { return port_; }
  /// "http://127.0.0.1:<port>" (or https).
  std::string origin() const;

  void then(script next);
  /// A whole answer.
  void then(int status, std::string body = {}, std::vector<std::string> headers = {});

  /// Waits (at most 20 s) until `count` requests have come; returns those there are.
  std::vector<scripted_request> requests(std::size_t count);
  /// Waits (at most 20 s) until no connection is open.
  bool all_closed();
  /// How many connections were accepted so far.
  std::size_t accepted();

private:
  friend class server_connection;
  void accept_loop();
  void serve(int fd);

  SSL_CTX* context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::deque<script> scripts_;
  std::vector<scripted_request> requests_;
  std::set<int> open_;
  std::size_t accepted_ = 0;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace outcry::test
