#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/journal_store.hpp"
#include "adapters/sqlite/signal_queries.hpp"
#include "messages/interfaces/signals.hpp"

namespace outcry::sqlite {

template <class T>
using signal_result = tl::expected<T, journal_failure>;

/// A contributor that begins so names the shared database: what it contributed is held there
/// already and is not owed to it.
constexpr std::string_view shared_contributor = "postgres:";

/// Asks for messages to be deleted that were received before `before_ns`: one batch, of those with
/// ids above `after`. Kept are those that the shared database lacks, and those of calls that are
/// not over. Answered with the id behind which the next batch begins; empty: there is none.
struct forget_messages {
  timestamp_ns before_ns = 0;
  std::int64_t after = 0;
  std::uint32_t limit = 500;
};

/// Messages, signals, updates and trades of this machine. A commit is on disk when it returns. Not
/// thread-safe. Members throw store_error when the file cannot be read or written; the open
/// transaction must then be rolled back, and all is as before it.
///
/// Refused with `ec::invalid_input`, harming none of its neighbours: a source or source_id that is
/// not 1 to 128 bytes, more than one signal, update or trade where one is allowed, a trade of
/// another call than its signal, an id that is unknown or another's, a version above 2^63 - 1, a
/// question for what cannot be.
class signal_store : private statement_source {
public:
  /// Opens or makes the file at `path`; refusals as `database` states them.
  explicit signal_store(const std::string& path);

  /// Opens a transaction that several requests may share.
  void begin();
  /// Makes all changes since `begin` durable. If it throws, none of them is.
  void commit();
  /// Undoes everything since `begin`. Never throws.
  void rollback() noexcept;

  /// A message that is known changes nothing: the answer holds what is stored under its name. Its
  /// source's last id follows only messages that this floor has read itself (no contributor).
  signal_result<store_receipt> apply(const store_message& x);
  /// A stored trade is replaced by its own version, also by a record whose own is no higher.
  signal_result<store_receipt> apply(const store_signals& x);
  /// A row that is unknown is passed over, and one that has a higher version meanwhile stays owed.
  signal_result<unshared_count> apply(const mark_shared& x);
  signal_result<cursor_value> apply(const save_cursor& x);
  signal_result<cursor_value> apply(const forget_messages& x);

  signal_result<signal_list> read(const load_signals& query);
  signal_result<signal_list> read(const find_signals& query);
  signal_result<message_list> read(const find_messages& query);
  signal_result<update_list> read(const find_updates& query);
  signal_result<source_result_list> read(const get_source_results& query);
  signal_result<last_source_id> read(const get_last_source_id& query);
  signal_result<unshared_page> read(const read_unshared& query);
  signal_result<cursor_value> read(const get_cursor& query);

  /// Transactions committed since opening.
  std::uint64_t commits() const { return db_.commits(); }

private:
  statement prepare(std::string_view sql) override { return db_.prepare(sql); }
  template <class Work>
  auto guarded(Work work) -> decltype(work());
  template <class Work>
  auto in_savepoint(Work work) -> signal_result<decltype(work())>;

  template <class Query>
  auto answered(const Query& query)
      -> signal_result<decltype(std::declval<signal_queries&>().read(query))>;
  store_receipt write(const store_message& x);
  void insert(const store_message& x);
  signal_record put(const signal_record& x);
  void insert(const signal_record& x);
  void replace(const signal_record& x);
  void put_trade(const signal_record& x);
  signal_update_record put(const signal_update_record& x);
  void insert(const signal_update_record& x);
  void replace(const signal_update_record& x);
  void note_last_id(const raw_message& x);
  void mark_message(const shared_row& x);
  void mark_signal(const shared_row& x);
  void mark_update(const shared_row& x);
  std::string forget(const forget_messages& x);
  void weigh_signal(const std::string& source, const std::string& source_id);

  database db_;
  signal_queries queries_{*this};
  // The versions of trades that stood in the last page of unshared rows, by signal: what is marked
  // as shared is the trade as it was handed out then. -1: there was none.
  std::map<std::int64_t, std::int64_t> handed_out_;
};

}  // namespace outcry::sqlite
