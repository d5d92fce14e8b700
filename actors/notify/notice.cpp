#include "actors/notify/notice.hpp"

#include <array>

#include <fmt/format.h>

namespace outcry {

namespace {

struct kind_words {
  const char* one;
  const char* many;
};

constexpr std::array<kind_words, notice_kinds> words_of_kinds = {{
    {"fill", "fills"},
    {"order rejected", "orders rejected"},
    {"word on bots", "words on bots"},
    {"command not confirmed", "commands not confirmed"},
    {"halt", "halts"},
    {"word on the broker", "words on the broker"},
    {"word on prices", "words on prices"},
    {"word on databases", "words on databases"},
    {"word of the dead-man's switch", "words of the dead-man's switch"},
    {"call to confirm", "calls to confirm"},
    {"day's result", "days' results"},
}};

/// Percent-encodes all but RFC 3986's unreserved characters.
std::string encoded(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

}  // namespace

std::string bot_page(const std::string& bot_id) {
  return "/bots/" + encoded(bot_id);
}

std::string message_page(const std::string& message_id) {
  return "/logs/" + encoded(message_id);
}

std::string counted(notice_kind kind, std::uint64_t count) {
  const auto& words = words_of_kinds[static_cast<std::size_t>(kind)];
  return fmt::format("{} {}", count, count == 1 ? words.one : words.many);
}

}  // namespace outcry
