#include "adapters/websocket/address.hpp"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace outcry::websocket {

namespace {

[[noreturn]] void bad_url(const std::string& what) {
  throw std::invalid_argument("WebSocket URL: expected " + what);
}

bool is_local(const std::string& host) {
  if (host == "localhost") return true;
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace

address parse_address(std::string_view url) {
  address result;
  if (url.starts_with("ws://")) {
    result.secure = false;
  } else if (!url.starts_with("wss://")) {
    bad_url("ws:// or wss:// at its start");
  }
  url.remove_prefix(result.secure ? 6 : 5);
  if (std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c >= 0x7f; }))
    bad_url("visible ASCII only");
  const auto end = std::min(url.find_first_of("/?#"), url.size());
  auto authority = url.substr(0, end);
  auto rest = url.substr(end);
  rest = rest.substr(0, rest.find('#'));
  if (!rest.empty()) result.target = (rest[0] == '?' ? "/" : "") + std::string(rest);
  if (authority.find('@') != std::string_view::npos) bad_url("no user part");
  result.port = result.secure ? "443" : "80";
  const auto closing = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const auto colon = authority.find(':', closing == std::string_view::npos ? 0 : closing);
  if (colon != std::string_view::npos) {
    result.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
    const bool digits = result.port.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || result.port.empty() || result.port.size() > 5 ||
        std::stoi(result.port) > 65535 || std::stoi(result.port) == 0)
      bad_url("a port of 1 to 65535");
  }
  if (authority.starts_with('[') && authority.ends_with(']'))
    authority = authority.substr(1, authority.size() - 2);
  result.host = authority;
  if (result.host.empty()) bad_url("a host name");
  if (!result.secure && !is_local(result.host))
    bad_url("wss:// for any host but this machine, found ws:// to '" + result.host + "'");
  return result;
}

}  // namespace outcry::websocket
