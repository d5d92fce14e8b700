#include "adapters/firebase/exposure/wish.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>

#include "adapters/firebase/auth/private_file.hpp"
#include "adapters/firebase/auth/secrets.hpp"
#include "adapters/firebase/auth/strict_json.hpp"
#include "adapters/firebase/jwt.hpp"

namespace outcry::firebase::exposure {

namespace {

using nlohmann::json;

constexpr std::string_view wish_kind = "file of what is open to the home network";
constexpr std::size_t wish_bytes = 16u << 10;
constexpr std::size_t most_names = 16;

bool are_names(const json& list, std::size_t least) {
  return list.is_array() && list.size() >= least && list.size() <= most_names &&
         std::all_of(list.begin(), list.end(), [](const json& one) {
           return one.is_string() && !one.get_ref<const std::string&>().empty();
         });
}

bool is_address(const std::string& text) {
  in6_addr place{};
  return ::inet_pton(AF_INET, text.c_str(), &place) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &place) == 1;
}

}  // namespace

std::string host_of(std::string_view name, std::uint16_t port) {
  const bool six = name.find(':') != std::string_view::npos;
  return six ? fmt::format("[{}]:{}", name, port) : fmt::format("{}:{}", name, port);
}

std::string url_of(std::string_view name, std::uint16_t port) {
  std::string host = host_of(name, port);
  if (port == 443) host.resize(host.size() - 4);
  return "https://" + host + "/";
}

std::vector<std::string> hosts_of(const wish& x) {
  std::vector<std::string> hosts;
  for (const auto* list : {&x.addresses, &x.names}) {
    for (const auto& name : *list) {
      hosts.push_back(host_of(name, x.port));
      // Browsers leave this one away.
      if (x.port == 443) hosts.push_back(hosts.back().substr(0, hosts.back().size() - 4));
    }
  }
  return hosts;
}

http::own_certificate certificate_for(const wish& x, const std::filesystem::path& data_dir) {
  http::own_certificate wanted;
  wanted.files = {data_dir / "exposed.crt", data_dir / "exposed.key"};
  wanted.names = x.addresses;
  wanted.names.insert(wanted.names.end(), x.names.begin(), x.names.end());
  return wanted;
}

std::optional<wish> wish_file::load() const {
  const auto text = auth::read_private_file(path_, wish_kind, wish_bytes);
  if (!text) return std::nullopt;
  const auto refuse = [&](std::string_view expected) {
    throw std::runtime_error(fmt::format("{} {}: expected {}; write it anew with outcry expose",
                                         wish_kind, path_.string(), expected));
  };
  const auto found = auth::parse_strict_json(*text, 3);
  if (!found || !found->is_object()) refuse("a JSON object");
  const json id = found->value("id", json());
  const json addresses = found->value("addresses", json());
  const json names = found->value("names", json());
  const json port = found->value("port", json());
  if (!id.is_string()) refuse("a text \"id\"");
  if (!are_names(addresses, 1)) refuse("\"addresses\", 1 to 16 texts");
  if (!are_names(names, 0)) refuse("\"names\", at most 16 texts");
  if (!port.is_number_unsigned() || port.get<std::uint64_t>() < 1 ||
      port.get<std::uint64_t>() > 65535) {
    refuse("a \"port\" of 1 to 65535");
  }
  wish made{id.get<std::string>(), addresses.get<std::vector<std::string>>(),
            port.get<std::uint16_t>(), names.get<std::vector<std::string>>()};
  if (!std::all_of(made.addresses.begin(), made.addresses.end(), is_address))
    refuse("IP addresses in \"addresses\"");
  return made;
}

void wish_file::write(wish& x) const {
  x.id = base64url(auth::system_random_bytes(12));
  const json text{{"id", x.id}, {"addresses", x.addresses}, {"port", x.port}, {"names", x.names}};
  auth::write_private_file(path_, wish_kind, text.dump() + "\n");
}

bool wish_file::remove() const {
  return auth::remove_private_file(path_, wish_kind);
}

}  // namespace outcry::firebase::exposure
