#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/trading_tables.hpp"
#include "messages/error.hpp"
#include "messages/journal.hpp"

namespace outcry::sqlite {

/// Why one request was not done.
struct journal_failure {
  ec code = ec::journal_unavailable;
  std::string text;

  bool operator==(const journal_failure&) const = default;
};

template <class T>
using journal_result = tl::expected<T, journal_failure>;

/// How many refused outbox rows are kept aside: the newest ones.
constexpr std::int64_t refused_kept = 10'000;
/// The most rows one read may ask for.
constexpr std::uint32_t most_ledgers = 1000;
constexpr std::uint32_t most_outbox_rows = 10'000;
constexpr std::uint32_t most_orders = 1000;
constexpr std::uint32_t most_order_events = 10'000;

/// The journal: operator messages with their ledgers, bots, the halt, the outbox, orders. A commit
/// is on disk when it returns. Not thread-safe. Members throw store_error when the file cannot be
/// read or written; the open transaction must then be rolled back, and all is as before it.
class journal_store {
public:
  /// Opens or makes the file at `path`; refusals as `database` states them.
  explicit journal_store(const std::string& path);

  /// Opens a transaction that several writes may share.
  void begin();
  /// Makes all writes since `begin` durable. If it throws, none of them is.
  void commit();
  /// Undoes everything since `begin`. Never throws.
  void rollback() noexcept;

  /// Applies one write within the open transaction, all of it or nothing. Refuses with
  /// `ec::invalid_input`, harming none of its neighbours: a message adopted twice, a state or line
  /// of an unknown message, a line of a bot that is not expected, text that is not UTF-8, an order
  /// without name or with another's client_order_id, an order event whose seq is not above all that
  /// were ever used or whose order is unknown. A bot's record that is older than the stored one
  /// (`version`) is passed over.
  journal_result<journal_receipt> apply(const journal_write& write);

  /// Forgets delivered outbox rows within the open transaction; moves the refused ones aside,
  /// stamped `now_ms`. A refused row that is not in the outbox is passed over.
  journal_result<outbox_page> apply(const outbox_delivered& delivered, std::int64_t now_ms);

  floor_image read(const load_floor& query);
  /// Of the events, the first 10,000.
  bot_image read(const load_bot& query);
  trading_image read(const load_trading& query);
  /// `ec::invalid_input` when the limit is not 1 to 1000.
  journal_result<order_list> read(const find_orders& query);
  /// `ec::invalid_input` when the limit is not 1 to 10,000.
  journal_result<order_event_list> read(const read_order_events& query);
  performance_list read(const get_performance& query);
  /// An open line with nothing but the bot id when message or bot is unknown.
  ledger_line read(const find_line& query);
  /// `ec::invalid_input` when the limit is not 1 to 1000.
  journal_result<ledger_list> read(const find_ledgers& query);
  /// `ec::invalid_input` when the limit is not 1 to 10,000.
  journal_result<outbox_page> read(const read_outbox& query);

  /// Deletes final messages adopted before `before_ms` with their lines, and closed orders that did
  /// not change since then with their events (but of each bot the one of the highest number), in a
  /// transaction of its own. Answers how many messages and orders.
  int prune(std::int64_t before_ms);

  /// Rows kept aside because Firebase refused them.
  std::int64_t refused_count();

  /// Transactions committed since opening.
  std::uint64_t commits() const { return db_.commits(); }

  const std::string& path() const { return db_.path(); }

private:
  // What would be expensive to count each time; rolled back together with the file.
  struct outbox_count {
    std::int64_t last_seq = 0;
    std::int64_t backlog = 0;
  };

  template <class Work>
  auto guarded(Work work) -> decltype(work());
  template <class Work>
  auto in_savepoint(Work work) -> journal_result<decltype(work())>;
  journal_receipt write_all(const journal_write& write);
  void write_trading(const journal_write& write);
  void adopt(const ledger& x);
  void insert_line(std::int64_t message, const ledger_line& x);
  void update_line(const line_record& x);
  void update_state(const state_record& x);
  void put_bot(const bot_record& x);
  void stop_bot(const std::string& bot_id, std::int64_t at_ms);
  void put_guest(const bot_identity& x);
  void drop_guest(const std::string& bot_id);
  std::vector<bot_identity> read_guests();
  void put_halt(const halt_state& x);
  void owe(const owed_value& x);
  outbox_page forget(const outbox_delivered& delivered, std::int64_t now_ms);
  halt_state read_halt();
  std::vector<ledger_line> read_lines(std::int64_t message);

  database db_;
  trading_tables trading_{db_};
  std::string floor_id_;
  outbox_count outbox_;
  outbox_count at_begin_;
};

}  // namespace outcry::sqlite
