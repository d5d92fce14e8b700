#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"
#include "messages/interfaces/signals.hpp"

namespace outcry::signal_api {

// What the parameters of a request ask for. Unknown parameters, and those given twice, are refused.
// Everything here throws refusal, naming the parameter.

/// Of GET /messages: after, source, verdict, limit.
find_messages read_message_query(const http::request& asked);

/// Of GET /signals: after, before, source, ticker, state (several with commas), limit.
find_signals read_signal_query(const http::request& asked);

/// What a stream of signals is to hold.
struct stream_query {
  find_signals filter;                ///< source, ticker and states only
  std::optional<std::int64_t> after;  ///< nothing: from now on; 0: from the first
};

/// True if the request asks for a stream: `Accept: text/event-stream` or `stream=1`.
bool wants_stream(const http::request& asked);

/// Of a stream: after (the header Last-Event-ID goes before it), source, ticker, state.
stream_query read_stream_query(const http::request& asked);

/// A whole number of 1 to 2^63-2: an id of the store.
std::optional<std::int64_t> read_id(std::string_view text);

}  // namespace outcry::signal_api
