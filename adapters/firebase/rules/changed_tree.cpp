#include "adapters/firebase/rules/changed_tree.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

namespace outcry::firebase::rules {

namespace {

using json = nlohmann::json;

constexpr const char* priority_key = ".priority";

bool begins_with(const path& place, const path& start) {
  return place.size() >= start.size() && std::equal(start.begin(), start.end(), place.begin());
}

[[noreturn]] void refuse(const char* problem) {
  throw std::invalid_argument(problem);
}

scalar read_leaf(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_null()) refuse("a value that cannot be");
  return {};
}

}  // namespace

changed_tree::changed_tree(const tree_view& before, std::span<const written_value> writes,
                           std::int64_t now_ms)
    : before_(before), now_(static_cast<double>(now_ms)) {
  if (writes.size() > most_places) refuse("too many places in one write");
  for (const auto& write : writes) {
    path place = write.at;
    const bool of_priority = !place.empty() && place.back() == priority_key;
    if (of_priority) place.pop_back();
    if (place.size() > deepest || !std::all_of(place.begin(), place.end(), is_key))
      refuse("a place that cannot be");
    bool added = false;
    if (of_priority) {
      added = priorities_.emplace(place, read_priority(*write.value)).second;
    } else {
      auto fresh = read(*write.value, place);
      added = values_.emplace(std::move(place), std::move(fresh)).second;
    }
    if (!added) refuse("a place twice");
  }
  // In this order what lies within a place comes right behind it.
  const path* last = nullptr;
  for (const auto& [place, fresh] : values_) {
    if (last != nullptr && begins_with(place, *last)) refuse("a place within another");
    last = &place;
  }
  for (const auto& [place, priority] : priorities_) {
    const written_node* found = nullptr;
    if (covering(place, found) != nullptr) refuse("a place within another");
  }
}

written_node changed_tree::read(const json& value, path& place) const {
  if (place.size() > deepest) refuse("too deep");
  written_node fresh;
  if (value.is_object()) {
    read_object(value, place, fresh);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      place.push_back(std::to_string(i));
      auto child = read(value[i], place);
      if (child.exists()) fresh.children.emplace(place.back(), std::move(child));
      place.pop_back();
    }
  } else {
    fresh.value = read_leaf(value);
  }
  if (!fresh.exists()) fresh.priority = {};
  return fresh;
}

void changed_tree::read_object(const json& value, path& place, written_node& into) const {
  if (const auto wish = value.find(".sv"); wish != value.end()) {
    if (value.size() != 1) refuse("a server value with something beside it");
    into.value = server_value(*wish, place);
    return;
  }
  const auto leaf = value.find(".value");
  if (leaf != value.end()) {
    if (leaf->is_array()) refuse(".value with children");
    if (!leaf->is_object()) {
      into.value = read_leaf(*leaf);
    } else {
      // A server value; anything else has no place there.
      if (!leaf->contains(".sv")) refuse(".value with children");
      read_object(*leaf, place, into);
    }
  }
  for (const auto& [key, child] : value.items()) {
    if (key == ".value") continue;
    if (key == priority_key) {
      into.priority = read_priority(child);
      continue;
    }
    if (leaf != value.end() || !is_key(key)) refuse("a key that cannot be");
    place.push_back(key);
    auto fresh = read(child, place);
    if (fresh.exists()) into.children.emplace(key, std::move(fresh));
    place.pop_back();
  }
}

scalar changed_tree::read_priority(const json& value) const {
  if (value.is_object()) {
    if (value != json{{".sv", "timestamp"}}) refuse("a priority that cannot be");
    return now_;
  }
  if (value.is_boolean() || value.is_array()) refuse("a priority that cannot be");
  return read_leaf(value);
}

scalar changed_tree::server_value(const json& wish, const path& place) const {
  if (wish == "timestamp") return now_;
  if (!wish.is_object() || wish.size() != 1 || !wish.contains("increment") ||
      !wish["increment"].is_number()) {
    refuse("an unknown server value");
  }
  const auto stands = before_.at(place);
  const auto* number = std::get_if<double>(&stands.value);
  const double base = stands.kind == node::kinds::leaf && number != nullptr ? *number : 0;
  return base + wish["increment"].get<double>();
}

/// The written value that `place` lies at or within, or nullptr; `found` is the node at `place`
/// itself then, or nullptr if it is empty.
const written_node* changed_tree::covering(const path& place, const written_node*& found) const {
  path start;
  for (std::size_t size = 0; size <= place.size(); ++size) {
    if (size > 0) start.push_back(place[size - 1]);
    const auto write = values_.find(start);
    if (write == values_.end()) continue;
    found = &write->second;
    for (auto i = size; i < place.size() && found != nullptr; ++i) {
      const auto child = found->children.find(place[i]);
      found = child == found->children.end() ? nullptr : &child->second;
    }
    if (found != nullptr && !found->exists()) found = nullptr;
    return &write->second;
  }
  return nullptr;
}

node changed_tree::at(const path& place) const {
  const written_node* found = nullptr;
  if (covering(place, found) != nullptr) {
    if (found == nullptr) return {};
    const bool inner = !found->children.empty();
    return {inner ? node::kinds::inner : node::kinds::leaf, inner ? scalar{} : found->value};
  }
  const auto within = values_.upper_bound(place);
  if (within == values_.end() || !begins_with(within->first, place)) return before_.at(place);
  for (auto write = within; write != values_.end() && begins_with(write->first, place); ++write) {
    if (write->second.exists()) return {node::kinds::inner, {}};
  }
  // Things are only deleted below.
  auto stands = before_.at(place);
  path copy = place;
  if (stands.kind == node::kinds::inner && !anything_left(copy)) return {};
  return stands;
}

/// Whether a node with children, below which there are only deletions, keeps any. Looks at one
/// child more than there are deletions.
bool changed_tree::anything_left(path& place) const {
  std::optional<std::string> previous;
  while (auto child = before_.child_after(place, previous ? &*previous : nullptr)) {
    previous = std::move(child);
    place.push_back(*previous);
    const bool left = at(place).kind != node::kinds::none;
    place.pop_back();
    if (left) return true;
  }
  return false;
}

scalar changed_tree::priority(const path& place) const {
  const written_node* found = nullptr;
  if (covering(place, found) != nullptr) return found != nullptr ? found->priority : scalar{};
  if (at(place).kind == node::kinds::none) return {};
  const auto written = priorities_.find(place);
  return written != priorities_.end() ? written->second : before_.priority(place);
}

}  // namespace outcry::firebase::rules
