#pragma once

#include <string>
#include <string_view>

/// Where everything stands in the Realtime Database. Every argument is the plain name; the
/// functions escape it. No leading slash.
namespace outcry::paths {

inline constexpr std::string_view floor = "floor";
inline constexpr std::string_view messages = "pubsub-messages";
inline constexpr std::string_view summaries = "message-summaries";
/// Of the account.
inline constexpr std::string_view performance = "performance";
/// Of the account, where today's phone app looks.
inline constexpr std::string_view service_aggregate = "services/aggregate/performance";

std::string floor_value(std::string_view name);
std::string ticker_price(std::string_view ticker);
/// `key` is a push id.
std::string ticker_history(std::string_view ticker, std::string_view key);
std::string ticker_order(std::string_view ticker, std::string_view order_id);
/// One field of an order's last state: "tickers/<T>/orders/<id>/event".
std::string ticker_order_value(std::string_view ticker, std::string_view order_id,
                               std::string_view field);
/// `key` is a push id.
std::string ticker_order_event(std::string_view ticker, std::string_view order_id,
                               std::string_view key);
std::string ticker_performance(std::string_view ticker);

/// Where today's phone app looks.
std::string service_order(std::string_view ticker, std::string_view order_id);
std::string service_performance(std::string_view ticker);

std::string bot(std::string_view bot_id);
std::string message(std::string_view message_id);
/// One field of a message: "pubsub-messages/<id>/state".
std::string message_value(std::string_view message_id, std::string_view field);
std::string acknowledgement(std::string_view message_id, std::string_view bot_id);
std::string summary(std::string_view message_id);
std::string signal(std::string_view source, std::string_view source_id);

}  // namespace outcry::paths
