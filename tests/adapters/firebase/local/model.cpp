#include "tests/adapters/firebase/local/model.hpp"

#include <array>
#include <sstream>

namespace outcry::test {

namespace {

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream in(path);
  for (std::string part; std::getline(in, part, '/');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

void put(json& node, const std::vector<std::string>& parts, std::size_t at, const json& value) {
  if (at == parts.size()) {
    node = value;
    return;
  }
  if (!node.is_object()) {
    if (value.is_null()) return;
    node = json::object();
  }
  json& child = node[parts[at]];
  put(child, parts, at + 1, value);
  if (child.is_null()) node.erase(parts[at]);
  if (node.empty()) node = nullptr;
}

}  // namespace

json normal(const json& value) {
  if (!value.is_structured()) return value;
  json made = json::object();
  std::size_t index = 0;
  for (const auto& [key, child] : value.items()) {
    json inner = normal(child);
    const std::string name = value.is_array() ? std::to_string(index++) : key;
    if (!inner.is_null()) made[name] = std::move(inner);
  }
  return made.empty() ? json() : made;
}

void write_at(json& tree, const std::string& path, const json& value) {
  put(tree, parts_of(path), 0, normal(value));
}

json read_at(const json& tree, const std::string& path) {
  const json* node = &tree;
  for (const std::string& part : parts_of(path)) {
    if (!node->is_object() || !node->contains(part)) return nullptr;
    node = &(*node)[part];
  }
  return *node;
}

void apply_event(json& copy, const std::string& event, const json& data) {
  const std::string path = data.at("path");
  if (event == "put") {
    write_at(copy, path, data.at("data"));
  } else if (event == "patch") {
    for (const auto& [name, value] : data.at("data").items()) {
      write_at(copy, path + "/" + name, value);
    }
  } else {
    throw std::runtime_error("unexpected event " + event);
  }
}

std::string tree_maker::key() {
  static constexpr std::array keys = {"a", "b",  "c",  "0", "1",
                                      "2", "10", "-3", "é", "\xF0\x9F\x98\x80"};
  return keys[below(keys.size())];
}

std::string tree_maker::path(std::size_t longest) {
  std::string made;
  for (std::size_t left = below(longest + 1); left > 0; --left) made += "/" + key();
  return made;
}

json tree_maker::scalar() {
  switch (below(6)) {
    case 0:
      return below(2) == 0;
    case 1:
      return static_cast<int>(below(4));
    case 2:
      return static_cast<double>(below(4)) + 0.5;
    case 3:
      return nullptr;
    default:
      return std::string(1, static_cast<char>('p' + below(3)));
  }
}

json tree_maker::value(std::size_t depth) {
  if (depth == 0 || below(3) == 0) return scalar();
  json made = json::object();
  for (std::size_t left = below(4); left > 0; --left) made[key()] = value(depth - 1);
  return made;
}

}  // namespace outcry::test
