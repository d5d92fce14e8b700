#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/discord/snowflake.hpp"

namespace outcry::discord {

/// What is wrong with the form of a bot token, in words that never hold the token; nothing if it
/// may be one. A token has three parts of base64url with dots between them; the first is the
/// account's id. A user account's token can look the same: only Discord knows (`read_own_user`).
std::optional<std::string> token_problem(std::string_view token);

/// Who the token belongs to.
struct own_user {
  snowflake id = 0;
  std::string name;
};

/// Reads the answer to GET /users/@me, asked as a bot. Throws bad_payload; one of its reasons is
/// that the account is no bot: Discord ends user accounts that programs act through.
own_user read_own_user(std::string_view body);

/// `text` with "***" for each place where the token stands.
std::string without_token(std::string text, std::string_view token);

/// The same, on one line and at most 500 bytes long.
std::string fit_to_log(std::string text, std::string_view token);

}  // namespace outcry::discord
