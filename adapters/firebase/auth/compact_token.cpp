#include "adapters/firebase/auth/compact_token.hpp"

#include <algorithm>
#include <utility>

#include <openssl/evp.h>

#include "adapters/firebase/auth/strict_json.hpp"
#include "adapters/firebase/jwt.hpp"

namespace outcry::firebase::auth {

std::optional<std::string> decode_base64url(std::string_view text) {
  if (text.empty()) return std::string{};
  if (text.size() > max_token_bytes || text.size() % 4 == 1) return std::nullopt;
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '-', '+');
  std::replace(plain.begin(), plain.end(), '_', '/');
  const std::size_t padding = (4 - plain.size() % 4) % 4;
  plain.append(padding, '=');
  std::string bytes(plain.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(plain.data()),
                                   static_cast<int>(plain.size()));
  if (size != static_cast<int>(bytes.size())) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  // OpenSSL takes white space, the other alphabet and stray bits at the end.
  if (base64url(bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<compact_token> compact_token::parse(std::string_view text) {
  if (text.size() > max_token_bytes) return std::nullopt;
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  if (text.find('.', first + 1) != last) return std::nullopt;
  auto object = [](std::string_view part) -> std::optional<nlohmann::json> {
    const auto bytes = decode_base64url(part);
    auto value = bytes ? parse_strict_json(*bytes) : std::nullopt;
    if (!value || !value->is_object()) return std::nullopt;
    return value;
  };
  auto header = object(text.substr(0, first));
  auto claims = object(text.substr(first + 1, last - first - 1));
  auto signature = decode_base64url(text.substr(last + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return compact_token{std::move(*header), std::move(*claims), text.substr(0, last),
                       std::move(*signature)};
}

std::string text_member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::int64_t> time_member(const nlohmann::json& object, const char* name) {
  constexpr std::uint64_t end = std::uint64_t{1} << 53;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto seconds = found->get<std::uint64_t>();
  if (seconds >= end) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

}  // namespace outcry::firebase::auth
