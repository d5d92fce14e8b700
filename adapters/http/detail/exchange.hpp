#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "adapters/http/detail/core.hpp"

namespace outcry::http::detail {

/// One request waiting for its answer.
class exchange {
public:
  exchange(std::shared_ptr<core> shared, std::shared_ptr<connection> from)
      : core_(std::move(shared)), session_(std::move(from)) {}
  ~exchange();
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  void respond(response answer);
  stream_writer start_stream(response head);
  static responder make(std::shared_ptr<core> shared, std::shared_ptr<connection> from) {
    return responder(std::make_shared<exchange>(std::move(shared), std::move(from)));
  }

private:
  std::shared_ptr<connection> claim();

  const std::shared_ptr<core> core_;
  std::mutex mutex_;
  std::shared_ptr<connection> session_;  // empty once answered
};

}  // namespace outcry::http::detail
