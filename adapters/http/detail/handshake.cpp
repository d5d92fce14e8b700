#include "adapters/http/detail/handshake.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace outcry::http::detail {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

/// 16 bytes in base64: 22 digits and "==".
bool is_key(std::string_view key) {
  return key.size() == 24 && key.substr(22) == "==" &&
         std::all_of(key.begin(), key.begin() + 22, is_base64);
}

response bad(const std::string& what) {
  return error_response(400, "WebSocket handshake: " + what);
}

}  // namespace

bool has_word(const request& asked, std::string_view name, std::string_view word) {
  for (const header& line : asked.headers) {
    if (!equal_ignoring_case(line.name, name)) continue;
    std::string_view rest = line.value;
    for (;;) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (equal_ignoring_case(trimmed(rest.substr(0, comma)), word)) return true;
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

bool wants_socket(const request& asked) {
  return has_word(asked, "Connection", "upgrade") && has_word(asked, "Upgrade", "websocket");
}

std::optional<response> refuse_handshake(const request& asked, std::string_view method, bool rest) {
  if (method != "GET") {
    response answer =
        error_response(405, "WebSocket handshake: expected GET, found " + std::string(method));
    answer.headers.push_back({"Allow", "GET"});
    return answer;
  }
  const auto count = [&](std::string_view name) {
    return std::count_if(asked.headers.begin(), asked.headers.end(),
                         [&](const header& line) { return equal_ignoring_case(line.name, name); });
  };
  const std::string* version = asked.find_header("Sec-WebSocket-Version");
  if (!version || count("Sec-WebSocket-Version") != 1 || trimmed(*version) != "13") {
    response answer = error_response(426, "WebSocket handshake: expected version 13, found " +
                                              (version ? *version : std::string("none")));
    answer.headers.push_back({"Sec-WebSocket-Version", "13"});
    answer.headers.push_back({"Upgrade", "websocket"});
    return answer;
  }
  const std::string* key = asked.find_header("Sec-WebSocket-Key");
  if (!key || count("Sec-WebSocket-Key") != 1 || !is_key(trimmed(*key))) {
    return bad("expected one Sec-WebSocket-Key of 16 bytes in base64, found " +
               (key ? *key : std::string("none")));
  }
  if (!asked.body.empty()) return bad("a body is not expected");
  if (rest) return bad("a client waits for the answer before it sends more");
  return std::nullopt;
}

}  // namespace outcry::http::detail
