#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/sqlite/database.hpp"
#include "messages/journal.hpp"

namespace outcry::sqlite {

/// The journal's tables of orders, their events, holdings and profits. Within the transaction that
/// whoever holds the database has opened. Not thread-safe. Members throw SQLite::Exception,
/// store_error for what nobody writes, and the writing ones bad_write.
class trading_tables {
public:
  explicit trading_tables(database& db) : db_(db) {}

  /// Replaces the order of its bot and number.
  void put(const order_record& x);
  /// Refuses an event whose seq is not above all that were ever used, and one of an order that is
  /// not stored.
  void append(const order_event& x);
  void put(const bot_holding& x);
  void put(const ticker_account& x);
  void put(const performance_record& x);
  void put(const risk_limits& account);

  /// The bot's open orders and its latest 32, by number.
  std::vector<order_record> orders_of(const std::string& bot_id);
  /// Events after that one, by seq; no bot id = of all bots.
  std::vector<order_event> events_of(const std::string& bot_id, std::int64_t after_seq,
                                     std::uint32_t limit);
  std::vector<bot_holding> holdings_of(const std::string& bot_id);
  std::vector<order_record> find(const find_orders& query);
  performance_list find(const get_performance& query);

  /// All of the image but floor id and halt.
  void load(trading_image& image);

  /// Deletes closed orders that did not change since `before_ns`, with their events; of each bot
  /// the one of the highest number stays, and so do parents of open exits. Answers how many.
  int prune(std::int64_t before_ns);

private:
  std::int64_t last_event();
  std::vector<trading_bot> bots();

  database& db_;
};

}  // namespace outcry::sqlite
