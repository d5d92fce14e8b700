#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <hiredis/hiredis.h>

#include <poll.h>
#include <sys/socket.h>

#include "messages/channels.hpp"

namespace outcry::bench {

/// A thread with poll and hiredis' own reader: the least that hearing a message takes.
class bare_listener {
public:
  bare_listener(std::uint16_t port, const std::string& ticker,
                std::function<void(const char* text, std::size_t size)> callback)
      : callback_(std::move(callback)), link_(redisConnect("127.0.0.1", port)) {
    if (link_ == nullptr || link_->err != 0) throw std::runtime_error("no connection to Redis");
    freeReplyObject(redisCommand(link_, "SUBSCRIBE %s", channels::ticker_updates(ticker).c_str()));
    thread_ = std::thread([this] { run(); });
  }
  ~bare_listener() {
    ::shutdown(link_->fd, SHUT_RDWR);
    thread_.join();
    redisFree(link_);
  }

private:
  void run() {
    pollfd waiting{link_->fd, POLLIN, 0};
    for (;;) {
      ::poll(&waiting, 1, -1);
      if (redisBufferRead(link_) != REDIS_OK) return;
      void* raw = nullptr;
      while (redisGetReplyFromReader(link_, &raw) == REDIS_OK && raw != nullptr) {
        auto* answer = static_cast<redisReply*>(raw);
        if (answer->elements == 3) callback_(answer->element[2]->str, answer->element[2]->len);
        freeReplyObject(raw);
      }
    }
  }

  std::function<void(const char*, std::size_t)> callback_;
  redisContext* link_;
  std::thread thread_;
};

}  // namespace outcry::bench
