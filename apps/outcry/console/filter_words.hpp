#pragma once

#include <string>
#include <utility>
#include <vector>

namespace outcry::console {

/// What a person filters by: words, each of which a text must hold; those after '!' it must not.
/// Upper and lower case are the same.
class filter_words {
public:
  filter_words() = default;
  explicit filter_words(std::string text);

  /// As it was typed.
  const std::string& text() const { return text_; }
  bool any() const { return !words_.empty(); }

  /// `text` is in lower case already.
  bool match(const std::string& text) const;

private:
  std::string text_;
  std::vector<std::pair<std::string, bool>> words_;  ///< and whether it must not be there
};

}  // namespace outcry::console
