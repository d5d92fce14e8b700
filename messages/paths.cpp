#include "messages/paths.hpp"

#include <initializer_list>

#include "messages/keys.hpp"

namespace outcry::paths {

namespace {

constexpr std::string_view tickers = "tickers";
constexpr std::string_view bots = "bots";
constexpr std::string_view services = "services";
constexpr std::string_view signals = "signals";

/// `head` as it is, everything behind it escaped.
std::string join(std::string_view head, std::initializer_list<std::string_view> keys) {
  std::string result{head};
  for (const auto key : keys) {
    result += '/';
    result += escape_key(key);
  }
  return result;
}

}  // namespace

std::string floor_value(std::string_view name) {
  return join(floor, {name});
}

std::string ticker_price(std::string_view ticker) {
  return join(tickers, {ticker, "price"});
}

std::string ticker_history(std::string_view ticker, std::string_view key) {
  return join(tickers, {ticker, "prices", key});
}

std::string ticker_order(std::string_view ticker, std::string_view order_id) {
  return join(tickers, {ticker, "orders", order_id});
}

std::string ticker_order_value(std::string_view ticker, std::string_view order_id,
                               std::string_view field) {
  return join(tickers, {ticker, "orders", order_id, field});
}

std::string ticker_order_event(std::string_view ticker, std::string_view order_id,
                               std::string_view key) {
  return join(tickers, {ticker, "orders", order_id, "events", key});
}

std::string ticker_performance(std::string_view ticker) {
  return join(tickers, {ticker, "performance"});
}

std::string service_order(std::string_view ticker, std::string_view order_id) {
  return join(services, {ticker, "orders", order_id});
}

std::string service_performance(std::string_view ticker) {
  return join(services, {ticker, "performance"});
}

std::string bot(std::string_view bot_id) {
  return join(bots, {bot_id});
}

std::string message(std::string_view message_id) {
  return join(messages, {message_id});
}

std::string message_value(std::string_view message_id, std::string_view field) {
  return join(messages, {message_id, field});
}

std::string acknowledgement(std::string_view message_id, std::string_view bot_id) {
  return join(messages, {message_id, "acknowledgement", bot_id});
}

std::string summary(std::string_view message_id) {
  return join(summaries, {message_id});
}

std::string signal(std::string_view source, std::string_view source_id) {
  return join(signals, {std::string(source) + '/' + std::string(source_id)});
}

}  // namespace outcry::paths
