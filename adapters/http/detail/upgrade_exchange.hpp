#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "adapters/http/detail/core.hpp"

namespace outcry::http::detail {

/// One handshake waiting for its decision.
class upgrade_exchange {
public:
  upgrade_exchange(std::shared_ptr<core> shared, std::shared_ptr<connection> from,
                   std::shared_ptr<void> place)
      : core_(std::move(shared)), session_(std::move(from)), place_(std::move(place)) {}
  ~upgrade_exchange();
  upgrade_exchange(const upgrade_exchange&) = delete;
  upgrade_exchange& operator=(const upgrade_exchange&) = delete;

  socket accept();
  void refuse(response answer);
  static socket_acceptor make(std::shared_ptr<core> shared, std::shared_ptr<connection> from,
                              std::shared_ptr<void> place) {
    return socket_acceptor(
        std::make_shared<upgrade_exchange>(std::move(shared), std::move(from), std::move(place)));
  }

private:
  std::shared_ptr<connection> claim();

  const std::shared_ptr<core> core_;
  std::mutex mutex_;
  std::shared_ptr<connection> session_;  // empty once decided
  std::shared_ptr<void> place_;
};

}  // namespace outcry::http::detail
