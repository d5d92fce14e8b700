#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outcry::http {

/// One header line. Names compare without regard to case.
struct header {
  std::string name;
  std::string value;
};

/// A whole HTTP request, body included.
struct request {
  std::string method;  ///< upper case, X-HTTP-Method-Override applied; HEAD arrives as GET
  bool head = false;   ///< the client sent HEAD: the server leaves the body of the answer away
  std::string path;    ///< as sent (still percent-encoded), without the query; begins with '/'
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in the order sent
  std::vector<header> headers;
  std::string body;
  std::string peer;  ///< address:port of the client

  /// The value of the first header called `name`, or nullptr.
  const std::string* find_header(std::string_view name) const;

  /// The value of the first query parameter called `name`, or nullptr.
  const std::string* find_parameter(std::string_view name) const;
};

/// An answer. Content-Length, Connection and Date are the server's business.
struct response {
  int status = 200;
  std::vector<header> headers;
  std::string body;
};

/// "Tue, 15 Nov 1994 08:12:31 GMT": the form of the Date header (RFC 9110, section 5.6.7).
std::string http_date(std::time_t seconds);

/// True if `left` and `right` are equal, ASCII letters compared without regard to case.
bool equal_ignoring_case(std::string_view left, std::string_view right);

/// Decodes %XX (and '+' as a space if `plus_is_space`). Returns false at a broken escape.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& decoded);

/// Splits "a=1&b=2" and decodes names and values. Returns false at a broken escape.
bool parse_query(std::string_view text,
                 std::vector<std::pair<std::string, std::string>>& parameters);

/// `{"error":"<text>"}` as JSON: the shape of every error this house sends over HTTP.
response error_response(int status, std::string_view text);

}  // namespace outcry::http
