#include "actors/trading/live_order.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace outcry {

namespace {

constexpr std::size_t floor_id_digits = 16;

bool is_floors_own(order_status status) {
  return status == order_status::intended || status == order_status::unknown ||
         status == order_status::never_sent;
}

// Whether the broker's word is newer than what is known.
bool is_news(const order_record& record, const broker_order& said) {
  if (is_floors_own(record.status)) return true;
  if (said.filled_qty != record.order.filled_qty) return said.filled_qty > record.order.filled_qty;
  if (is_closed(said.status)) return true;
  return !is_closed(record.status) && said.updated_ns >= record.order.updated_ns;
}

Price price_of_growth(const order_record& record, const broker_order& said, Quantity grown) {
  const auto before = multiply(record.order.filled_avg_price, record.order.filled_qty);
  const auto after = multiply(said.filled_avg_price, said.filled_qty);
  const auto price = divide(after - before, grown, detail::decimal_places, rounding::half_even);
  return price.is_positive() ? price : said.filled_avg_price;
}

}  // namespace

order_change take_over(order_record& record, const broker_order& said, Price price, Quantity qty) {
  order_change change;
  if (!is_news(record, said)) return change;
  const auto grown = said.filled_qty - record.order.filled_qty;
  if (grown.is_positive()) {
    const bool this_fill = qty == grown && price.is_positive();
    change.fill = {grown, this_fill ? price : price_of_growth(record, said, grown)};
  }
  // A fill that overtook the end of its order does not open it again.
  const bool stays_closed =
      is_closed(record.status) && !is_floors_own(record.status) && !is_closed(said.status);
  const auto status = stays_closed ? record.status : said.status;
  change.status_changed = status != record.status;
  auto request = std::move(record.order.request);
  record.order = said;
  record.order.request = std::move(request);
  record.status = record.order.status = status;
  if (!said.reason.empty()) record.reason = said.reason;
  return change;
}

std::string_view event_for(order_status status) {
  switch (status) {
    case order_status::filled:
      return "fill";
    case order_status::partially_filled:
      return "partial_fill";
    default:
      return to_string(status);
  }
}

bool says_status_only(std::string_view event) {
  static constexpr std::array<std::string_view, 14> names = {
      "new",      "accepted", "pending_new",    "fill",           "partial_fill",
      "canceled", "expired",  "done_for_day",   "replaced",       "rejected",
      "stopped",  "held",     "pending_cancel", "pending_replace"};
  return std::find(names.begin(), names.end(), event) != names.end();
}

Quantity signed_qty(order_side side, Quantity qty) {
  return side == order_side::buy ? qty : -qty;
}

Quantity left_of(const order_record& record) {
  const auto left = record.order.request.terms.qty - record.order.filled_qty;
  return left.is_positive() ? left : Quantity{};
}

std::string make_client_order_id(std::string_view floor_id, std::string_view bot_id,
                                 std::uint64_t number) {
  std::string id{floor_id.substr(0, floor_id_digits)};
  id += '-';
  id += bot_id;
  id += '-';
  id += std::to_string(number);
  return id;
}

std::optional<order_name> parse_client_order_id(std::string_view floor_id, std::string_view id) {
  const auto prefix = floor_id.substr(0, floor_id_digits);
  if (prefix.empty() || !id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  const auto last = id.rfind('-');
  if (last == std::string_view::npos || last < 2 || id.front() != '-') return std::nullopt;
  order_name name;
  name.bot_id = id.substr(1, last - 1);
  const auto digits = id.substr(last + 1);
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, name.number);
  if (error != std::errc{} || stop != end || digits.empty()) return std::nullopt;
  return name;
}

}  // namespace outcry
