#include "apps/config/endpoint.hpp"

#include <charconv>

#include <arpa/inet.h>

namespace outcry::config {

std::optional<endpoint> parse_endpoint(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  endpoint result;
  auto port = text.substr(colon + 1);
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  result.address = text.substr(0, colon);
  if (result.address == "localhost") result.address = "127.0.0.1";
  in_addr four{};
  if (::inet_pton(AF_INET, result.address.c_str(), &four) == 1) {
    result.loopback = (ntohl(four.s_addr) >> 24) == 127;
    return result;
  }
  auto& name = result.address;
  if (name.size() < 2 || name.front() != '[' || name.back() != ']') return std::nullopt;
  name = name.substr(1, name.size() - 2);
  in6_addr six{};
  if (::inet_pton(AF_INET6, name.c_str(), &six) != 1) return std::nullopt;
  result.loopback = IN6_IS_ADDR_LOOPBACK(&six) != 0;
  return result;
}

}  // namespace outcry::config
