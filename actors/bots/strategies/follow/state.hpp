#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/bots/strategies/follow/trade.hpp"

namespace outcry::following {

/// What was answered to one task, so that the same one is answered the same again.
struct taken_task {
  std::string source;
  std::string source_id;
  std::int64_t edited_ns = 0;
  bool taken = false;
  std::string code;
  std::string reason;
  std::uint64_t id = 0;     ///< of an update: its orders name it
  std::uint32_t parts = 0;  ///< of an update: what it set going and has not come to nothing

  bool operator==(const taken_task&) const = default;
};

/// An order of a trade that is over: should it fill all the same, this tells what it was.
struct past_order {
  std::string source;
  std::string source_id;
  order_side side = order_side::buy;
  Price stop;
  trade_order order;

  bool operator==(const past_order&) const = default;
};

/// Everything a bot that follows calls must know to go on after a restart.
struct follow_state {
  std::optional<trade> current;
  std::deque<trade_record> ended;  ///< the latest ones, oldest first
  std::deque<taken_task> tasks;    ///< the latest ones, oldest first
  std::deque<past_order> past;     ///< of the latest trades
  Quantity outside;                ///< of the bot, but of no trade: by the verb `enter`
  Money outside_paid;              ///< paid for it less received
  Money realized;                  ///< profit of the ended trades
  std::uint64_t last_version = 0;  ///< of any trade's record
  std::uint64_t last_task = 0;     ///< of any update
  Price mark;                      ///< the last price seen

  bool operator==(const follow_state&) const = default;
};

constexpr std::size_t most_ended = 32;
constexpr std::size_t most_tasks = 128;
constexpr std::size_t most_past = 64;

/// The state as one line of JSON.
std::string write_state(const follow_state& x);

/// Reads it again. Throws std::runtime_error naming the field when it is none.
follow_state read_state(std::string_view text);

}  // namespace outcry::following
