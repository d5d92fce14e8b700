#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outcry::config {

/// An address to listen on.
struct endpoint {
  std::string address;     ///< IPv4, or IPv6 without brackets
  std::uint16_t port = 0;  ///< 0 = the kernel chooses
  bool loopback = false;   ///< only this machine can reach it

  bool operator==(const endpoint&) const = default;
};

/// Reads "address:port", "[IPv6 address]:port" or "localhost:port"; nothing else.
std::optional<endpoint> parse_endpoint(std::string_view text);

/// What parse_endpoint takes, for people.
inline constexpr std::string_view endpoint_form =
    "\"address:port\" with an IPv4 address, [IPv6 address] or localhost and a port of 0 to 65535";

}  // namespace outcry::config
