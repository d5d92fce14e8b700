#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "messages/journal.hpp"

namespace outcry::memory {

/// Why a request contradicts what is stored, or asks for too much.
struct refusal {
  std::string text;
};

template <class T>
using result = tl::expected<T, refusal>;

/// What a journal holds, in memory. A refused write changes nothing. Not thread-safe.
class journal_store {
public:
  /// `floor_id` is what this journal calls its floor; it begins every client_order_id.
  explicit journal_store(std::string floor_id);

  result<journal_receipt> apply(const journal_write& write);
  result<outbox_page> apply(const outbox_delivered& delivered);

  floor_image read(const load_floor& query) const;
  bot_image read(const load_bot& query) const;
  ledger_line read(const find_line& query) const;
  trading_image read(const load_trading& query) const;
  result<order_list> read(const find_orders& query) const;
  result<order_event_list> read(const read_order_events& query) const;
  performance_list read(const get_performance& query) const;
  result<ledger_list> read(const find_ledgers& query) const;
  result<outbox_page> read(const read_outbox& query) const;

  /// Every order, by bot and number, and every event, by seq: what a backtest reports.
  const auto& orders() const { return orders_; }
  const auto& events() const { return events_; }

private:
  using order_key = std::pair<std::string, std::uint64_t>;  // bot, number

  const ledger* find(const std::string& message_id) const;
  const ledger_line* find(const std::string& message_id, const std::string& bot_id) const;
  std::string why_not(const journal_write& write) const;
  std::string why_not_trading(const journal_write& write) const;
  void put_ledgers(const journal_write& write);
  void put_bots(const journal_write& write);
  void put_halt(const halt_state& x);
  void put_trading(const journal_write& write);

  std::string floor_id_;
  halt_state halt_;
  std::vector<ledger> ledgers_;  // in the order of their adoption
  std::map<std::string, std::size_t> ledger_index_;
  std::map<std::string, bot_record> bots_;
  std::map<std::string, bot_identity> guests_;
  std::deque<outbox_row> outbox_;
  std::int64_t last_owed_ = 0;
  std::map<order_key, order_record> orders_;
  std::set<order_key> open_;
  std::map<std::string, order_key> by_client_id_;
  std::map<std::int64_t, order_event> events_;
  std::map<std::string, std::vector<std::int64_t>> events_of_;  // seqs by bot, rising
  std::map<std::pair<std::string, std::string>, bot_holding> holdings_;
  std::map<std::string, ticker_account> tickers_;
  std::map<std::pair<std::string, std::string>, performance_record> performance_;  // bot, day
  std::vector<risk_limits> limits_;
};

}  // namespace outcry::memory
