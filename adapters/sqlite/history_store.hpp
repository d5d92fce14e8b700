#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/journal_store.hpp"
#include "messages/history.hpp"

namespace outcry::sqlite {

/// The most rows one read of the history may ask for.
constexpr std::uint32_t most_history_rows = 10'000;

/// Every price until Firebase holds it, in the order of arrival. A commit survives a kill of the
/// process; a loss of power may take what the system had not written yet. Not thread-safe. Members
/// throw store_error when the file cannot be read or written; the open transaction must then be
/// rolled back, and all is as before it.
class history_store {
public:
  /// Opens or makes the file at `path`; refusals as `database` states them.
  explicit history_store(const std::string& path);

  void begin();
  void commit();
  /// Undoes everything since `begin`. Never throws.
  void rollback() noexcept;

  /// Stores ticks of one ticker, oldest first, within the open transaction.
  void append(const std::string& ticker, std::span<const price_tick> ticks);

  /// What is stored behind both `after_seq` and the cursor. `ec::invalid_input` when the limit is
  /// not 1 to 10,000.
  journal_result<history_page> read(const read_history& query);

  /// Moves the cursor, in a transaction of its own; one that goes back is passed over.
  /// `ec::invalid_input` for a seq that was never given.
  journal_result<std::int64_t> deliver(const history_delivered& delivered);

  /// Deletes up to `most` delivered rows, in a transaction of its own. True when there are more.
  bool forget_delivered(std::int64_t most);

  /// Of the newest price, committed or in the open transaction; 0 = none ever.
  std::int64_t last_seq() const { return position_.seq; }
  std::int64_t delivered_seq() const { return delivered_seq_; }
  std::uint64_t commits() const { return db_.commits(); }

private:
  struct position {
    std::int64_t seq = 0;
    std::int64_t key_ms = 0;  // of the key given last: keys never go back in time
  };

  template <class Work>
  auto guarded(Work work) -> decltype(work());
  template <class Work>
  auto in_transaction(Work work) -> decltype(work());
  std::int64_t ticker_number(const std::string& ticker);
  std::int64_t read_meta(const std::string& key);
  void write_meta(const std::string& key, std::int64_t value);

  database db_;
  std::unordered_map<std::string, std::int64_t> tickers_;
  position position_;
  position at_begin_;
  std::int64_t delivered_seq_ = 0;
  std::int64_t forgotten_seq_ = 0;
};

}  // namespace outcry::sqlite
