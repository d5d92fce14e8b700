#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outcry::channels {

/// Who wants prices: {"action":"subscribe"|"unsubscribe","ticker":T}.
inline constexpr std::string_view broker_registration = "BROKER_REGISTRATION";

/// Every ticker's updates, as a pattern for PSUBSCRIBE and PUBSUB CHANNELS.
inline constexpr std::string_view ticker_updates_pattern = "TICKER_UPDATES_*";

/// Prices and orders of one ticker: "TICKER_UPDATES_AAPL". Upper-cases the ticker.
std::string ticker_updates(std::string_view ticker);

/// The ticker of a channel made by `ticker_updates`; nothing for any other channel.
std::optional<std::string> ticker_of(std::string_view channel);

/// Beside `ticker_updates` for every subscriber that is not itself a bot nobody knows, on the same
/// connection: "OUTCRY_LISTENERS_AAPL". Nothing is ever published there; it is counted only.
std::string listeners(std::string_view ticker);

/// The ticker of a channel made by `listeners`; nothing for any other channel.
std::optional<std::string> ticker_of_listeners(std::string_view channel);

/// What a ticker's bots have earned today: "TICKER_PERFORMANCE_AAPL". Upper-cases the ticker.
std::string ticker_performance(std::string_view ticker);

/// What all bots have earned today.
inline constexpr std::string_view performance_aggregate = "TICKER_PERFORMANCE_AGGREGATE";

/// Stream of commands to one controlled container bot: "OUTCRY_COMMANDS_<bot id>".
std::string commands(std::string_view bot_id);

/// Stream of acknowledgements of every controlled container bot.
inline constexpr std::string_view acknowledgements = "OUTCRY_ACKNOWLEDGEMENTS";

/// Stream of orders of controlled container bots.
inline constexpr std::string_view orders = "OUTCRY_ORDERS";

/// Leased key that says a container bot is there: "OUTCRY_PRESENCE_<bot id>".
std::string presence(std::string_view bot_id);

/// Every presence key, as a pattern for SCAN.
inline constexpr std::string_view presence_pattern = "OUTCRY_PRESENCE_*";

/// Leased key of the floor that speaks to the bots on this Redis: "<name> <id>".
inline constexpr std::string_view floor = "OUTCRY_FLOOR";

/// The bot id of a key made by `presence`; nothing for any other key.
std::optional<std::string> bot_of_presence(std::string_view key);

}  // namespace outcry::channels
