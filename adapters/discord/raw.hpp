#pragma once

#include <string>
#include <vector>

#include "adapters/discord/message.hpp"
#include "messages/signals.hpp"

namespace outcry::discord {

/// A followed channel and who may give calls in it. Both lists empty: everybody.
struct channel_rule {
  snowflake channel = 0;
  std::vector<snowflake> authors;  ///< accounts, or webhooks by their id
  std::vector<snowflake> roles;    ///< of the server; a webhook has none
};

/// True if the author of `m` is one of the rule's authors or has one of its roles. Roles that are
/// not known are none.
bool trusts(const channel_rule& rule, const message& m);

/// "discord:<channel>": of a thread, its channel's, whose rules it shares.
std::string source_of(snowflake channel, snowflake parent);

/// A message for the signal desk. The same edit is the same to everybody who reads the channel:
/// `edited_ns` is Discord's time of it, one nanosecond later where a preview came to the text.
raw_message to_raw(const message& m, const channel_rule& rule, timestamp_ns received_ns);

/// The messages taken back by a deletion. Discord keeps no time of it: `edited_ns` is when we
/// heard.
std::vector<raw_message> to_raw(const deletion& d, timestamp_ns received_ns);

}  // namespace outcry::discord
