#include "tests/adapters/firebase/rules/json_view.hpp"

namespace outcry::test {

namespace rules = firebase::rules;

namespace {

const json& value_of(const json& node) {
  return node.is_object() && node.contains(".value") ? node[".value"] : node;
}

rules::scalar scalar_of(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  return {};
}

}  // namespace

const json* json_view::find(const path& place) const {
  const json* node = &tree_;
  for (const auto& key : place) {
    if (!node->is_object()) return nullptr;
    const auto child = node->find(key);
    if (child == node->end()) return nullptr;
    node = &*child;
  }
  return node;
}

rules::node json_view::at(const path& place) const {
  const auto* found = find(place);
  if (found == nullptr || found->is_null()) return {};
  const auto& value = value_of(*found);
  if (value.is_object()) return {rules::node::kinds::inner, {}};
  return {rules::node::kinds::leaf, scalar_of(value)};
}

rules::scalar json_view::priority(const path& place) const {
  const auto* found = find(place);
  if (found == nullptr || !found->is_object() || !found->contains(".priority")) return {};
  return scalar_of((*found)[".priority"]);
}

std::optional<std::string> json_view::child_after(const path& parent,
                                                  const std::string* previous) const {
  const auto* found = find(parent);
  if (found == nullptr || !found->is_object()) return std::nullopt;
  for (const auto& [key, value] : found->items()) {
    if (!key.starts_with('.') && (previous == nullptr || key > *previous)) return key;
  }
  return std::nullopt;
}

firebase::auth::identity somebody(const std::string& uid, json claims) {
  firebase::auth::identity who;
  who.uid = uid;
  who.provider = "home";
  who.claims = std::move(claims);
  return who;
}

bool asker::reads(const std::string& at) const {
  return rules.may_read(rules::path_of(at), who, json_view{tree}, test_now_ms);
}

bool asker::writes(const std::string& at, const json& value) const {
  const rules::written_value write{rules::path_of(at), &value};
  return rules.may_write({&write, 1}, who, json_view{tree}, test_now_ms);
}

bool asker::updates(const std::string& at, const json& values) const {
  std::vector<rules::written_value> writes;
  for (const auto& [below, value] : values.items())
    writes.push_back({rules::path_of(at + '/' + below), &value});
  return rules.may_write(writes, who, json_view{tree}, test_now_ms);
}

}  // namespace outcry::test
