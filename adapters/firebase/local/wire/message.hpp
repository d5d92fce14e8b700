#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace outcry::firebase::local::wire {

/// A request of a client: {"t":"d","d":{"r":number,"a":action,"b":body}}.
struct request {
  std::int64_t number = 0;
  std::string action;
  nlohmann::json body;
  std::size_t size = 0;  ///< bytes of its text
};

/// What a client sent: a request, or control of the connection ("p" ping, "n" end of transmission,
/// "a" the connection for the upgrade is ready).
struct incoming {
  std::optional<request> asked;
  std::string control;  ///< empty with a request
};

/// Reads a message; nothing if it is not the protocol.
std::optional<incoming> parse(std::string_view text);

/// The number of a request of which only the beginning is there.
std::optional<std::int64_t> number_of(std::string_view beginning);

/// The answer to request `number`; `data` is JSON.
std::string reply(std::int64_t number, std::string_view status, std::string_view data);

/// As `reply`, with a refusal: `why` is said to whoever programmed the client.
std::string refuse(std::int64_t number, std::string_view status, std::string_view why);

/// What the server says by itself; `body` is JSON.
std::string push(std::string_view action, std::string_view body);

/// Control of the connection; `data` is JSON.
std::string control(std::string_view type, std::string_view data);

}  // namespace outcry::firebase::local::wire
