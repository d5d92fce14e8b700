#pragma once

#include <optional>

#include "actors/signals/context.hpp"
#include "actors/signals/mark.hpp"
#include "actors/signals/reading.hpp"

namespace outcry::signals {

/// A call in the form of stock and option channels: a verb (BTO, STC, STO, BTC), then in any order
/// quantity, ticker, strike with c or p, expiry; then the price. Nothing if there is no verb or
/// what follows it is no such thing.
///
/// "BTC" is the verb "buy to close" only before another ticker, with a strike or a price behind it.
std::optional<reading> read_contract_call(message_view& view, const message_context& context);

}  // namespace outcry::signals
