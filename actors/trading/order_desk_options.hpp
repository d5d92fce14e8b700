#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <caf/actor.hpp>

#include "actors/floor/house.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry {

/// How the order desk behaves.
struct order_desk_options {
  risk_limits account;   ///< of the whole account, until `set` changes them
  risk_limits each_bot;  ///< of a bot that has no limit of its own

  /// Sales beyond what a bot owns may open a short position; else they are refused.
  bool shorting = false;

  /// How long the broker must not know an order whose outcome is unknown until it counts as never
  /// sent, in milliseconds.
  std::int64_t quarantine_ms = 60'000;

  /// How long the broker may take to answer, in milliseconds; then the outcome is unknown.
  std::int64_t broker_timeout_ms = 10'000;

  /// How often the desk compares itself with the broker, in milliseconds.
  std::int64_t reconcile_interval_ms = 60'000;
};

struct order_desk_services {
  journal_actor journal;
  broker_actor broker;
  market_actor market;
  relay_actor relay;  ///< invalid: there is no relay
  house_ptr house;
  order_desk_options options;
};

/// What an order desk knows and the journal does not. It outlives a crash of the desk's actor.
struct order_book {
  std::map<std::string, caf::actor> owners;          ///< bots by id; implement `order_owner_actor`
  std::map<std::string, std::string> tickers;        ///< of those bots
  std::map<std::string, gate_closing> closed_gates;  ///< by bot id
  bool floor_closed = false;                         ///< a kill: every bot's gate
  std::set<std::string> opened;                      ///< bots let through after that
  caf::actor command_desk;                           ///< null: not known yet
  std::map<std::pair<std::string, std::uint64_t>, order_surfaced>
      surfaced;  ///< what it is yet to be told, by bot and number
};

}  // namespace outcry
