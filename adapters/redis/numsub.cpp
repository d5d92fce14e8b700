#include "adapters/redis/numsub.hpp"

namespace outcry::redis {

arguments numsub(std::span<const std::string> channels) {
  arguments words{"PUBSUB", "NUMSUB"};
  words.insert(words.end(), channels.begin(), channels.end());
  return words;
}

result<std::vector<channel_count>> parse_numsub(reply_view answer) {
  failure wrong{failure_kind::malformed, "PUBSUB NUMSUB: expected pairs of channel and count"};
  if (!answer.is_array() || answer.size() % 2 != 0) return wrong;
  std::vector<channel_count> counts;
  counts.reserve(answer.size() / 2);
  for (std::size_t i = 0; i < answer.size(); i += 2) {
    if (!answer[i].is_text() || !answer[i + 1].is_integer()) return wrong;
    counts.emplace_back(answer[i].text(), answer[i + 1].integer());
  }
  return counts;
}

arguments active_channels(std::string_view pattern) {
  return {"PUBSUB", "CHANNELS", std::string(pattern)};
}

result<std::vector<std::string>> parse_active_channels(reply_view answer) {
  failure wrong{failure_kind::malformed, "PUBSUB CHANNELS: expected a list of names"};
  if (!answer.is_array()) return wrong;
  std::vector<std::string> names;
  names.reserve(answer.size());
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (!answer[i].is_text()) return wrong;
    names.emplace_back(answer[i].text());
  }
  return names;
}

}  // namespace outcry::redis
