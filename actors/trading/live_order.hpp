#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messages/orders.hpp"

namespace outcry {

/// A fill that a broker's word reveals.
struct revealed_fill {
  Quantity qty;
  Price price;
};

/// What a broker's word changed in an order.
struct order_change {
  std::optional<revealed_fill> fill;
  bool status_changed = false;
};

/// An order that is not over, as the order desk follows it. Pure: no actors, no clock.
struct live_order {
  order_record record;
  std::set<std::string> heard;                        ///< execution ids
  order_status told_status = order_status::intended;  ///< as the last event said
  Quantity told_filled;

  bool sending = false;  ///< its request is on its way to the broker
  bool along = false;    ///< an exit that goes with its entry's request
  bool cancel_wanted = false;
  bool cancelling = false;    ///< a cancel is on its way to the broker
  bool looking = false;       ///< a question is on its way to the broker
  std::uint32_t writing = 0;  ///< events on their way to the journal
  bool surfaced = false;      ///< came up after it had been given up
  std::int64_t next_cancel_ms = 0;
  std::int64_t next_look_ms = 0;
  std::int64_t missing_since_ms = 0;  ///< since then the broker says that it knows no such order
  std::uint32_t looks = 0;
};

/// Takes over what the broker says of an order: the growth of what it has filled in all is a fill,
/// so that words that come twice, late or out of order book nothing twice, and the next word makes
/// up for one that was lost. An older word than the last one changes nothing. `price` and `qty` are
/// those of the fill the word is about; 0 = it is about none, or they are not known.
order_change take_over(order_record& record, const broker_order& said, Price price, Quantity qty);

/// The event's name for a status reached without having been told of it: "fill", "canceled", ...
std::string_view event_for(order_status status);

/// True for the names of events that say no more than their status does.
bool says_status_only(std::string_view event);

/// Signed: a purchase adds, a sale takes away.
Quantity signed_qty(order_side side, Quantity qty);

/// The code of an order, and of its events, that has come up after it was given up.
inline constexpr std::string_view surfaced_code = "surfaced";

/// What may still be filled.
Quantity left_of(const order_record& record);

/// "<first 16 of the floor's id>-<bot>-<number>": at most 128 characters for bot ids of up to 90.
std::string make_client_order_id(std::string_view floor_id, std::string_view bot_id,
                                 std::uint64_t number);

/// Whose order that id names.
struct order_name {
  std::string bot_id;
  std::uint64_t number = 0;
};

/// Reads an id made by `make_client_order_id` of the same floor; nothing for any other.
std::optional<order_name> parse_client_order_id(std::string_view floor_id, std::string_view id);

}  // namespace outcry
