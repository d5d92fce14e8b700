#include "tests/adapters/firebase/local/tree_model.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace outcry::test {

namespace {

std::vector<std::string> model_parts(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream in(path);
  for (std::string part; std::getline(in, part, '/');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

bool is_integer(const std::string& key, long long& value) {
  const std::size_t sign = key.size() > 1 && key[0] == '-' ? 1 : 0;
  const std::string digits = key.substr(sign);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return false;
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  if (digits.size() - zeros > 10) return false;
  value = digits.size() == zeros ? 0 : std::stoll(digits.substr(zeros));
  if (sign == 1) value = -value;
  return value >= -2147483648LL && value <= 2147483647LL;
}

int sign_of(long long x) {
  return (x > 0) - (x < 0);
}

void put(model_node& node, const std::vector<std::string>& parts, std::size_t at,
         const model_node& made) {
  if (at == parts.size()) {
    node = made;
    return;
  }
  if (parts[at] == ".priority") {
    if (!node.empty()) node.priority = made.value;
    return;
  }
  if (!node.value.is_null()) {
    // A leaf has no child that could lose or get something.
    if (made.empty() || parts.back() == ".priority") return;
    node.value = nullptr;
  }
  model_node& child = node.children[parts[at]];
  put(child, parts, at + 1, made);
  if (child.empty()) node.children.erase(parts[at]);
  if (node.children.empty()) node = {};
}

int rank(const model_node& node) {
  if (!node.children.empty()) return 4;
  if (node.value.is_string()) return 3;
  if (node.value.is_number()) return 2;
  return node.value.is_boolean() ? 1 : 0;
}

/// What a child is sorted by: a leaf, a node or nothing.
model_node index_of(const model_node& child, const std::string& index) {
  if (index == ".value") return child;
  if (index == ".priority") return node_of(child.priority);
  const model_node* found = child.find(index);
  return found ? *found : model_node();
}

}  // namespace

std::u16string utf16(std::string_view text) {
  std::u16string made;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      point = (point << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    }
    if (point >= 0x10000) {
      made.push_back(static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10)));
      made.push_back(static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF)));
    } else {
      made.push_back(static_cast<char16_t>(point));
    }
    i += size;
  }
  return made;
}

int compare_keys(const std::string& left, const std::string& right) {
  if (left == right) return 0;
  if (left == "[MIN_NAME]" || right == "[MAX_NAME]") return -1;
  if (right == "[MIN_NAME]" || left == "[MAX_NAME]") return 1;
  long long x = 0;
  long long y = 0;
  const bool first = is_integer(left, x);
  const bool second = is_integer(right, y);
  if (first != second) return first ? -1 : 1;
  if (!first) return sign_of(utf16(left).compare(utf16(right)));
  return x != y ? sign_of(x - y) : (left.size() < right.size() ? -1 : 1);
}

const model_node* model_node::find(const std::string& path) const {
  const model_node* node = this;
  for (const std::string& part : model_parts(path)) {
    const auto child = node->children.find(part);
    if (child == node->children.end()) return nullptr;
    node = &child->second;
  }
  return node;
}

model_node node_of(const json& exported) {
  model_node made;
  if (!exported.is_structured()) {
    made.value = exported;
    return made;
  }
  std::size_t index = 0;
  for (const auto& [key, child] : exported.items()) {
    const std::string name = exported.is_array() ? std::to_string(index++) : key;
    if (name.front() == '.') continue;
    model_node inner = node_of(child);
    if (!inner.empty()) made.children.emplace(name, std::move(inner));
  }
  if (exported.is_object() && exported.contains(".value")) made.value = exported[".value"];
  if (exported.is_object() && !made.empty()) made.priority = exported.value(".priority", json());
  return made;
}

json export_of(const model_node& node, bool plain) {
  const bool bare = plain || node.priority.is_null();
  if (node.children.empty()) {
    if (bare) return node.value;
    return {{".value", node.value}, {".priority", node.priority}};
  }
  json made = json::object();
  for (const auto& [key, child] : node.children) made[key] = export_of(child, plain);
  if (!bare) made[".priority"] = node.priority;
  return made;
}

void write_at(model_node& tree, const std::string& path, const json& exported) {
  put(tree, model_parts(path), 0, node_of(exported));
}

int compare_values(const model_node& left, const model_node& right) {
  const int a = rank(left);
  const int b = rank(right);
  if (a != b) return a < b ? -1 : 1;
  if (a == 0 || a == 4) return 0;
  if (a == 3) {
    return sign_of(utf16(left.value.get_ref<const std::string&>())
                       .compare(utf16(right.value.get_ref<const std::string&>())));
  }
  return left.value < right.value ? -1 : (right.value < left.value ? 1 : 0);
}

std::vector<std::string> select(const model_node& from, const json& query) {
  const std::string index = query.value("i", ".priority");
  const auto compare = [&](const model_node& a, const std::string& a_key, const model_node& b,
                           const std::string& b_key) {
    const int order = index == ".key" ? 0 : compare_values(a, b);
    return order != 0 ? order : compare_keys(a_key, b_key);
  };
  // As the SDK has it: a bound is a child that might stand there.
  const auto distance = [&](const model_node& by, const std::string& key, const char* value,
                            const char* name, const char* unnamed) {
    if (index == ".key") return compare_keys(key, query.at(value));
    return compare(by, key, node_of(query.at(value)), query.value(name, unnamed));
  };
  std::vector<std::pair<model_node, std::string>> chosen;
  for (const auto& [key, child] : from.children) {
    const model_node by = index == ".key" ? model_node() : index_of(child, index);
    if (query.contains("sp")) {
      const int d = distance(by, key, "sp", "sn", "[MIN_NAME]");
      if (d < 0 || (d == 0 && !query.value("sin", true))) continue;
    }
    if (query.contains("ep")) {
      const int d = distance(by, key, "ep", "en", "[MAX_NAME]");
      if (d > 0 || (d == 0 && !query.value("ein", true))) continue;
    }
    chosen.emplace_back(by, key);
  }
  std::sort(chosen.begin(), chosen.end(), [&](const auto& a, const auto& b) {
    return compare(a.first, a.second, b.first, b.second) < 0;
  });
  std::vector<std::string> keys;
  for (const auto& one : chosen) keys.push_back(one.second);
  const std::size_t limit = query.value("l", keys.size());
  if (keys.size() > limit) {
    const auto extra = static_cast<std::ptrdiff_t>(keys.size() - limit);
    if (query.at("vf") == "r") {
      keys.erase(keys.begin(), keys.begin() + extra);
    } else {
      keys.erase(keys.end() - extra, keys.end());
    }
  }
  return keys;
}

json priority_maker::priority() {
  switch (below(6)) {
    case 0:
      return static_cast<int>(below(3));
    case 1:
      return 1.5;
    case 2:
      return std::string(1, static_cast<char>('p' + below(2)));
    default:
      return nullptr;
  }
}

json priority_maker::exported(std::size_t depth) {
  if (depth == 0 || below(3) == 0) {
    json made = scalar();
    const json by = priority();
    if (by.is_null() || made.is_null()) return made;
    return {{".value", made}, {".priority", by}};
  }
  json made = json::object();
  for (std::size_t left = below(5); left > 0; --left) made[key()] = exported(depth - 1);
  if (const json by = priority(); !by.is_null()) made[".priority"] = by;
  return made;
}

void priority_maker::add_bound(json& to, const char* value, const char* key,
                               const char* inclusive) {
  const std::string index = to.value("i", ".priority");
  if (index == ".key") {
    static const std::array<std::string, 8> keys = {"", "1", "2", "a", "b", "bz", "~", "-3"};
    to[value] = keys[below(keys.size())];
  } else {
    to[value] = index == ".priority" ? priority() : scalar();
    static const std::array<std::string, 7> keys = {"[MIN_NAME]", "[MAX_NAME]", "a", "b",
                                                    "2",          "10",         "aa"};
    if (below(2) == 0) to[key] = keys[below(keys.size())];
  }
  if (below(2) == 0) to[inclusive] = below(2) == 0;
}

json priority_maker::query() {
  static const std::array<std::string, 6> orders = {".key", ".value", ".priority",
                                                    "b",    "a/b",    "none"};
  json made = json::object();
  if (const std::size_t order = below(orders.size() + 1); order < orders.size()) {
    made["i"] = orders[order];
  }
  if (below(3) == 0) {
    add_bound(made, "sp", "sn", "sin");
    // equalTo
    for (const auto& [from, to] : {std::pair("sp", "ep"), std::pair("sn", "en")}) {
      if (made.contains(from)) made[to] = made[from];
    }
  } else {
    if (below(2) == 0) add_bound(made, "sp", "sn", "sin");
    if (below(2) == 0) add_bound(made, "ep", "en", "ein");
  }
  if (below(2) == 0) {
    made["l"] = 1 + below(4);
    made["vf"] = below(2) == 0 ? "l" : "r";
  }
  return made;
}

}  // namespace outcry::test
