#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/feed.hpp"
#include "adapters/postgres/link.hpp"

namespace outcry::postgres {

struct inlet_options {
  std::string floor_id;  ///< whose own rows are not read
  std::string from;      ///< what an earlier delivery said under `resume`; empty = never read
  /// Whoever has never read this database starts with what was recorded within this time.
  std::chrono::seconds first_age{24 * 3600};
  int page = 200;
  /// Looked at least this often, whatever was notified.
  std::chrono::milliseconds poll{10'000};
};

/// Rows for whoever takes them.
struct delivery {
  std::vector<feed_row> rows;  ///< at least one, in order
  std::string resume;          ///< to be kept once all of them have been taken
};

/// Reads what others contribute, on a thread of its own: as soon as a notification tells of it, and
/// after each new connection whatever was missed. One delivery at a time: the next comes after
/// `accept`.
class inlet {
public:
  /// By the inlet's thread.
  using taker = std::function<void(delivery)>;

  inlet(link_options link, inlet_options options, taker on_delivery);
  inlet(const inlet&) = delete;
  inlet& operator=(const inlet&) = delete;

  void start() { link_.start(); }
  void stop() { link_.stop(); }

  /// The last delivery has been taken, and where to resume is kept. Any thread.
  void accept();

private:
  void find_place(connection& from);
  void serve(connection& from);

  inlet_options options_;
  taker on_delivery_;
  std::string database_;      // the link's thread, as all below but accepted_
  std::optional<feed> feed_;  // none before the first connection
  bool delivered_ = false;    // and not accepted yet
  std::atomic<bool> accepted_{false};
  link link_;  // last: its thread uses the rest
};

}  // namespace outcry::postgres
