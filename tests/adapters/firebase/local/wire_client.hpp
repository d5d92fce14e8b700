#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/adapters/http/frame_client.hpp"

namespace outcry::test {

/// A client of the wire protocol over a WebSocket, as far as tests need one. It shares no code with
/// what it tests; texts are ASCII. Every wait ends after 20 s.
class wire_client {
public:
  using json = nlohmann::json;

  /// Connects and takes the greeting; signs in with `credential` if there is one. Throws
  /// std::runtime_error if that fails.
  explicit wire_client(std::uint16_t port, const std::string& credential = {});

  /// Sends a request; its number.
  int send(const std::string& action, const json& body);

  /// Sends a request and waits for the answer, {"s", "d"}; null if the connection ends instead.
  json ask(const std::string& action, const json& body);

  /// The status of the answer.
  std::string status(const std::string& action, const json& body);

  /// The next thing the server says by itself, {"a", "b"}; null if the connection ends instead.
  json next_push();

  /// Sends a whole message, in frames if it is long.
  void say(const std::string& message);

  frame_client frames;

private:
  json read();

  int count_ = 0;
  std::deque<json> pushes_;
};

}  // namespace outcry::test
