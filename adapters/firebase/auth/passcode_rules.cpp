#include "adapters/firebase/auth/passcode_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace outcry::firebase::auth {

namespace {

bool is_utf8(std::string_view text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return c < 0x80 ? static_cast<char>(std::tolower(c)) : c; });
  return result;
}

/// 12345678, 87654321, abcdefgh; 90 and 09 may follow each other as on a keyboard.
bool is_run(std::string_view text) {
  for (const int step : {1, -1}) {
    bool run = true;
    for (std::size_t i = 1; run && i < text.size(); ++i) {
      const int difference = text[i] - text[i - 1];
      run = difference == step || difference == -9 * step;
    }
    if (run) return true;
  }
  return false;
}

/// abcabcab: a block of at most half the length, again and again.
bool repeats(std::string_view text) {
  for (std::size_t block = 1; block <= text.size() / 2; ++block) {
    if (text.substr(block) == text.substr(0, text.size() - block)) return true;
  }
  return false;
}

/// The words that stand at the head of every list, without the digits people hang on them.
bool is_common(std::string_view small) {
  static constexpr std::array<std::string_view, 32> words{
      "password", "passwort",   "passcode", "passw0rd",      "p@ssword", "p@ssw0rd",
      "letmein",  "welcome",    "iloveyou", "sunshine",      "princess", "football",
      "baseball", "superman",   "dragon",   "monkey",        "qwerty",   "qwertyuiop",
      "qwertz",   "qwertzuiop", "azerty",   "asdfghjkl",     "1q2w3e4r", "1q2w3e4r5t",
      "1qaz2wsx", "q1w2e3r4",   "admin",    "administrator", "trustno1", "outcry",
      "hallo",    "changeme"};
  const auto end = small.find_last_not_of("0123456789!?.-_*#");
  const auto stem = small.substr(0, end == std::string_view::npos ? 0 : end + 1);
  return std::find(words.begin(), words.end(), stem) != words.end() ||
         std::find(words.begin(), words.end(), small) != words.end();
}

}  // namespace

std::string why_not_a_passcode(std::string_view passcode) {
  if (passcode.size() > longest_passcode) {
    return fmt::format("a passcode has at most {} bytes, this one has {}", longest_passcode,
                       passcode.size());
  }
  if (!is_utf8(passcode)) return "a passcode is UTF-8 text, this one is not";
  if (std::any_of(passcode.begin(), passcode.end(),
                  [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    return "a passcode holds no control characters, this one does";
  }
  if (const auto count = characters(passcode); count < shortest_passcode) {
    return fmt::format("a passcode has at least {} characters, this one has {}", shortest_passcode,
                       count);
  }
  const auto small = lower(passcode);
  if (std::set<char>(small.begin(), small.end()).size() < 4)
    return "a passcode has at least 4 different characters, this one has fewer";
  if (is_run(small)) return "a row of neighbours (12345678, abcdefgh) is guessed at once";
  if (repeats(small)) return "the same few characters again and again are guessed at once";
  if (is_common(small)) return "this is one of the first words anybody would try";
  return {};
}

}  // namespace outcry::firebase::auth
