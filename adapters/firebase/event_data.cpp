#include "adapters/firebase/event_data.hpp"

#include <nlohmann/json.hpp>

namespace outcry::firebase {

namespace {

/// Walks over JSON that is known to be well-formed.
class walker {
public:
  explicit walker(std::string_view text) : text_(text) {}

  char peek() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void skip() {
    peek();
    ++at_;
  }

  /// The text of the value (or member name) that comes next.
  std::string_view value() {
    const char first = peek();
    const auto begin = at_;
    if (first == '"') {
      string();
    } else if (first == '{' || first == '[') {
      nested();
    } else {
      while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ',' &&
             text_[at_] != '}' && text_[at_] != ']')
        ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  void string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    ++at_;
  }

  void nested() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<event_data> parse_event_data(std::string_view json) {
  if (!nlohmann::json::accept(json)) return std::nullopt;
  walker walk(json);
  if (walk.peek() != '{') return std::nullopt;
  event_data result;
  bool has_data = false;
  while (walk.peek() != '}') {
    walk.skip();  // '{' or ','
    if (walk.peek() == '}') break;
    const auto name = nlohmann::json::parse(walk.value()).get<std::string>();
    walk.peek();
    walk.skip();  // ':'
    const auto value = walk.value();
    if (name == "path") {
      if (!value.starts_with('"')) return std::nullopt;
      result.path = nlohmann::json::parse(value).get<std::string>();
    } else if (name == "data") {
      result.data = value;
      has_data = true;
    }
  }
  if (!has_data || !result.path.starts_with('/')) return std::nullopt;
  return result;
}

}  // namespace outcry::firebase
