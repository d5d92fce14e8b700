#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "adapters/postgres/link.hpp"
#include "adapters/postgres/outgoing.hpp"

namespace outcry::postgres {

/// Writes this floor's rows to the shared database on a thread of its own. A batch is kept and
/// tried again, on one connection after the other, until the database has answered for every row.
class outlet {
public:
  /// By the outlet's thread.
  using pushed = std::function<void(std::vector<row_outcome>)>;

  outlet(link_options options, pushed on_pushed);
  outlet(const outlet&) = delete;
  outlet& operator=(const outlet&) = delete;

  void start() { link_.start(); }
  void stop() { link_.stop(); }

  /// Takes a batch; the one before must have been answered. Any thread.
  void push(std::vector<outgoing_row> rows);

private:
  void serve(connection& to);
  std::optional<std::vector<outgoing_row>> waiting();

  pushed on_pushed_;
  bool with_trades_ = false;  // the link's thread
  std::mutex mutex_;
  std::optional<std::vector<outgoing_row>> batch_;
  link link_;  // last: its thread uses the rest
};

}  // namespace outcry::postgres
