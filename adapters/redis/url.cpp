#include "adapters/redis/url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace outcry::redis {

namespace {

constexpr std::size_t max_url_length = 4096;

failure wrong_url(std::string text) {
  return {failure_kind::malformed, "redis url: " + std::move(text)};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Nothing for a broken escape or an escaped NUL, which no C library below us would survive.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    int high = hex_digit(text[i + 1]);
    int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string percent_encoded(std::string_view text, std::string_view also_plain) {
  std::string encoded;
  for (char c : text) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                 std::string_view("-._~").find(c) != std::string_view::npos ||
                 also_plain.find(c) != std::string_view::npos;
    if (plain)
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<failure> read_database(std::string_view text, url& where) {
  auto number = whole_number<std::uint32_t>(text);
  if (!number || *number > std::numeric_limits<std::int32_t>::max())
    return wrong_url(fmt::format("database '{}': expected a whole number from 0", text));
  where.database = *number;
  return std::nullopt;
}

std::optional<failure> read_user(std::string_view text, bool alone, url& where) {
  auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    if (!alone) return wrong_url("a user without a password: write user:password@ or :password@");
    auto user = percent_decoded(text);
    if (!user) return wrong_url("user: a '%' must be followed by two hex digits, not 00");
    where.user = *user;
    return std::nullopt;
  }
  auto user = percent_decoded(text.substr(0, colon));
  if (!user) return wrong_url("user: a '%' must be followed by two hex digits, not 00");
  auto password = percent_decoded(text.substr(colon + 1));
  if (!password) return wrong_url("password: a '%' must be followed by two hex digits, not 00");
  if (password->empty()) return wrong_url("password: it is empty; leave out the '@' for none");
  where.user = *user;
  where.password = *password;
  return std::nullopt;
}

std::optional<failure> read_port(std::string_view text, url& where) {
  auto number = whole_number<std::uint32_t>(text);
  if (!number || *number < 1 || *number > 65535)
    return wrong_url(fmt::format("port '{}': expected a number from 1 to 65535", text));
  where.port = static_cast<std::uint16_t>(*number);
  return std::nullopt;
}

std::optional<failure> read_host(std::string_view text, url& where) {
  std::string_view host;
  std::string_view rest;
  if (text.starts_with('[')) {
    auto end = text.find(']');
    if (end == std::string_view::npos) return wrong_url("host: '[' without ']'");
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':')
      return wrong_url(fmt::format("host: expected ':' and a port after ']', found '{}'", rest));
  } else {
    auto colon = std::min(text.find(':'), text.size());
    host = text.substr(0, colon);
    rest = text.substr(colon);
    if (std::count(text.begin(), text.end(), ':') > 1)
      return wrong_url(fmt::format("host '{}': an IPv6 address stands in brackets", text));
  }
  auto decoded = percent_decoded(host);
  if (!decoded) return wrong_url("host: a '%' must be followed by two hex digits, not 00");
  if (decoded->empty()) return wrong_url("host: it is missing; expected redis://host[:port][/db]");
  where.host = *decoded;
  return rest.empty() ? std::nullopt : read_port(rest.substr(1), where);
}

std::optional<failure> read_query(std::string_view query, url& where) {
  if (query.empty()) return std::nullopt;
  if (query.starts_with("db=")) return read_database(query.substr(3), where);
  return wrong_url(
      fmt::format("option '{}': only db=N is known", query.substr(0, query.find('='))));
}

}  // namespace

result<url> parse_url(std::string_view text, std::string_view password) {
  if (text.size() > max_url_length) return wrong_url("it is longer than 4096 characters");
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 127; }))
    return wrong_url("it holds a blank or a control character");
  auto separator = text.find("://");
  if (separator == std::string_view::npos)
    return wrong_url("no scheme; expected redis://host[:port][/db] or unix:///path");
  std::string scheme(text.substr(0, separator));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (scheme == "rediss")
    return wrong_url(
        "rediss:// (TLS) is not supported: hiredis 0.14 has no TLS; use redis:// on a "
        "trusted network or through a tunnel");
  if (scheme != "redis" && scheme != "unix")
    return wrong_url("unknown scheme; expected redis:// or unix://");

  auto rest = text.substr(separator + 3);
  auto end = std::min(rest.find_first_of("/?#"), rest.size());
  auto authority = rest.substr(0, end);
  auto tail = rest.substr(end);
  // Said before anything is quoted: what looks like a host here may be half a password.
  if (tail.find('@') != std::string_view::npos)
    return wrong_url("an '@' after '/', '?' or '#': percent-encode them in user and password");
  if (tail.find('#') != std::string_view::npos) return wrong_url("a '#' has no meaning here");

  url where;
  if (auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto bad = read_user(authority.substr(0, at), !password.empty(), where)) return *bad;
    authority.remove_prefix(at + 1);
  }
  if (!password.empty()) where.password = password;
  auto question = std::min(tail.find('?'), tail.size());
  auto path = tail.substr(0, question);
  auto query = question < tail.size() ? tail.substr(question + 1) : std::string_view();

  if (scheme == "unix") {
    if (!authority.empty())
      return wrong_url("a Unix socket has no host; expected unix:///path/to/redis.sock");
    auto decoded = percent_decoded(path);
    if (!decoded) return wrong_url("path: a '%' must be followed by two hex digits, not 00");
    if (decoded->size() < 2) return wrong_url("path: it is missing; expected unix:///path");
    where.socket_path = *decoded;
    where.port = 0;
  } else {
    if (auto bad = read_host(authority, where)) return *bad;
    if (path.size() > 1) {
      if (!query.empty()) return wrong_url("the database stands in the path and as an option");
      if (auto bad = read_database(path.substr(1), where)) return *bad;
    }
  }
  if (auto bad = read_query(query, where)) return *bad;
  return where;
}

std::string to_string(const url& where) {
  std::string login;
  if (!where.password.empty()) login = percent_encoded(where.user, "") + ":***@";
  if (!where.socket_path.empty()) {
    auto path = percent_encoded(where.socket_path, "/");
    return fmt::format("unix://{}{}{}", login, path,
                       where.database == 0 ? "" : fmt::format("?db={}", where.database));
  }
  auto host = where.host.find(':') == std::string::npos ? percent_encoded(where.host, "")
                                                        : "[" + where.host + "]";
  return fmt::format("redis://{}{}:{}/{}", login, host, where.port, where.database);
}

}  // namespace outcry::redis
