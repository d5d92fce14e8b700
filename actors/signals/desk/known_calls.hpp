#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/signals/signal.hpp"
#include "messages/signals.hpp"

namespace outcry {

/// A call's name: source and source_id.
using call_key = std::pair<std::string, std::string>;

call_key key_of(const signal_record& x);

/// The beginning of `contributor` of all that came from the shared database; behind it stands the
/// role that wrote it there.
inline constexpr std::string_view shared_contributor = "postgres:";

/// The calls a desk remembers: all that are not final and the latest of those that are.
class known_calls {
public:
  void put(signal_record record);
  signal_record* find(const call_key& key);
  const signal_record* find(const call_key& key) const;
  /// By the store's number, or by "<source>/<source_id>".
  signal_record* find(const std::string& name);
  const std::map<call_key, signal_record>& all() const { return calls_; }

  /// Forgets final ones that were received before `since`, and beyond `most_final` the oldest.
  void forget(timestamp_ns since);

private:
  static constexpr std::size_t most_final = 10'000;

  std::map<call_key, signal_record> calls_;
};

/// What makes two calls the same call, whoever says it: ticker, side, action, prices.
std::string fingerprint(const signals::signal& call);

}  // namespace outcry
