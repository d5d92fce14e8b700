#include "adapters/firebase/rules/tree_view.hpp"

#include <algorithm>

namespace outcry::firebase::rules {

path path_of(std::string_view text) {
  path keys;
  while (!text.empty()) {
    const auto end = text.find('/');
    if (end != 0) keys.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return keys;
}

std::string to_text(const path& at) {
  std::string text;
  for (const auto& key : at) text += '/' + key;
  return text.empty() ? "/" : text;
}

bool is_key(std::string_view key) {
  return !key.empty() && std::none_of(key.begin(), key.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
           std::string_view{".#$[]/"}.find(c) != std::string_view::npos;
  });
}

}  // namespace outcry::firebase::rules
