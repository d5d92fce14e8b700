#pragma once

#include <memory>

#include "adapters/http/message.hpp"

namespace outcry::http::detail {

class stream_state;

/// One client's connection, as those see it who answer its requests. I/O thread only.
class connection {
public:
  virtual ~connection() = default;

  /// Answers the request that was read last.
  virtual void send(response answer) = 0;

  /// Answers it with a stream: the head now, the rest whenever `state` has something.
  virtual void begin_stream(response head, std::shared_ptr<stream_state> state) = 0;

  /// Sends what the stream's writers have queued, unless a write is under way already.
  virtual void pump() = 0;

  virtual void close() = 0;
};

}  // namespace outcry::http::detail
