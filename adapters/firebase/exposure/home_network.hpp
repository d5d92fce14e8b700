#pragma once

#include <string>
#include <vector>

namespace outcry::firebase::exposure {

/// An address of this machine.
struct interface_address {
  std::string interface;  ///< "eth0"
  std::string address;    ///< IPv4, as inet_ntop writes it

  bool operator==(const interface_address&) const = default;
};

/// The IPv4 addresses of this machine's interfaces that are up, loopback's left out. Throws
/// std::runtime_error.
std::vector<interface_address> interface_addresses();

/// Those of them that a phone on the home network can reach and the Internet cannot: private ones
/// (RFC 1918), not those of networks that containers and virtual machines have among themselves.
std::vector<std::string> home_addresses(const std::vector<interface_address>& all);

/// The names by which a home network may know the machine called `host` ("box", or
/// "box.example.org"): that name, and the one multicast DNS gives it ("box.local"). Empty if `host`
/// is no host name.
std::vector<std::string> home_names(const std::string& host);

/// As `uname` has it.
std::string host_name();

}  // namespace outcry::firebase::exposure
