#include "apps/outcry/console/filter_words.hpp"

#include <algorithm>

namespace outcry::console {

filter_words::filter_words(std::string text) : text_(std::move(text)) {
  std::string word;
  for (char c : text_ + ' ') {
    if (c != ' ') {
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      continue;
    }
    const bool without = word.starts_with('!');
    if (without) word.erase(0, 1);
    if (!word.empty()) words_.emplace_back(word, without);
    word.clear();
  }
}

bool filter_words::match(const std::string& text) const {
  return std::all_of(words_.begin(), words_.end(), [&](const auto& word) {
    return (text.find(word.first) == std::string::npos) == word.second;
  });
}

}  // namespace outcry::console
