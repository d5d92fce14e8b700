#include "adapters/http/message.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace outcry::http {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

// By hand: the names are English whatever the locale.
std::string http_date(std::time_t seconds) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm at{};
  ::gmtime_r(&seconds, &at);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[at.tm_wday], at.tm_mday,
                     months[at.tm_mon], at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

const std::string* request::find_header(std::string_view name) const {
  for (const header& h : headers) {
    if (equal_ignoring_case(h.name, name)) return &h.value;
  }
  return nullptr;
}

const std::string* request::find_parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool percent_decode(std::string_view text, bool plus_is_space, std::string& decoded) {
  decoded.clear();
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      decoded.push_back(text[i] == '+' && plus_is_space ? ' ' : text[i]);
    }
  }
  return true;
}

bool parse_query(std::string_view text,
                 std::vector<std::pair<std::string, std::string>>& parameters) {
  parameters.clear();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    auto& [name, value] = parameters.emplace_back();
    if (!percent_decode(part.substr(0, equals), true, name)) return false;
    const std::string_view rest =
        equals < part.size() ? part.substr(equals + 1) : std::string_view{};
    if (!percent_decode(rest, true, value)) return false;
  }
  return true;
}

response error_response(int status, std::string_view text) {
  using json = nlohmann::json;
  response answer;
  answer.status = status;
  answer.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
  answer.body = json{{"error", text}}.dump(-1, ' ', false, json::error_handler_t::replace);
  return answer;
}

}  // namespace outcry::http
