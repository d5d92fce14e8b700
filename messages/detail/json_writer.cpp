#include "messages/detail/json_writer.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "messages/detail/json_scanner.hpp"

namespace outcry::detail {

namespace {

/// Deeper JSON is not embedded: more than any field of ours may have.
constexpr int embedded_depth = 64;

}  // namespace

std::string json_string(std::string_view text) {
  const auto needs_no_escape = [](char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  };
  if (std::ranges::all_of(text, needs_no_escape)) {
    std::string result;
    result.reserve(text.size() + 2);
    result += '"';
    result += text;
    return result += '"';
  }
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string embeddable(std::string_view json) {
  if (json.empty()) return "null";
  json_scanner in{json, embedded_depth};
  std::string_view value;
  if (!in.value(value) || !in.finish()) return json_string(json);
  std::string result{value};
  std::ranges::replace_if(
      result, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return result;
}

}  // namespace outcry::detail
