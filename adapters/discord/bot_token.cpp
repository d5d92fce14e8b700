#include "adapters/discord/bot_token.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "adapters/discord/message.hpp"

namespace outcry::discord {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string from_base64url(std::string_view text) {
  std::string result;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    held = (held << 6) | static_cast<unsigned>(alphabet.find(c));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      result.push_back(static_cast<char>((held >> bits) & 0xff));
    }
  }
  return result;
}

}  // namespace

std::optional<std::string> token_problem(std::string_view token) {
  const std::string expected =
      "Discord bot token: expected three parts with dots between them, as "
      "the developer portal shows on the bot's page; found ";
  if (token.empty()) return expected + "nothing";
  if (token.starts_with("mfa."))
    return "Discord bot token: found the token of a user account (\"mfa.\"). Only bot tokens are "
           "accepted: Discord ends user accounts that programs act through";
  if (token.starts_with("Bot ") || token.starts_with("Bearer "))
    return expected + "a word before it: leave out \"" +
           std::string(token.substr(0, token.find(' '))) + "\"";
  if (token.size() > 200) return expected + std::to_string(token.size()) + " characters";
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return expected + std::to_string(std::count(token.begin(), token.end(), '.')) + " dots";
  const auto id = token.substr(0, first);
  const bool readable = std::all_of(token.begin(), token.end(), [](char c) {
    return c == '.' || alphabet.find(c) != std::string_view::npos;
  });
  if (!readable) return expected + "characters that are not base64url";
  if (id.empty() || second == first + 1 || second + 1 == token.size())
    return expected + "an empty part";
  if (!parse_snowflake(from_base64url(id))) return expected + "a first part that holds no id";
  return std::nullopt;
}

own_user read_own_user(std::string_view body) {
  const auto all = nlohmann::json::parse(body, nullptr, false);
  if (!all.is_object()) throw bad_payload("users/@me: expected an object");
  own_user result;
  result.id = require_id(all, "id");
  const auto name = all.find("username");
  if (name != all.end() && name->is_string()) result.name = name->get<std::string>();
  const auto bot = all.find("bot");
  if (bot == all.end() || !bot->is_boolean() || !bot->get<bool>())
    throw bad_payload(
        "the Discord token belongs to a user account. Only bot tokens are accepted: Discord ends "
        "user accounts that programs act through");
  return result;
}

std::string without_token(std::string text, std::string_view token) {
  if (token.empty()) return text;
  for (auto at = text.find(token); at != std::string::npos; at = text.find(token, at))
    text.replace(at, token.size(), "***");
  return text;
}

std::string fit_to_log(std::string text, std::string_view token) {
  constexpr std::size_t longest = 500;
  text = without_token(std::move(text), token);
  if (text.size() > longest) text.resize(longest);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

}  // namespace outcry::discord
