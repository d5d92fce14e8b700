#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/control/inspect_request.hpp"
#include "adapters/control/members.hpp"
#include "messages/error.hpp"
#include "messages/invalid_field.hpp"
#include "messages/journal.hpp"
#include "messages/operator.hpp"

namespace outcry::control {

/// What can be asked over the socket.
enum class operation : std::uint8_t {
  send,
  log,
  bots,
  actors,
  pits,
  tail,
  status,
  links,
  orders,
  positions,
  performance,
  risk,
  bot_record,
  inspect,
  actor,
  trace,
  act,
  log_level,
};

/// One request, checked. Only the fields of its operation mean anything.
struct request {
  std::uint64_t id = 0;  ///< the client's number for it, repeated in every answer
  operation op = operation::status;
  operator_message message;          ///< send; id empty = make one
  std::int64_t wait_ms = 15'000;     ///< send; 0 to 600000
  std::string ledger_id;             ///< log; empty = the newest
  std::uint32_t limit = 20;          ///< log; 1 to 1000
  std::int64_t before_ms = 0;        ///< log; 0 = from the newest
  std::vector<std::string> tickers;  ///< tail; normalised; empty = every pit
  find_orders orders;                ///< orders
  std::string day;                   ///< performance; "2013-10-08"; empty = the latest
  std::string bot_id;                ///< bot_record
  inspection_wish inspection;        ///< inspect, actor, trace, act, log_level
};

/// Reads one line. `pressed_at_ms` and `created_by` are what the floor knows by itself.
tl::expected<request, bad_request> parse_request(std::string_view line, std::int64_t pressed_at_ms,
                                                 const std::string& created_by);

/// {"id":n,"item":...}; `item` is JSON.
std::string item_line(std::uint64_t id, std::string_view item);

/// {"id":n,"end":true,...}; `more` is empty or further members: `"final":false`.
std::string end_line(std::uint64_t id, std::string_view more = {});

/// {"id":n,"error":{"code","reason"}}; without id when it is 0.
std::string error_line(std::uint64_t id, std::string_view code, std::string_view reason);

}  // namespace outcry::control
