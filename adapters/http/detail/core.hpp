#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapters/http/detail/connection.hpp"
#include "adapters/http/detail/seats.hpp"
#include "adapters/http/detail/spare_peers.hpp"
#include "adapters/http/detail/unfinished_input.hpp"
#include "adapters/http/server.hpp"

namespace boost::asio::ssl {
class context;
}

namespace outcry::http::detail {

/// What all connections share. Everything but `post` and `stop` belongs to the I/O thread.
class core : public std::enable_shared_from_this<core> {
public:
  core(options given, handler wanted)
      : opts(std::move(given)),
        handle(std::move(wanted)),
        unfinished(opts.max_unfinished),
        acceptor_(context),
        pause_(context) {}

  void start();
  void use_tls(const tls_files& files);
  void stop();
  void accept();

  /// Runs `work` on the I/O thread; dropped once the server has stopped: false then.
  template <class Work>
  bool post(Work work) {
    const std::lock_guard lock(mutex_);
    if (!stopped_) boost::asio::post(context, std::move(work));
    return !stopped_;
  }

  boost::asio::io_context context{1};
  const options opts;
  const handler handle;
  std::uint16_t port = 0;
  unfinished_input unfinished;
  seats addresses;
  spare_peers silent;                       ///< connections that have not sent a whole request yet
  spare_peers strangers;                    ///< WebSockets nobody has vouched for
  std::atomic<std::size_t> connections{0};  ///< those that speak HTTP
  std::atomic<std::size_t> sockets{0};      ///< WebSockets, and handshakes that wait for a decision
  std::atomic<std::size_t> waiting{0};      ///< bytes queued for all WebSockets
  std::shared_ptr<boost::asio::ssl::context> tls;  ///< null = plain

  /// Somebody had to go or was not let in: says so in the log, once in a while.
  void complain(const char* why);

  /// Called by the peers themselves. A late answer may end a session on another thread.
  void add(const std::shared_ptr<peer>& one);
  void remove(peer* one);

private:
  void accepted(boost::system::error_code error, boost::asio::ip::tcp::socket socket);
  /// Why there is no room for a connection from there; null if there is, or room was made.
  const char* refuse(const boost::asio::ip::tcp::socket& socket, std::shared_ptr<void>& seat);
  void turn_away(boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::chrono::steady_clock::time_point next_complaint_{};
  std::size_t complaints_ = 0;
  std::mutex mutex_;
  bool stopped_ = false;
  std::mutex peers_mutex_;
  std::map<peer*, std::weak_ptr<peer>> peers_;
  std::thread thread_;
};

}  // namespace outcry::http::detail
