#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "adapters/sqlite/signal_store.hpp"

namespace outcry::sqlite {

/// What may be asked of the signal store.
using signal_request =
    std::variant<store_message, store_signals, load_signals, find_signals, find_messages,
                 find_updates, get_source_results, get_last_source_id, read_unshared, mark_shared,
                 save_cursor, get_cursor, forget_messages>;
/// Its answer; `journal_failure` when it was not done.
using signal_answer =
    std::variant<journal_failure, store_receipt, signal_list, message_list, update_list,
                 source_result_list, last_source_id, unshared_page, unshared_count, cursor_value>;

/// Executes requests in order, many in one transaction. Not thread-safe.
class signal_engine {
public:
  /// Opens the store in `data_dir`, which must exist. Throws store_error.
  explicit signal_engine(const std::string& data_dir);

  /// Executes `requests` in order; answers in the same order. All changes of the call become
  /// durable in one commit before this returns. If that fails, each request is tried alone, so that
  /// one that cannot be stored does not take the others with it; what still fails is
  /// `ec::not_durable` and changed nothing. Never throws but for lack of memory.
  std::vector<signal_answer> run(std::span<const signal_request> requests);

  signal_store& store() { return store_; }

private:
  std::vector<signal_answer> run_together(std::span<const signal_request> requests);

  signal_store store_;
};

}  // namespace outcry::sqlite
