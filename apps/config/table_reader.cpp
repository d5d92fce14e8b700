#include "apps/config/table_reader.hpp"

#include <algorithm>
#include <sstream>

#include "apps/config/setting_kinds.hpp"
#include "apps/config/settings.hpp"

namespace outcry::config {

std::string shown(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& x) { out << x; });
  auto text = node.is_string() ? toml_quoted(node.as_string()->get()) : out.str();
  for (auto& c : text)
    if (c == '\n') c = ' ';
  if (text.size() <= 80) return text;
  std::size_t end = 77;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

const toml::node* table_reader::find(const char* key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return table_.get(key);
}

std::size_t table_reader::line_of(const toml::node* node) const {
  return node != nullptr ? node->source().begin.line : line();
}

void table_reader::refuse(const char* key, std::string expected) {
  const auto* node = table_.get(key);
  refuse(key, std::move(expected), node != nullptr ? shown(*node) : "nothing");
}

void table_reader::refuse(const char* key, std::string expected, std::string found) {
  errors_.push_back(
      {file_, line_of(table_.get(key)), name_ + "." + key, std::move(expected), std::move(found)});
}

void table_reader::refuse_part(const char* key, const invalid_field& part) {
  errors_.push_back({file_, line_of(table_.get(key)), name_ + "." + key + "." + part.field,
                     part.expected, part.found});
}

void table_reader::add(const toml::node& at, std::string key, std::string expected,
                       std::string found) {
  errors_.push_back(
      {file_, at.source().begin.line, std::move(key), std::move(expected), std::move(found)});
}

std::optional<std::string> table_reader::text(const char* key, const std::string& expected,
                                              bool required) {
  const auto* node = find(key);
  if (node != nullptr && node->is_string()) return node->as_string()->get();
  if (node != nullptr || required) refuse(key, expected);
  return std::nullopt;
}

void table_reader::label(const char* key, std::string& into) {
  constexpr const char* expected = "a text of at most 64 printable characters";
  auto value = text(key, expected, false);
  if (!value) return;
  if (value->size() > 64 || !kinds::printable(*value))
    refuse(key, expected);
  else
    into = std::move(*value);
}

void table_reader::flag(const char* key, bool& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_boolean())
    into = value->get();
  else
    refuse(key, "true or false");
}

void table_reader::number(const char* key, std::int64_t& into, std::int64_t least,
                          std::int64_t most) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* value = node->as_integer();
  if (value != nullptr && value->get() >= least && value->get() <= most)
    into = value->get();
  else
    refuse(key, fmt::format("a whole number from {} to {}", least, most));
}

void table_reader::path(const char* key, std::filesystem::path& into) {
  constexpr const char* expected = "a path in quotes, or \"\"";
  auto value = text(key, expected, false);
  if (!value) return;
  if (value->find('\0') != std::string::npos)
    refuse(key, expected);
  else
    into = *value;
}

void table_reader::refuse_others() {
  std::string all;
  for (const auto& key : known_) all += (all.empty() ? "" : ", ") + key;
  for (const auto& [key, node] : table_)
    if (std::find(known_.begin(), known_.end(), key.str()) == known_.end())
      add(node, name_ + "." + std::string{key.str()}, "one of " + all, "an unknown key");
}

void unique_names::take(table_reader& in, const char* key, const std::string& name) {
  auto [first, fresh] = lines_.emplace(name, in.line());
  if (fresh) return;
  in.refuse(key, what_, fmt::format("{}, as on line {}", toml_quoted(name), first->second));
}

}  // namespace outcry::config
