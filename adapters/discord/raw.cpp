#include "adapters/discord/raw.hpp"

#include <algorithm>

namespace outcry::discord {

namespace {
bool contains(const std::vector<snowflake>& list, snowflake id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}
}  // namespace

bool trusts(const channel_rule& rule, const message& m) {
  if (rule.authors.empty() && rule.roles.empty()) return true;
  if (contains(rule.authors, m.author_id)) return true;
  return m.role_ids && std::any_of(m.role_ids->begin(), m.role_ids->end(),
                                   [&](snowflake role) { return contains(rule.roles, role); });
}

std::string source_of(snowflake channel, snowflake parent) {
  return "discord:" + std::to_string(parent != 0 ? parent : channel);
}

raw_message to_raw(const message& m, const channel_rule& rule, timestamp_ns received_ns) {
  raw_message result;
  result.source = source_of(m.channel_id, m.parent_id);
  result.source_id = std::to_string(m.id);
  result.sent_ns = m.sent_ms * ns_per_ms;
  if (m.edited_ms != 0) {
    result.edited_ns = m.edited_ms * ns_per_ms;
  } else if (m.is_edit) {
    result.edited_ns = result.sent_ns + 1;
  }
  result.trusted = trusts(rule, m);
  result.author_id = std::to_string(m.author_id);
  result.author = m.author_name;
  result.text = m.text;
  result.received_ns = received_ns;
  if (m.reply_to != 0) result.reply_to = std::to_string(m.reply_to);
  return result;
}

std::vector<raw_message> to_raw(const deletion& d, timestamp_ns received_ns) {
  std::vector<raw_message> result;
  for (const auto id : d.ids) {
    raw_message gone;
    gone.source = source_of(d.channel_id, d.parent_id);
    gone.source_id = std::to_string(id);
    gone.edited_ns = received_ns;
    gone.deleted = true;
    gone.sent_ns = made_at_ms(id) * ns_per_ms;
    gone.received_ns = received_ns;
    result.push_back(std::move(gone));
  }
  return result;
}

}  // namespace outcry::discord
