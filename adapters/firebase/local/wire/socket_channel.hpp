#pragma once

#include <memory>
#include <utility>

#include "adapters/firebase/local/wire/connection.hpp"
#include "adapters/firebase/local/wire/outgoing.hpp"
#include "adapters/firebase/local/wire/unfinished.hpp"
#include "adapters/http/socket.hpp"

namespace outcry::firebase::local::wire {

/// A WebSocket as a transport.
class socket_channel : public outgoing {
public:
  explicit socket_channel(http::socket to) : to_(std::move(to)) {}

  /// Hands what comes to `client`, from now on. `largest`: bytes of one message; `all` counts what
  /// is half received.
  static void connect(const std::shared_ptr<socket_channel>& one,
                      const std::shared_ptr<connection>& client, std::size_t largest,
                      unfinished& all);

  void send(const std::string& message) override;
  void close() override { to_.close(); }
  void trust() override;
  bool open() const override { return to_.open(); }

private:
  class input;

  http::socket to_;
  std::weak_ptr<input> input_;
};

}  // namespace outcry::firebase::local::wire
