#include "actors/operator/owed_values.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "messages/operator_codec.hpp"
#include "messages/paths.hpp"

namespace outcry {

std::vector<owed_value> owed_message(const operator_message& message) {
  std::vector<owed_value> result;
  auto fields = nlohmann::json::parse(to_json(message));
  for (const auto& [field, value] : fields.items())
    result.push_back({paths::message_value(message.id, field), value.dump()});
  return result;
}

std::vector<owed_value> owed_state(const ledger& entry) {
  const auto& id = entry.message.id;
  auto count = std::count_if(entry.lines.begin(), entry.lines.end(),
                             [](const ledger_line& line) { return is_final(line.status); });
  auto put = [&](const char* field, const nlohmann::json& value) {
    return owed_value{paths::message_value(id, field), value.dump()};
  };
  std::vector<owed_value> result;
  result.push_back(put("state", to_string(entry.state)));
  result.push_back(put("acknowledgementCount", count));
  if (!entry.unmatched.empty()) result.push_back(put("unmatched", entry.unmatched));
  if (!entry.code.empty()) {
    result.push_back(put("code", entry.code));
    result.push_back(put("reason", entry.reason));
  }
  result.push_back({paths::summary(id), summary_json(entry)});
  // Whole again, should its sender have deleted it meanwhile: a node without type or target would
  // puzzle whoever lists the messages. What could not be read stays as its sender wrote it.
  if (entry.state != message_state::working && parse_verb(entry.message.type) != verb::unknown)
    for (auto& value : owed_message(entry.message))
      if (!value.path.ends_with("/createdAt") && !value.path.ends_with("/config") &&
          !value.path.ends_with("/description"))
        result.push_back(std::move(value));
  return result;
}

owed_value owed_line(const std::string& message_id, const ledger_line& line) {
  return {paths::acknowledgement(message_id, line.bot_id), acknowledgement_json(line)};
}

void append(std::vector<owed_value>& to, std::vector<owed_value> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace outcry
