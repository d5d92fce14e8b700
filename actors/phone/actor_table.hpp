#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "messages/journal.hpp"

namespace outcry {

/// What phones are told of the floor's actors and of its verdict: /floor/actors and /floor/verdict.
/// Small: at most `most_rows` rows, those that need looking at first; only what has changed is
/// written. Pure; one thread.
class actor_table {
public:
  explicit actor_table(std::size_t most_rows = 200) : most_rows_(most_rows) {}

  /// What is to be written so that phones see this snapshot, of the shape of the op `inspect`
  /// (adapters/control); `verdict` may be empty. No path is an ancestor of another. The first time,
  /// and after `forget`, that is everything in one value. Empty when `snapshot` is none.
  std::vector<owed_value> changes(std::string_view snapshot, std::string_view verdict);

  /// The last changes have not arrived: the next ones are everything again.
  void forget();

private:
  struct totals {
    std::int64_t at_ms = 0;
    double enqueued = 0;
    double sent = 0;
    double sampled = 0;
    double busy_ns = 0;
  };

  nlohmann::json row(const nlohmann::json& actor, std::int64_t at_ms);

  std::size_t most_rows_;
  bool whole_ = true;
  std::map<std::string, std::string> shown_;  ///< rows as phones have them, by escaped name
  std::string shown_verdict_;
  std::map<std::string, totals> before_;  ///< of the snapshot before, by name
  std::map<std::string, totals> now_;
};

}  // namespace outcry
