#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/redis/failure.hpp"

namespace outcry::redis {

/// Where a Redis server is and as whom we speak to it.
struct url {
  std::string host;            ///< name or address; empty when `socket_path` is set
  std::uint16_t port = 6379;   ///< TCP port, 1..65535
  std::string socket_path;     ///< path of a Unix socket; empty for TCP
  std::string user;            ///< ACL user; empty = the server's default user
  std::string password;        ///< empty = no AUTH is sent
  std::uint32_t database = 0;  ///< SELECTed after AUTH

  bool operator==(const url&) const = default;
};

/// Reads `redis://[[user]:password@]host[:port][/db]` or `unix://[[user]:password@]/path[?db=N]`.
/// User, password, host and path are percent-decoded; an IPv6 address stands in brackets.
/// `rediss://` is refused: hiredis 0.14 has no TLS. The failure (`malformed`) names the part that
/// is wrong and never holds the user or the password.
/// Form: https://www.iana.org/assignments/uri-schemes/prov/redis
///
/// A `password` that is kept elsewhere takes the place of the URL's; with it `user@` stands alone.
result<url> parse_url(std::string_view text, std::string_view password = {});

/// The address as a URL for people and logs; a password shows as `***`.
std::string to_string(const url& where);

}  // namespace outcry::redis
