#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "adapters/sqlite/journal_store.hpp"

namespace outcry::sqlite {

/// What may be asked of the journal.
using journal_request =
    std::variant<journal_write, load_floor, load_bot, find_line, find_ledgers, read_outbox,
                 outbox_delivered, load_trading, find_orders, read_order_events, get_performance>;
/// Its answer; `journal_failure` when it was not done.
using journal_answer =
    std::variant<journal_failure, journal_receipt, floor_image, bot_image, ledger_line, ledger_list,
                 outbox_page, trading_image, order_list, order_event_list, performance_list>;

/// How a journal is opened.
struct journal_settings {
  std::string data_dir;                  ///< holds journal.db; must exist
  std::function<std::int64_t()> now_ms;  ///< UNIX milliseconds; called by the journal's thread
  /// Final messages and closed orders older than this are deleted at opening, and then once a day
  /// with the day's first request. Ids must outlive any redelivery.
  std::int64_t retention_ms = 400LL * 24 * 3600 * 1000;
};

/// The file a journal of this data directory lives in.
std::string journal_path(const std::string& data_dir);

/// Executes requests in order, many in one transaction. Not thread-safe.
class journal_engine {
public:
  /// Opens the journal and prunes it. Throws store_error.
  explicit journal_engine(journal_settings settings);

  /// Executes `requests` in order; answers in the same order. All writes of the call become durable
  /// in one commit before this returns. If that fails, each request is tried alone, so that one
  /// that cannot be stored does not take the others with it; what still fails is
  /// `ec::journal_unavailable` and changed nothing. Never throws but for lack of memory.
  std::vector<journal_answer> run(std::span<const journal_request> requests);

  journal_store& store() { return store_; }

private:
  void prune(std::int64_t now_ms);
  std::vector<journal_answer> run_together(std::span<const journal_request> requests);
  journal_answer execute(const journal_request& request);

  journal_settings settings_;
  journal_store store_;
  std::int64_t pruned_ms_ = 0;  ///< when it was last tried
};

}  // namespace outcry::sqlite
