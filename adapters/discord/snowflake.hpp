#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace outcry::discord {

/// Discord's ids: 64 bits that rise with time. 0 = none. In JSON they are decimal texts.
using snowflake = std::uint64_t;

/// The moment ids count from: 2015-01-01T00:00:00Z, UNIX ms
/// (docs.discord.com/developers/reference#snowflakes).
constexpr std::int64_t discord_epoch_ms = 1'420'070'400'000;

/// When the thing with this id was made, UNIX ms.
constexpr std::int64_t made_at_ms(snowflake id) {
  return static_cast<std::int64_t>(id >> 22) + discord_epoch_ms;
}

/// The smallest id of that moment; 0 for a time before Discord.
constexpr snowflake first_id_at(std::int64_t unix_ms) {
  return unix_ms <= discord_epoch_ms ? 0 : static_cast<snowflake>(unix_ms - discord_epoch_ms) << 22;
}

/// Reads 1 to 20 decimal digits; nothing for 0, anything else, or more than 64 bits.
std::optional<snowflake> parse_snowflake(std::string_view text);

}  // namespace outcry::discord
