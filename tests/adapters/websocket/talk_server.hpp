#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

namespace outcry::test {

/// A WebSocket server for one connection at a time that does what it is told by text messages:
/// "close <code>", "cut", "half" (half a frame, then cut), "pieces" (a text in three frames),
/// "ping", "binary <n>", "deaf" (reads and answers nothing more); everything else comes back.
class talk_server {
public:
  /// Speaks TLS with `context`, which must outlive the server; null = plain.
  explicit talk_server(SSL_CTX* context = nullptr);
  ~talk_server();
  talk_server(const talk_server&) = delete;
  talk_server& operator=(const talk_server&) = delete;

  std::uint16_t port() const { return port_; }
  /// Answers the next handshake with this status instead.
  void refuse(int status);
  /// Does not answer the next handshake.
  void ignore();

  /// Waits (at most 20 s) for a handshake; its head.
  std::string handshake();
  /// Waits (at most 20 s) for the end of a connection; the client's close code, 0 = none, -1 = no
  /// end.
  int closed();

private:
  void run();
  void serve(int socket);
  bool obey(const std::string& word);

  SSL_CTX* context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  int open_ = -1;
  int refuse_ = 0;
  bool ignore_ = false;
  bool deaf_ = false;
  std::vector<std::string> heads_;
  std::vector<int> closes_;
  std::size_t told_ = 0;

  // Of the connection.
  SSL* ssl_ = nullptr;
  int socket_ = -1;
  std::string in_;
  bool more();
  bool take(std::size_t n, std::string& out);
  void send(const std::string& bytes);

  std::thread thread_;
};

}  // namespace outcry::test
