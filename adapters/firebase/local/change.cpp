#include "adapters/firebase/local/change.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local {

change put_at(const std::string& place, const nlohmann::json& value, std::int64_t now) {
  change made;
  made.now = now;
  made.place = place;
  update& only = made.updates.emplace_back();
  only.place = place;
  only.leaves = flatten(value, place, now);
  return made;
}

change merge_at(const std::string& place, const nlohmann::json& body, std::int64_t now) {
  if (!body.is_object()) {
    throw refusal(400,
                  "Invalid data; couldn't parse JSON object. Are you sending a JSON object "
                  "with valid key names?");
  }
  const std::size_t above = depth(place);
  change made;
  made.now = now;
  made.patch = true;
  made.place = place;
  for (const auto& [name, value] : body.items()) {
    const std::string below = parse_place(name, false, above);
    if (below.empty()) {
      throw refusal(400, "Invalid data; couldn't parse key \"" + name.substr(0, 80) +
                             "\". Key value can't be empty");
    }
    update& each = made.updates.emplace_back();
    each.name = name;
    each.place = place + below;
    each.leaves = flatten(value, each.place, now);
  }
  auto& updates = made.updates;
  std::sort(updates.begin(), updates.end(),
            [](const update& a, const update& b) { return a.place < b.place; });
  // Sorted, everything below a place follows it at once.
  for (std::size_t i = 1; i < updates.size(); ++i) {
    if (within(updates[i].place, updates[i - 1].place)) {
      throw refusal(400, "Invalid data; \"" + updates[i - 1].name.substr(0, 80) +
                             "\" is an ancestor of \"" + updates[i].name.substr(0, 80) + "\"");
    }
  }
  return made;
}

}  // namespace outcry::firebase::local
