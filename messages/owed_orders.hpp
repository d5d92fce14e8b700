#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "messages/journal.hpp"
#include "messages/trading.hpp"

namespace outcry {

/// The `order_data` object that today's bots read on TICKER_UPDATES channels: seven fields and an
/// `order` of 32, as Alpaca's client library prints them. Numbers are texts, what is not known is
/// null, times have a blank between date and time ("2025-05-06 14:39:11.760112+00:00"). Ours are:
/// asset_class "us_equity", order_class "simple", source "outcry" (bots demand a text, not a
/// certain one), asset_id made of the ticker, the same for ever. An order that the broker has given
/// no id carries its client_order_id there.
std::string order_data_json(const broker_update& x);

/// What Firebase must hold after `x`: each field of the order's last state, and the event under
/// `key`, a push id. Fields are owed one by one, so that the events beside them stay.
std::vector<owed_value> owed_order(const broker_update& x, std::string_view key);

/// What today's phone app reads of an order under /services: its last state as one value.
owed_value owed_service_order(const broker_update& x);

}  // namespace outcry
