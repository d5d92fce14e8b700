#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tests/actors/trading/desk_under_test.hpp"

// What tests of entries that carry their own exits have in common.

namespace outcry::test {

inline order_terms exit_terms(order_type type, const char* qty, const char* price) {
  order_terms x;
  x.ticker = "AAPL";
  x.side = order_side::sell;
  x.type = type;
  x.lasts = time_in_force::gtc;
  x.qty = shares(qty);
  if (type == order_type::stop) x.stop_price = dollars(price);
  if (type == order_type::limit) x.limit_price = dollars(price);
  return x;
}

/// Order 1 buys ten at 100; order 2 stops at 95, order 3 sells four at 105.
inline place_order guarded_entry(const desk_under_test& floor) {
  auto wish = floor.wish(1);
  wish.exits = {exit_terms(order_type::stop, "10", "95"),
                exit_terms(order_type::limit, "4", "105")};
  wish.record[0].intents = 3;
  return wish;
}

inline place_order later_exit(const desk_under_test& floor, std::uint64_t number, order_terms terms,
                              std::uint64_t parent = 1) {
  auto wish = floor.wish(number);
  wish.terms = std::move(terms);
  wish.parent = parent;
  return wish;
}

inline void fill(desk_under_test& floor, std::uint64_t number, const char* qty, const char* price) {
  floor.script->tell(floor.script->fill(floor.client_id(number), shares(qty), dollars(price)));
  floor.run();
}

inline void fill_entry(desk_under_test& floor, const char* qty) {
  floor.script->fill_entry(floor.client_id(1), shares(qty), dollars("100"));
  floor.run();
}

/// The broker ends it by itself.
inline void end(desk_under_test& floor, std::uint64_t number, order_status status) {
  floor.script->tell(floor.script->end(floor.client_id(number), status));
  floor.run();
}

/// "1 new; 2 held; 3 held; "
inline std::string told(const desk_under_test& floor) {
  std::string result;
  for (const auto& event : floor.heard->events)
    result += std::to_string(event.number) + ' ' + event.event + "; ";
  return result;
}

/// How often each number has come to an end.
inline std::map<std::uint64_t, int> ends(const desk_under_test& floor) {
  std::map<std::uint64_t, int> result;
  for (const auto& event : floor.heard->events)
    if (is_closed(event.status)) ++result[event.number];
  return result;
}

inline const std::map<std::uint64_t, int> each_once = {{1, 1}, {2, 1}, {3, 1}};

}  // namespace outcry::test
