#pragma once

#include <string>
#include <string_view>

namespace outcry::firebase {

/// What is allowed beyond the closed default.
struct url_options {
  /// Also allow http:// to a neighbour container: a host name without a dot, or a private address
  /// (10/8, 172.16/12, 192.168/16, fc00::/7). Never to a public name.
  bool container_network = false;
};

/// The parts of an http or https URL. Scheme and host are lower case; an IPv6 host has no brackets.
struct http_url {
  std::string scheme;
  std::string host;
  std::string port;   ///< decimal digits, empty = the scheme's own
  std::string path;   ///< starts with '/'; still percent-encoded
  std::string query;  ///< without '?'; still percent-encoded

  /// `scheme://host[:port]`, the scheme's own port left out: two URLs share a server if and only if
  /// their origins are equal.
  std::string origin() const;
};

/// Splits an absolute http or https URL. Throws std::invalid_argument that starts with `what` and
/// never repeats the query or user part, which may hold a secret. A user part is refused.
http_url split_url(std::string_view text, std::string_view what);

/// 127.0.0.0/8, ::1 and "localhost"; `host` without brackets.
bool is_loopback(std::string_view host);

/// True if plain http may be spoken to `host` under `options`.
bool plain_http_allowed(std::string_view host, const url_options& options);

/// True for https hosts below firebaseio.com and firebasedatabase.app: there, and only there, one
/// database may send its client (with the credentials) on to another host.
bool is_google_database(const http_url& url);

/// True if credentials for the database at `home` may go to `target`: the same origin, or both
/// Google's.
bool may_carry_credentials(const http_url& home, const http_url& target);

/// Percent-encodes everything but the unreserved characters of RFC 3986 (A-Z a-z 0-9 - . _ ~).
std::string percent_encode(std::string_view text);

/// `query` without the parameter `name`.
std::string without_parameter(std::string_view query, std::string_view name);

/// The raw (still encoded) value of the parameter `name`, or empty.
std::string parameter(std::string_view query, std::string_view name);

/// A database path ("/tickers/AAPL/price", leading slash optional, "" or "/" = the root) as an
/// encoded URL path that ends in ".json". Throws std::invalid_argument naming what is wrong: a key
/// must be UTF-8, 1 to 768 bytes, without . # $ [ ] and control characters; depth at most 32
/// (firebase.google.com/docs/database/usage/limits). The service's own names .priority, .value,
/// .info and .settings are allowed. Empty segments are skipped.
std::string encode_path(std::string_view path);

/// The address of one Realtime Database: an https server, or http on loopback or in a container
/// network, with the optional `?ns=` that names the database on a server that holds many.
class database_url {
public:
  /// Throws std::invalid_argument: what was expected and what was found.
  static database_url parse(std::string_view text, const url_options& options = {});

  std::string origin() const { return url_.origin(); }
  const http_url& address() const { return url_; }
  /// The encoded value of `?ns=`, or empty.
  const std::string& name_space() const { return name_space_; }
  const url_options& options() const { return options_; }

  /// `<origin>/<path>.json?<parameters>`; `parameters` are already encoded, `ns` is added.
  std::string locate(std::string_view path, std::string_view parameters = {}) const;

private:
  http_url url_;
  std::string name_space_;
  url_options options_;
};

}  // namespace outcry::firebase
