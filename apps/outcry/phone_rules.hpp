#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace outcry::cli {

/// apps/phone/firebase/database.rules.json, as it was when this program was built.
std::string_view phone_rules_text();

/// Rules as JSON: comments left out. Throws std::runtime_error if they are no JSON object.
nlohmann::json parse_rules(std::string_view text);

/// An index that rules name: where, and by what.
struct rule_index {
  std::string path;   ///< "tickers/$ticker/orders"
  std::string field;  ///< "order/status"

  bool operator==(const rule_index&) const = default;
};

/// Every `.indexOn` of `rules`.
std::vector<rule_index> indexes_of(const nlohmann::json& rules);

/// The first place at which two sets of rules differ ("pubsub-messages/.read"); "" = nowhere.
std::string first_difference(const nlohmann::json& ours, const nlohmann::json& theirs);

}  // namespace outcry::cli
