#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <caf/actor_addr.hpp>

#include "actors/floor/house.hpp"
#include "actors/signals/context.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/signals.hpp"

namespace outcry {

/// What may be done with the calls of a source.
struct source_rules {
  std::string source;   ///< "discord:<channel id>"; one "*" at the end stands for any rest
  std::string name;     ///< for people
  bool trade = false;   ///< false: calls are read and kept, nobody follows them
  bool confirm = true;  ///< the operator says yes to each before it is followed
  signals::channel_rules reading;
  std::vector<std::string> tickers;  ///< only these; empty = any that a bot follows
};

/// How the signal desk behaves.
struct signal_desk_options {
  std::vector<source_rules> sources;
  /// What the broker can trade; a call that does not tell is taken for what its source says.
  std::vector<signals::asset_kind> assets = {signals::asset_kind::stock};
  duration_ns confirm_ns = 600 * ns_per_s;      ///< how long a call waits for the operator
  duration_ns quarantine_ns = 3600 * ns_per_s;  ///< how long one in quarantine may be accepted
  /// The same call by whomever within this time is a repost; also as long as the first is traded.
  duration_ns repost_ns = 3600 * ns_per_s;
};

struct signal_desk_services {
  signal_store_actor store;
  market_actor market;    ///< invalid: no prices are known
  journal_actor journal;  ///< for the operator's answers and what the mirror is owed
  house_ptr house;
  signal_desk_options options;
};

/// A bot that follows calls.
struct follower {
  std::string bot_id;
  /// Implements `follower_actor`. An address: bots know the desk, so the desk must not keep them.
  caf::actor_addr bot;
};

/// What a signal desk knows and the store does not. It outlives a crash of the desk's actor.
struct signal_book {
  std::map<std::string, follower> followers;  ///< by ticker; not changed once `complete`
  std::atomic<bool> complete{false};          ///< the desk begins when every bot has its place
};

}  // namespace outcry
