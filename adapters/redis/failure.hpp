#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace outcry::redis {

/// What went wrong, by what the caller can do about it.
enum class failure_kind : std::uint8_t {
  unreachable,      ///< no connection: refused, unknown host, no such socket; try again later
  timed_out,        ///< the server did not answer in time; the connection is given up
  closed,           ///< the server closed the connection
  auth_failed,      ///< user, password or permissions refused; trying again will not help
  protocol,         ///< the server sent bytes that are not Redis; the connection is given up
  server_error,     ///< the server answered with an error; the connection stays usable
  out_of_memory,    ///< we could not allocate what the reply needs
  cancelled,        ///< we were told to stop first; the command was never sent
  unknown_outcome,  ///< the connection broke after sending, before the answer
  malformed,        ///< the text is not what it should be; the failure says where
};

/// One failure with a sentence for a person. Never holds a password.
struct failure {
  failure_kind kind = failure_kind::protocol;
  /// For `server_error` the server's own text, such as "READONLY You can't write against...".
  std::string text;
};

/// The kind as one word, such as "timed_out".
std::string_view to_string(failure_kind kind);

/// "timed_out: no answer within 2000 ms".
std::string to_string(const failure& what);

/// The first word of a server error ("READONLY", "LOADING", "NOAUTH", "OOM", "NOGROUP"); empty
/// for every other kind of failure.
std::string_view server_code(const failure& what);

/// The value of a result that has none.
struct done {};

/// Either a value or a failure. Reading the one that is not there throws std::bad_variant_access.
template <class T>
class result {
public:
  result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  result(failure what) : content_(std::in_place_index<1>, std::move(what)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  failure& error() { return std::get<1>(content_); }
  const failure& error() const { return std::get<1>(content_); }

private:
  std::variant<T, failure> content_;
};

}  // namespace outcry::redis
