#include "messages/channels.hpp"

#include "messages/detail/text.hpp"
#include "messages/keys.hpp"

namespace outcry::channels {

namespace {

constexpr std::string_view ticker_updates_prefix = "TICKER_UPDATES_";
constexpr std::string_view listeners_prefix = "OUTCRY_LISTENERS_";
constexpr std::string_view ticker_performance_prefix = "TICKER_PERFORMANCE_";
constexpr std::string_view commands_prefix = "OUTCRY_COMMANDS_";
constexpr std::string_view presence_prefix = "OUTCRY_PRESENCE_";

std::optional<std::string> ticker_behind(std::string_view prefix, std::string_view channel) {
  if (!channel.starts_with(prefix)) return std::nullopt;
  const auto text = channel.substr(prefix.size());
  const auto ticker = normalise_ticker(text);
  if (!ticker || *ticker != text) return std::nullopt;
  return *ticker;
}

}  // namespace

std::string ticker_updates(std::string_view ticker) {
  return std::string{ticker_updates_prefix} + detail::upper_ascii(ticker);
}

std::optional<std::string> ticker_of(std::string_view channel) {
  return ticker_behind(ticker_updates_prefix, channel);
}

std::string listeners(std::string_view ticker) {
  return std::string{listeners_prefix} + detail::upper_ascii(ticker);
}

std::optional<std::string> ticker_of_listeners(std::string_view channel) {
  return ticker_behind(listeners_prefix, channel);
}

std::string ticker_performance(std::string_view ticker) {
  return std::string{ticker_performance_prefix} + detail::upper_ascii(ticker);
}

std::string commands(std::string_view bot_id) {
  return std::string{commands_prefix}.append(bot_id);
}

std::string presence(std::string_view bot_id) {
  return std::string{presence_prefix}.append(bot_id);
}

std::optional<std::string> bot_of_presence(std::string_view key) {
  if (!key.starts_with(presence_prefix)) return std::nullopt;
  const auto bot_id = check_bot_id(key.substr(presence_prefix.size()));
  if (!bot_id) return std::nullopt;
  return *bot_id;
}

}  // namespace outcry::channels
