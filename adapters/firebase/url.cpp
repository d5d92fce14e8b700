#include "adapters/firebase/url.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>

#include <arpa/inet.h>

namespace outcry::firebase {

namespace {

constexpr std::size_t max_key_bytes = 768;
constexpr std::size_t max_depth = 32;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return result;
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool ipv4(std::string_view host, std::array<std::uint8_t, 4>& bytes) {
  return inet_pton(AF_INET, std::string(host).c_str(), bytes.data()) == 1;
}

bool ipv6(std::string_view host, std::array<std::uint8_t, 16>& bytes) {
  return inet_pton(AF_INET6, std::string(host).c_str(), bytes.data()) == 1;
}

bool is_private_neighbour(std::string_view host) {
  if (std::array<std::uint8_t, 4> b{}; ipv4(host, b))
    return b[0] == 10 || (b[0] == 172 && b[1] >= 16 && b[1] < 32) || (b[0] == 192 && b[1] == 168);
  if (std::array<std::uint8_t, 16> b{}; ipv6(host, b)) return (b[0] & 0xfe) == 0xfc;
  return host.find('.') == std::string_view::npos;
}

bool below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() + 1 && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

/// The number of bytes of the well-formed UTF-8 sequence at the front of `text`; 0 = ill-formed.
std::size_t utf8_length(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  if (first == 0xe0 && byte(1) < 0xa0) return 0;
  if (first == 0xed && byte(1) > 0x9f) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return size;
}

void check_key(std::string_view key) {
  if (key.size() > max_key_bytes)
    throw std::invalid_argument(
        fmt::format("path: a key has {} bytes, at most {} are allowed", key.size(), max_key_bytes));
  for (std::string_view rest = key; !rest.empty();) {
    const auto length = utf8_length(rest);
    if (length == 0) throw std::invalid_argument("path: a key is not UTF-8");
    const auto c = static_cast<unsigned char>(rest.front());
    if (c < 0x20 || c == 0x7f)
      throw std::invalid_argument(
          fmt::format("path: a key holds the control character 0x{:02x}", c));
    rest.remove_prefix(length);
  }
  if (key == ".priority" || key == ".value" || key == ".info" || key == ".settings") return;
  if (auto at = key.find_first_of(".#$[]"); at != std::string_view::npos)
    throw std::invalid_argument(
        fmt::format("path: key '{}' holds '{}'; . # $ [ ] are not allowed", key, key[at]));
}

/// Calls `visit(name, whole)` for each parameter.
template <class Visit>
void each_parameter(std::string_view query, Visit visit) {
  while (!query.empty()) {
    const auto whole = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), whole.size() + 1));
    if (!whole.empty()) visit(whole.substr(0, whole.find('=')), whole);
  }
}

}  // namespace

std::string http_url::origin() const {
  const bool own_port = port.empty() || (scheme == "https" ? port == "443" : port == "80");
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}", scheme, v6 ? "[" + host + "]" : host, own_port ? "" : ":",
                     own_port ? "" : port);
}

http_url split_url(std::string_view text, std::string_view what) {
  auto fail = [&](std::string_view why) {
    throw std::invalid_argument(fmt::format("{}: {}", what, why));
  };
  for (char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      fail("a URL holds no spaces, control or non-ASCII characters; percent-encode them");
  http_url url;
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) fail("expected https://host, found no '://'");
  url.scheme = lower(text.substr(0, scheme_end));
  if (url.scheme != "https" && url.scheme != "http")
    fail(fmt::format("expected the scheme https, found '{}'", url.scheme));
  text.remove_prefix(scheme_end + 3);
  text = text.substr(0, text.find('#'));
  auto authority = text.substr(0, text.find_first_of("/?\\"));
  text.remove_prefix(authority.size());
  if (authority.find('@') != std::string_view::npos)
    fail("a user or password in the URL is not allowed; use a credentials file");
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    std::array<std::uint8_t, 16> bytes{};
    if (end == std::string_view::npos || !ipv6(authority.substr(1, end - 1), bytes))
      fail("the IPv6 address in brackets is not valid");
    url.host = lower(authority.substr(1, end - 1));
    authority.remove_prefix(end + 1);
  } else {
    const auto end = std::min(authority.find(':'), authority.size());
    url.host = lower(authority.substr(0, end));
    authority.remove_prefix(end);
    if (url.host.empty()) fail("the host is missing");
    for (char c : url.host)
      if (!is_alnum(c) && c != '.' && c != '-' && c != '_')
        fail(fmt::format("the host name holds '{}'", c));
  }
  if (!authority.empty()) {
    if (authority.front() != ':') fail("expected ':port' after the host");
    url.port = authority.substr(1);
    const bool digits =
        std::all_of(url.port.begin(), url.port.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || url.port.empty() || url.port.size() > 5 || std::stoi(url.port) < 1 ||
        std::stoi(url.port) > 65535)
      fail(fmt::format("the port must be 1 to 65535, found '{}'", url.port));
  }
  if (text.starts_with('\\')) fail("a backslash is not allowed");
  const auto path_end = std::min(text.find('?'), text.size());
  url.path = text.substr(0, path_end);
  if (url.path.empty()) url.path = "/";
  if (path_end < text.size()) url.query = text.substr(path_end + 1);
  return url;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  if (std::array<std::uint8_t, 4> b{}; ipv4(host, b)) return b[0] == 127;
  if (std::array<std::uint8_t, 16> b{}; ipv6(host, b))
    return b[15] == 1 && std::all_of(b.begin(), b.end() - 1, [](auto x) { return x == 0; });
  return false;
}

bool plain_http_allowed(std::string_view host, const url_options& options) {
  return is_loopback(host) || (options.container_network && is_private_neighbour(host));
}

bool is_google_database(const http_url& url) {
  return url.scheme == "https" && (url.port.empty() || url.port == "443") &&
         (below(url.host, "firebaseio.com") || below(url.host, "firebasedatabase.app"));
}

bool may_carry_credentials(const http_url& home, const http_url& target) {
  return home.origin() == target.origin() ||
         (is_google_database(home) && is_google_database(target));
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      result += c;
    } else {
      result += '%';
      result += digits[byte >> 4];
      result += digits[byte & 15];
    }
  }
  return result;
}

std::string without_parameter(std::string_view query, std::string_view name) {
  std::string result;
  each_parameter(query, [&](std::string_view key, std::string_view whole) {
    if (key == name) return;
    if (!result.empty()) result += '&';
    result += whole;
  });
  return result;
}

std::string parameter(std::string_view query, std::string_view name) {
  std::string result;
  each_parameter(query, [&](std::string_view key, std::string_view whole) {
    if (key == name && whole.size() > key.size()) result = whole.substr(key.size() + 1);
  });
  return result;
}

std::string encode_path(std::string_view path) {
  std::string result;
  std::size_t depth = 0;
  while (!path.empty()) {
    const auto key = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), key.size() + 1));
    if (key.empty()) continue;
    check_key(key);
    if (++depth > max_depth)
      throw std::invalid_argument(fmt::format("path: deeper than {} keys", max_depth));
    result += '/';
    result += percent_encode(key);
  }
  if (result.empty()) result = "/";
  return result + ".json";
}

database_url database_url::parse(std::string_view text, const url_options& options) {
  constexpr std::string_view what = "database URL";
  database_url result;
  result.options_ = options;
  result.url_ = split_url(text, what);
  auto& url = result.url_;
  if (url.scheme == "http" && !plain_http_allowed(url.host, options))
    throw std::invalid_argument(fmt::format(
        "{}: http:// is allowed on this machine only{}, found host '{}'; use https://", what,
        options.container_network ? " and to neighbour containers" : "", url.host));
  if (url.path != "/")
    throw std::invalid_argument(
        fmt::format("{}: expected the database's root, found the path '{}'", what, url.path));
  if (!without_parameter(url.query, "ns").empty())
    throw std::invalid_argument(
        fmt::format("{}: only the parameter ns is allowed (no auth=; use a token file)", what));
  result.name_space_ = parameter(url.query, "ns");
  url.query.clear();
  return result;
}

std::string database_url::locate(std::string_view path, std::string_view parameters) const {
  std::string result = origin() + encode_path(path);
  char separator = '?';
  if (!parameters.empty()) {
    result += separator;
    result += parameters;
    separator = '&';
  }
  if (!name_space_.empty()) {
    result += separator;
    result += "ns=" + name_space_;
  }
  return result;
}

}  // namespace outcry::firebase
