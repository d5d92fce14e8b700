#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "messages/invalid_field.hpp"
#include "messages/orders.hpp"
#include "messages/performance.hpp"

/// How orders, their events, limits and profits stand in the journal and in answers to people:
/// numbers as decimal texts, times as ISO 8601 in UTC with nanoseconds, null for a time that is
/// not known. What is written reads back as it was, but for text that is not UTF-8 (U+FFFD stands
/// in its place) and times before 1970 or beyond the year 2262.
namespace outcry {

/// {"bot","number","purpose","status","terms":{"ticker","side","type","lasts","qty","notional",
/// "limitPrice","stopPrice","extendedHours"},"clientOrderId","broker":{"id","status","filledQty",
/// "averagePrice","replacedBy","replaces","reason","created","updated","submitted","filled",
/// "expired","canceled","failed","replaced"},"code","reason","asked","sent","updated"}; an exit's
/// has "parent" and "parentClientOrderId", an order with closed fills "exited".
std::string to_json(const order_record& x);
tl::expected<order_record, invalid_field> parse_order_record(std::string_view json);

/// {"seq","bot","number","event","executionId","purpose","terms","status","filledQty",
/// "averagePrice","price","qty","code","reason","at"}; an exit's has "parent".
std::string to_json(const order_event& x);
tl::expected<order_event, invalid_field> parse_order_event(std::string_view json);

/// {"bot","ticker","day","base":figures,"latest":figures,"at"}; figures are {"total","unrealized",
/// "realized","converted","profit","open"}.
std::string to_json(const performance_record& x);
tl::expected<performance_record, invalid_field> parse_performance_record(std::string_view json);
std::string to_json(const profit_figures& x);

/// {"max_position","max_order_notional","max_orders_per_minute","daily_loss_limit",
/// "price_collar"}: every limit; "0" and 0 are none.
std::string to_json(const risk_limits& x);

/// Reads changes of limits: `now` with what `changes` names replaced. An empty text or object
/// changes nothing. Numbers or decimal texts of at least 0; an unknown name, a name that stands
/// twice or a value that is none is refused, and then nothing counts.
tl::expected<risk_limits, invalid_field> read_risk_limits(std::string_view changes,
                                                          const risk_limits& now);

}  // namespace outcry
