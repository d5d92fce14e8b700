#include "adapters/firebase/local/stored_rules.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/nodes.hpp"
#include "adapters/firebase/local/render.hpp"

namespace outcry::firebase::local {

namespace {

rules::path path_of(std::string_view place) {
  rules::path path;
  while (!place.empty()) {
    path.push_back(first_key(place));
    place.remove_prefix(first_key_size(place));
  }
  return path;
}

rules::scalar scalar_of(const scalar& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return std::get<double>(value);
}

/// The store as the rules see it.
class stored_view : public rules::tree_view {
public:
  explicit stored_view(store& from) : store_(from) {}

  rules::node at(const rules::path& where) const override {
    const std::string place = place_of(where);
    if (const auto value = store_.get(place)) return {rules::node::kinds::leaf, scalar_of(*value)};
    const bool any = store_.first_place(first_child_of(place), end_of(place)).has_value();
    return {any ? rules::node::kinds::inner : rules::node::kinds::none, {}};
  }

  rules::scalar priority(const rules::path& where) const override {
    const auto value = store_.get(joined(place_of(where), priority_key));
    return value ? scalar_of(*value) : rules::scalar();
  }

  std::optional<std::string> child_after(const rules::path& parent,
                                         const std::string* previous) const override {
    const std::string place = place_of(parent);
    const std::string from =
        previous ? end_of(joined(place, encode_key(*previous))) : first_child_of(place);
    const auto child = next_child(store_, place, from, end_of(place));
    if (!child) return std::nullopt;
    return first_key(*child);
  }

private:
  static std::string place_of(const rules::path& where) {
    std::string place;
    for (const std::string& key : where) append_key(place, key);
    return place;
  }

  store& store_;
};

nlohmann::json value_of(const update& one) {
  if (!is_priority(one.place)) {
    return nlohmann::json::parse(render(one.leaves, one.place, form::exported));
  }
  std::string text;
  if (!one.leaves.empty()) append_json(text, one.leaves.front().value);
  return text.empty() ? nlohmann::json() : nlohmann::json::parse(text);
}

}  // namespace

bool stored_rules::may_read(const std::string& place, const auth::identity& who, store& from,
                            std::int64_t now) const {
  return rules_.may_read(path_of(place), who, stored_view(from), now);
}

bool stored_rules::may_write(const change& what, const auth::identity& who, store& from) const {
  std::vector<nlohmann::json> values;
  values.reserve(what.updates.size());
  std::vector<rules::written_value> written;
  for (const update& one : what.updates) {
    values.push_back(value_of(one));
    written.push_back({path_of(one.place), &values.back()});
  }
  return rules_.may_write(written, who, stored_view(from), what.now);
}

bool stored_rules::indexed(const std::string& place, const query& asked) const {
  const std::string index = asked.index();
  if (index == ".key" || index == ".priority") return true;
  const std::vector<std::string> known = rules_.index_on(path_of(place));
  return std::find(known.begin(), known.end(), index) != known.end();
}

}  // namespace outcry::firebase::local
