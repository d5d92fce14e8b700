#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace outcry::firebase {

/// One event of a text/event-stream.
struct sse_event {
  std::string type;  ///< "message" if the server named none
  std::string data;  ///< its lines joined with '\n'
};

/// What a parser may hold.
struct sse_limits {
  std::size_t line_bytes = 16 * 1024 * 1024;
  std::size_t event_bytes = 16 * 1024 * 1024;  ///< of data and type together
};

/// Incremental parser of text/event-stream (html.spec.whatwg.org, 9.2.6: LF, CRLF and CR, comments,
/// byte order mark, several data lines). Pure: no I/O, no clock. What is fed may be split anywhere.
/// Fields other than event and data are skipped. Memory stays below the two limits.
class sse_parser {
public:
  using callback = std::function<void(const sse_event&)>;

  sse_parser() : sse_parser(sse_limits{}) {}
  explicit sse_parser(sse_limits limits) : limits_(limits) {}

  /// Calls `on_event` for each event completed by `bytes`. Returns false, now and until `reset`,
  /// once a limit was passed: see `error`. An exception of `on_event` comes out of here; the parser
  /// must be reset after it.
  bool feed(std::string_view bytes, const callback& on_event);

  /// Forgets everything, an incomplete event included.
  void reset();

  /// Empty, or which limit was passed.
  const std::string& error() const { return error_; }

private:
  bool line(std::string_view text, const callback& on_event);
  void dispatch(const callback& on_event);

  sse_limits limits_;
  std::string partial_;
  sse_event event_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool first_line_ = true;
  std::string error_;
};

}  // namespace outcry::firebase
