#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "messages/invalid_field.hpp"
#include "messages/orders.hpp"

/// What a bot in a container and the floor say to each other about orders; as JSON, in fields of
/// streams. Prices and quantities are decimal texts; numbers are accepted too.

namespace outcry {

/// A bot's word on the stream channels::orders. The entry's field says which it is.
struct container_order {
  enum class wish : std::uint8_t {
    order,   ///< field "order": it wants to order
    cancel,  ///< field "cancel": what is left of an order of its own shall be cancelled
    settle,  ///< field "settle": it has not heard what became of an order
  };
  wish what = wish::order;
  std::string bot_id;
  std::uint64_t number = 0;  ///< the bot's own count, from 1 on; rises with every order
  order_terms terms;         ///< of `order`; its ticker is the bot's

  bool operator==(const container_order&) const = default;
};

/// {"bot","number","side","type","timeInForce","qty","notional","limitPrice","stopPrice",
/// "extendedHours"}; of a cancel or settle the first two only.
std::string to_json(const container_order& x);

/// Reads the field `name` ("order", "cancel" or "settle"). What is missing or null is not given;
/// `timeInForce` is then "day". A number that is no decimal, an unknown word or an unknown field is
/// refused.
tl::expected<container_order, invalid_field> parse_container_order(std::string_view name,
                                                                   std::string_view json);

/// The bot and number of an order that may be wrong otherwise; `number` 0 if not even they can be
/// read.
container_order salvage_container_order(std::string_view json);

/// The floor's answer to an order or a settle, in field "order_answer" of the bot's stream:
/// {"number","status","filledQty","averagePrice","code","reason"}. It says how things are and is
/// not repeated; what happens to the order comes as events.
std::string container_order_answer(const order_record& x);

/// What happened to an order, in field "order_event": {"seq","after","number","event","side",
/// "type","status","price","qty","filledQty","averagePrice","code","reason","at"}. `price` and
/// `qty` are those of this fill, "0" if it is none. `after` is the seq of the bot's event before
/// this one: a bot that has not handled that one leaves this one, and gets both again.
std::string container_order_event(const order_event& x, std::int64_t after);

/// All a bot's orders have come to.
struct container_account {
  struct open_order {
    order_terms terms;
    order_status status = order_status::intended;
    Quantity filled_qty;
    Price filled_avg_price;
  };
  std::int64_t seq = 0;                      ///< of the last event that is part of this
  std::uint64_t number = 0;                  ///< the highest the bot has used
  Quantity position;                         ///< of its fills
  std::map<std::uint64_t, open_order> open;  ///< by number

  /// Takes an event in. False: it was part of this already.
  bool take(const order_event& x);
};

/// In field "orders" of the bot's stream, for a bot that comes without knowing: {"seq","number",
/// "position","open":[{"number","side","type","timeInForce","qty","notional","limitPrice",
/// "stopPrice","extendedHours","status","filledQty","averagePrice"}]}.
std::string to_json(const container_account& x);

}  // namespace outcry
