#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outcry::web {

/// The headers of an answer that matter here.
struct http_head {
  long status = 0;
  std::string etag;
  std::string location;
  std::string retry_after;
  std::string date;
  std::string content_type;
  /// The headers asked for with `http_request::also`, in the server's order.
  std::vector<std::pair<std::string, std::string>> also;

  /// The last value of a header in `also`, or empty; `name` in lower case.
  std::string_view value(std::string_view name) const;
};

/// One request; the views must live until `perform` returns.
struct http_request {
  std::string method;
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::optional<std::string_view> body;
  /// Further headers of the answer that are wanted: those whose name begins so; lower case; empty =
  /// none. At most 32 of them are kept.
  std::string also;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds total_timeout{0};  ///< 0 = none
  std::chrono::milliseconds stall_timeout{0};  ///< longest silence of the server; 0 = none
  bool fresh_connection = false;               ///< so that libcurl never sends it twice
};

/// How a transfer ended.
enum class http_end {
  complete,       ///< a whole answer
  ended_by_sink,  ///< the sink had enough
  not_sent,       ///< failed before a byte of the request went out
  cut,            ///< failed after that
  timed_out,      ///< after the request went out
  stalled,        ///< the server was silent for `stall_timeout`
  aborted         ///< stop was requested
};

struct http_result {
  http_end end = http_end::not_sent;
  http_head head;
  std::string error;  ///< libcurl's words, bounded; may name the host
};

/// Receives the body in pieces, with the head of the answer; false ends the transfer.
using http_sink = std::function<bool(const http_head&, std::string_view)>;

/// One libcurl easy handle with its connections kept alive. HTTP/1.1 only; certificates and host
/// names are always verified, TLS 1.2 or later; redirects are not followed; no signals. Not
/// thread-safe: one caller at a time; only the stop token may be used from other threads.
class http_session {
public:
  /// `ca_file`: a PEM file of certificates trusted beside the system's; empty = none.
  explicit http_session(std::string ca_file = {}, std::string user_agent = "outcry");
  ~http_session();
  http_session(const http_session&) = delete;
  http_session& operator=(const http_session&) = delete;

  /// Blocks until the transfer ends; a requested stop ends it at once. Exceptions of `sink` end the
  /// transfer and come out of here.
  http_result perform(const http_request& request, const std::stop_token& stop,
                      const http_sink& sink);

private:
  void configure(const http_request& request);
  std::string ca_file_;
  std::string user_agent_;
  void* multi_ = nullptr;
  void* easy_ = nullptr;
};

/// An HTTP date as UNIX seconds, or nothing.
std::optional<long long> parse_http_date(const std::string& text);

}  // namespace outcry::web
