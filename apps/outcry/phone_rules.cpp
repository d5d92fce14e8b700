#include "apps/outcry/phone_rules.hpp"

#include <stdexcept>

namespace outcry::cli {

namespace {

using nlohmann::json;

void collect_indexes(const json& rules, const std::string& path, std::vector<rule_index>& into) {
  if (!rules.is_object()) return;
  for (const auto& [key, value] : rules.items()) {
    if (key == ".indexOn") {
      const json fields = value.is_array() ? value : json::array({value});
      for (const auto& field : fields)
        if (field.is_string()) into.push_back({path, field.get<std::string>()});
    } else if (!key.starts_with(".")) {
      collect_indexes(value, path.empty() ? key : path + "/" + key, into);
    }
  }
}

}  // namespace

json parse_rules(std::string_view text) {
  constexpr bool may_throw = false;
  constexpr bool with_comments = true;
  auto found = json::parse(text, nullptr, may_throw, with_comments);
  if (!found.is_object() || !found.contains("rules") || !found["rules"].is_object())
    throw std::runtime_error("expected a JSON object with \"rules\"");
  return std::move(found["rules"]);
}

std::vector<rule_index> indexes_of(const json& rules) {
  std::vector<rule_index> found;
  collect_indexes(rules, "", found);
  return found;
}

std::string first_difference(const json& ours, const json& theirs) {
  if (ours == theirs) return {};
  if (!ours.is_object() || !theirs.is_object()) return "(its top)";
  const json differences = json::diff(ours, theirs);
  const auto place = differences.front().at("path").get<std::string>();
  return place.empty() ? "(its top)" : place.substr(1);
}

}  // namespace outcry::cli
