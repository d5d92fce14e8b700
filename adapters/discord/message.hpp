#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/discord/snowflake.hpp"

namespace outcry::discord {

/// A payload that is not what Discord documents; says which field, what was expected and what was
/// found.
struct bad_payload : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A message of a channel, as far as it can matter to a reader of calls.
struct message {
  snowflake id = 0;
  snowflake channel_id = 0;  ///< a thread's own id for a message in a thread
  snowflake parent_id = 0;   ///< the channel of that thread; 0 outside threads
  snowflake guild_id = 0;    ///< 0 = not known
  snowflake author_id = 0;   ///< of a webhook's post: the webhook's id
  std::string author_name;   ///< the name shown, else the account's
  bool author_is_bot = false;
  snowflake webhook_id = 0;  ///< 0 = not posted by a webhook
  /// The roles of the author in the guild. Nothing = not known (Discord leaves them out over REST).
  std::optional<std::vector<snowflake>> role_ids;
  snowflake reply_to = 0;      ///< the message it answers; 0 = none
  std::string text;            ///< everything readable, see `read_message`
  std::int64_t sent_ms = 0;    ///< UNIX ms, from the id
  std::int64_t edited_ms = 0;  ///< UNIX ms of the last edit; 0 = never edited
  bool own = false;            ///< posted by this bot
  bool is_edit = false;        ///< takes the place of a text that was handed over before
  bool backfilled = false;     ///< fetched afterwards, not heard live
};

/// Messages that are gone.
struct deletion {
  snowflake channel_id = 0;
  snowflake parent_id = 0;
  snowflake guild_id = 0;
  std::vector<snowflake> ids;  ///< in Discord's order, at most 1000
};

/// Reads a message object of MESSAGE_CREATE, MESSAGE_UPDATE or the REST API; `own_user` is this
/// bot's id. Throws bad_payload.
///
/// `text` has one line for each of these, in this order, empty ones left out: the content; of each
/// embed its author's name, title, description, fields as "name: value", and footer; the texts of
/// components (Discord's "components v2"); then the same of each forwarded message. At most 64 KiB,
/// cut at a character.
message read_message(const nlohmann::json& object, snowflake own_user);

/// Reads MESSAGE_DELETE or MESSAGE_DELETE_BULK. Throws bad_payload.
deletion read_deletion(const nlohmann::json& object);

/// The id in `object[name]`: a decimal text, or (as some servers write it) a number. Nothing where
/// it is missing or null. Throws bad_payload for anything else.
std::optional<snowflake> read_id(const nlohmann::json& object, const char* name);

/// As `read_id`; throws bad_payload when it is missing.
snowflake require_id(const nlohmann::json& object, const char* name);

}  // namespace outcry::discord
