#include "tests/chaos/protection.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "messages/decimal.hpp"
#include "tests/chaos/books.hpp"

namespace outcry::test {

namespace {

struct trade {
  bool open = false;
  Quantity bought;
  Quantity exited;   // as the broker keeps it
  Quantity sold;     // by its exits
  Quantity guarded;  // the largest stop at work
  int open_exits = 0;
};

Quantity qty(const std::string& text) {
  return Quantity::parse(text).value();
}

}  // namespace

void check_protected(const floor_process& at) {
  std::map<std::string, trade> trades;
  // One statement: one moment.
  const auto rows =
      broker_rows(at,
                  "SELECT client_order_id, parent, type, status, qty, filled_qty, exited, is_open,"
                  " (SELECT coalesce(max(qty), '0') FROM positions) FROM orders");
  Quantity position;
  for (const auto& row : rows) {
    position = qty(row.at(8));
    const bool open = row.at(7) == "1";
    if (row.at(1).empty()) {
      auto& x = trades[row.at(0)];
      x.open = open;
      x.bought = qty(row.at(5));
      x.exited = qty(row.at(6));
      continue;
    }
    auto& x = trades[row.at(1)];
    x.sold += qty(row.at(5));
    x.open_exits += open ? 1 : 0;
    const auto& status = row.at(3);
    const bool works = status == "new" || status == "partially_filled" || status == "accepted";
    if (row.at(2) == "stop" && open && works)
      x.guarded = std::max(x.guarded, qty(row.at(4)) - qty(row.at(5)));
  }
  Quantity held;
  int at_work = 0;
  for (const auto& [name, x] : trades) {
    INFO(name);
    CHECK(x.exited == x.sold);
    const auto left = x.bought - x.sold;
    CHECK(left >= Quantity{});
    CHECK(x.guarded >= left);
    held += left;
    if (x.open || left.is_positive()) ++at_work;
    if (!x.open && left.is_zero()) CHECK(x.open_exits == 0);
  }
  CHECK(held == position);
  CHECK(at_work <= 1);
}

}  // namespace outcry::test
