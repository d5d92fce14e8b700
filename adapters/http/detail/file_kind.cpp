#include "adapters/http/detail/file_kind.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "adapters/http/message.hpp"

namespace outcry::http::detail {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// Cuts off what stands before the next `mark`.
std::string_view next_part(std::string_view& rest, char mark) {
  const std::size_t end = std::min(rest.find(mark), rest.size());
  const std::string_view part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool is_hash_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// "0", "0.0", "0.000".
bool is_zero(std::string_view weight) {
  return !weight.empty() && weight.front() == '0' &&
         std::all_of(weight.begin(), weight.end(), [](char c) { return c == '0' || c == '.'; });
}

}  // namespace

std::string_view media_type(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> known{{
      {"html", "text/html; charset=utf-8"},
      {"js", "text/javascript; charset=utf-8"},
      {"mjs", "text/javascript; charset=utf-8"},
      {"css", "text/css; charset=utf-8"},
      {"json", "application/json"},
      {"map", "application/json"},
      {"webmanifest", "application/manifest+json"},
      {"svg", "image/svg+xml"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"jpeg", "image/jpeg"},
      {"webp", "image/webp"},
      {"ico", "image/x-icon"},
      {"woff", "font/woff"},
      {"woff2", "font/woff2"},
      {"txt", "text/plain; charset=utf-8"},
      {"xml", "application/xml"},
      {"wasm", "application/wasm"},
  }};
  const std::size_t dot = name.rfind('.');
  const std::string_view end = dot == std::string_view::npos ? "" : name.substr(dot + 1);
  for (const auto& [ending, type] : known) {
    if (equal_ignoring_case(end, ending)) return type;
  }
  return "application/octet-stream";
}

bool is_packable(std::string_view type) {
  return type.substr(0, 5) == "text/" || type.find("json") != std::string_view::npos ||
         type.find("xml") != std::string_view::npos || type == "application/wasm";
}

bool is_hashed_name(std::string_view name) {
  constexpr std::string_view folder = "assets/";
  constexpr std::size_t hash = 8;
  if (name.substr(0, folder.size()) != folder) return false;
  name.remove_prefix(name.rfind('/') + 1);
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot < hash + 2 || name[dot - hash - 1] != '-') return false;
  const std::string_view text = name.substr(dot - hash, hash);
  return std::all_of(text.begin(), text.end(), is_hash_character);
}

bool accepts_gzip(std::string_view accepted) {
  bool any = false;
  while (!accepted.empty()) {
    std::string_view one = next_part(accepted, ',');
    const std::string_view coding = next_part(one, ';');
    bool wanted = true;
    while (!one.empty()) {
      const std::string_view parameter = next_part(one, ';');
      if (equal_ignoring_case(parameter.substr(0, 2), "q=") && is_zero(parameter.substr(2))) {
        wanted = false;
      }
    }
    if (equal_ignoring_case(coding, "gzip")) return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

bool is_known(std::string_view known, std::string_view tag) {
  while (!known.empty()) {
    std::string_view one = next_part(known, ',');
    if (one == "*") return true;
    if (one.substr(0, 2) == "W/") one.remove_prefix(2);
    if (one.size() == tag.size() + 2 && one.front() == '"' && one.back() == '"' &&
        one.substr(1, tag.size()) == tag) {
      return true;
    }
  }
  return false;
}

}  // namespace outcry::http::detail
