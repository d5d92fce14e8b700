#pragma once

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
#include "adapters/http/server.hpp"

namespace outcry::http::detail {

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
    if (!stopped_) boost::asio::post(context, std::move(work));
  }

  boost::asio::io_context context{1};
  const options opts;
  const handler handle;
  std::uint16_t port = 0;

  /// Called by the sessions themselves. A late answer may end a session on another thread.
  void add(const std::shared_ptr<connection>& one);
  void remove(connection* one);

private:
  void accepted(boost::system::error_code error, boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::mutex sessions_mutex_;
  std::map<connection*, std::weak_ptr<connection>> sessions_;
  std::thread thread_;
};

}  // namespace outcry::http::detail
