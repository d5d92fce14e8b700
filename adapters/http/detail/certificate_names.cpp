#include "adapters/http/detail/certificate_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <arpa/inet.h>

namespace outcry::http::detail {

namespace {

struct address {
  std::string bytes;  // 4 or 16; empty = not an address
  std::string text;   // as inet_ntop writes it
};

address parse_address(const std::string& name) {
  for (const int family : {AF_INET, AF_INET6}) {
    std::string bytes(family == AF_INET ? 4 : 16, '\0');
    if (::inet_pton(family, name.c_str(), bytes.data()) == 1) {
      std::string text = address_text(bytes);
      return {std::move(bytes), std::move(text)};
    }
  }
  return {};
}

/// Labels of letters, digits and inner hyphens; the first may be "*". Lower case.
std::string parse_host(const std::string& name) {
  const auto refuse = [&] {
    throw std::invalid_argument("certificate: expected a host name or an IP address, found \"" +
                                name + "\"");
  };
  std::string host = name;
  std::size_t label = 0;
  if (host.empty() || host.size() > 253) refuse();
  for (std::size_t i = 0; i <= host.size(); ++i) {
    if (i == host.size() || host[i] == '.') {
      const std::string_view text(host.data() + label, i - label);
      const bool star = text == "*" && label == 0 && i < host.size();
      if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') refuse();
      if (text.find('*') != std::string_view::npos && !star) refuse();
      label = i + 1;
      continue;
    }
    char& c = host[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '*') refuse();
  }
  // Four numbers with dots that are no address: a mistyped one, not a name.
  const std::string_view last = std::string_view(host).substr(host.rfind('.') + 1);
  if (std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; })) refuse();
  return host;
}

}  // namespace

std::string address_text(const std::string& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

std::vector<std::string> normal_names(const std::vector<std::string>& given) {
  std::vector<std::string> names;
  for (const std::string& name : given) {
    address found = parse_address(name);
    names.push_back(found.bytes.empty() ? parse_host(name) : found.text);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.empty()) throw std::invalid_argument("certificate: a name or an address is missing");
  return names;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    text += (parse_address(name).bytes.empty() ? "DNS:" : "IP:") + name;
  }
  return text;
}

std::string name_constraints(const std::vector<std::string>& names) {
  bool v4 = false;
  bool v6 = false;
  bool host = false;
  std::string text = "critical";
  for (const std::string& name : names) {
    const std::size_t size = parse_address(name).bytes.size();
    v4 = v4 || size == 4;
    v6 = v6 || size == 16;
    host = host || size == 0;
    if (size == 4) text += ",permitted;IP:" + name + "/255.255.255.255";
    if (size == 16) text += ",permitted;IP:" + name + "/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    if (size == 0) text += ",permitted;DNS:" + (name[0] == '*' ? name.substr(2) : name);
  }
  // A kind without any permitted name is not constrained at all.
  if (!v4) text += ",excluded;IP:0.0.0.0/0.0.0.0";
  if (!v6) text += ",excluded;IP:::/::";
  if (!host) text += ",permitted;DNS:invalid";  // a name that nobody has (RFC 2606)
  return text;
}

}  // namespace outcry::http::detail
