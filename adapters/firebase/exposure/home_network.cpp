#include "adapters/firebase/exposure/home_network.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

namespace outcry::firebase::exposure {

namespace {

bool is_private(const std::string& address) {
  in_addr place{};
  if (::inet_pton(AF_INET, address.c_str(), &place) != 1) return false;
  const std::uint32_t number = ntohl(place.s_addr);
  return (number >> 24) == 10 || (number >> 20) == 0xac1 || (number >> 16) == 0xc0a8;
}

/// Bridges that no cable or radio leads to.
bool is_inner(std::string_view interface) {
  constexpr std::array<std::string_view, 8> kinds{"docker", "br-",  "veth", "virbr",
                                                  "podman", "cni-", "cni0", "lxc"};
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](std::string_view kind) { return interface.starts_with(kind); });
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

std::vector<interface_address> interface_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0)
    throw std::runtime_error(std::string("this machine's addresses: ") + std::strerror(errno));
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(first, ::freeifaddrs);
  std::vector<interface_address> all;
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    const bool up = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (!up || one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto* place = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    ::inet_ntop(AF_INET, &place->sin_addr, text.data(), text.size());
    all.push_back({one->ifa_name, text.data()});
  }
  return all;
}

std::vector<std::string> home_addresses(const std::vector<interface_address>& all) {
  std::vector<std::string> found;
  for (const auto& one : all) {
    if (is_inner(one.interface) || !is_private(one.address)) continue;
    if (std::find(found.begin(), found.end(), one.address) == found.end())
      found.push_back(one.address);
  }
  return found;
}

std::vector<std::string> home_names(const std::string& host) {
  std::string name = host;
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::string first = name.substr(0, name.find('.'));
  if (!is_label(first) || first == "localhost") return {};
  std::vector<std::string> names{first + ".local"};
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t end = std::min(name.find('.', from), name.size());
    if (!is_label(std::string_view(name).substr(from, end - from))) return names;
    from = end + 1;
  }
  const bool number = std::all_of(name.begin(), name.end(),
                                  [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  if (!number && name != names.front() && name.size() <= 253) names.push_back(name);
  return names;
}

std::string host_name() {
  std::array<char, 256> text{};
  if (::gethostname(text.data(), text.size() - 1) != 0) return {};
  return text.data();
}

}  // namespace outcry::firebase::exposure
