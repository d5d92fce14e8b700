#include "adapters/inspection_http/basic_credentials.hpp"

#include <cstdint>

#include "adapters/http/message.hpp"

namespace outcry::inspection_http {

namespace {

constexpr std::size_t longest_credentials = 1024;

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::optional<std::string> base64_decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > longest_credentials) return {};
  for (int padding = 0; padding < 2 && text.back() == '='; ++padding) text.remove_suffix(1);
  std::string result;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int value = sextet(c);
    if (value < 0) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    result.push_back(static_cast<char>(bits >> held & 0xff));
  }
  // Bits that say nothing must be none: one password, one spelling.
  if ((bits & ((1U << held) - 1)) != 0) return {};
  return result;
}

}  // namespace

std::optional<std::string> after_scheme(std::string_view header, std::string_view scheme) {
  if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return {};
  if (!http::equal_ignoring_case(header.substr(0, scheme.size()), scheme)) return {};
  return std::string{header.substr(scheme.size() + 1)};
}

std::optional<std::string> basic_password(std::string_view encoded) {
  const auto whole = base64_decoded(encoded);
  if (!whole) return {};
  const auto colon = whole->find(':');
  if (colon == std::string::npos) return {};
  return whole->substr(colon + 1);
}

}  // namespace outcry::inspection_http
