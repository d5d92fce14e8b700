#pragma once

#include <cstdint>

#include "messages/operator.hpp"
#include "messages/orders.hpp"

namespace outcry {

/// True for a brake's line that was done while this order, asked for before, was thought over. Up
/// to its end (`event.at_ns`) no brake is done that knows of it.
bool is_belied_by(const ledger_line& line, const order_event& event, std::int64_t asked_at_ms);

/// The line as it stands with an order that has come up after it was given up: an error with the
/// code `surfaced`, which names each such order and what has become of it. Amended again with a
/// later event of the same order, it names the order once. `at_ms` stays: it decides which orders
/// belie the line.
ledger_line amended_by(const ledger_line& line, const order_event& event);

}  // namespace outcry
