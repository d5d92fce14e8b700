#pragma once

#include <string>

namespace outcry::firebase::local::wire {

/// The way to one client. Any thread.
class outgoing {
public:
  virtual ~outgoing() = default;

  /// Sends one message; dropped once the client has gone. Never blocks.
  virtual void send(const std::string& message) = 0;

  /// Sends what is queued and ends the connection.
  virtual void close() = 0;

  /// The client has signed in: others make room before it does.
  virtual void trust() {}

  /// False once the client has gone or `close` was called.
  virtual bool open() const = 0;
};

}  // namespace outcry::firebase::local::wire
