#include "adapters/paper/request_check.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace outcry::paper {

namespace {

using check = std::optional<refusal>;

template <class Tag>
bool has_places(decimal<Tag> x, int places) {
  return rounded(x, places, rounding::down) == x;
}

template <class Tag>
bool is_huge(decimal<Tag> x) {
  return x >= decimal<Tag>::from_integer(too_large);
}

check check_names(const order_request& request) {
  const auto& id = request.client_order_id;
  if (id.empty() || id.size() > 128) return invalid("client_order_id must be 1 to 128 characters");
  const auto& ticker = request.terms.ticker;
  const bool printable =
      std::all_of(ticker.begin(), ticker.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (ticker.empty() || ticker.size() > 32 || !printable) {
    return invalid(fmt::format("asset \"{}\" not found", printable ? ticker : "?"));
  }
  return std::nullopt;
}

check check_size(const order_terms& terms, const exchange_options& options) {
  const bool has_qty = !terms.qty.is_zero();
  const bool has_notional = !terms.notional.is_zero();
  if (!has_qty && !has_notional) return invalid("qty or notional is required");
  if (has_qty && has_notional) return invalid("only one of qty or notional is accepted");
  if (has_qty && !terms.qty.is_positive()) return invalid("qty must be > 0");
  if (has_notional && terms.notional < Money::from_integer(1)) {
    return invalid("notional amount must be >= 1.00");
  }
  if (!has_places(terms.qty, 9)) return invalid("qty is limited to 9 decimal places");
  if (!has_places(terms.notional, 2)) return invalid("notional is limited to 2 decimal places");
  if (is_huge(terms.qty)) return invalid("qty is too large");
  if (is_huge(terms.notional)) return invalid("notional is too large");
  const bool market_day = terms.type == order_type::market && terms.lasts == time_in_force::day;
  if (has_notional && !market_day) return invalid("notional orders must be market DAY orders");
  if (!market_day && !options.fractional_always && !has_places(terms.qty, 0)) {
    return invalid("fractional orders must be market DAY orders");
  }
  return std::nullopt;
}

check check_price(std::string_view name, Price price, const exchange_options& options) {
  if (!price.is_positive()) return invalid(fmt::format("{} price must be > 0", name));
  if (is_huge(price)) return invalid(fmt::format("{} price is too large", name));
  const int places = price >= Price::from_integer(1) ? 2 : 4;
  if (options.penny_prices && !has_places(price, places)) {
    return not_possible(
        fmt::format("invalid {}_price {}. sub-penny increment does not fulfill minimum pricing "
                    "criteria",
                    name, to_string(price)));
  }
  return std::nullopt;
}

check check_prices(const order_terms& terms, const exchange_options& options) {
  const auto type = terms.type;
  const bool wants_limit = type == order_type::limit || type == order_type::stop_limit;
  const bool wants_stop = type == order_type::stop || type == order_type::stop_limit;
  const bool has_limit = !terms.limit_price.is_zero();
  const bool has_stop = !terms.stop_price.is_zero();
  if (type == order_type::market && (has_limit || has_stop)) {
    return invalid("market orders require no stop or limit price");
  }
  const auto word = to_string(type);
  if (wants_limit && !has_limit) return invalid(fmt::format("{} orders require limit price", word));
  if (wants_stop && !has_stop) return invalid(fmt::format("{} orders require stop price", word));
  if (!wants_limit && has_limit) {
    return invalid(fmt::format("{} orders require no limit price", word));
  }
  if (!wants_stop && has_stop) return invalid(fmt::format("{} orders require no stop price", word));
  if (wants_limit) {
    if (auto bad = check_price("limit", terms.limit_price, options)) return bad;
  }
  return wants_stop ? check_price("stop", terms.stop_price, options) : std::nullopt;
}

check check_duration(const order_terms& terms) {
  const bool at_once = terms.lasts == time_in_force::ioc || terms.lasts == time_in_force::fok;
  const bool market_or_limit = terms.type == order_type::market || terms.type == order_type::limit;
  if (at_once && !market_or_limit) return invalid("ioc and fok orders must be market or limit");
  if (terms.extended_hours && (at_once || terms.type != order_type::limit)) {
    return invalid("extended hours orders must be DAY or GTC limit orders");
  }
  return std::nullopt;
}

}  // namespace

std::optional<refusal> check_request(const order_request& request,
                                     const exchange_options& options) {
  if (auto bad = check_names(request)) return bad;
  if (auto bad = check_size(request.terms, options)) return bad;
  if (auto bad = check_prices(request.terms, options)) return bad;
  return check_duration(request.terms);
}

std::optional<refusal> check_exit(const order_terms& exit, const order_terms& parent) {
  if (exit.ticker != parent.ticker) return invalid("exits must be for the asset of their parent");
  if (exit.side == parent.side)
    return invalid("exits must be on the side opposite to their parent");
  if (!are_exit_terms(exit)) return invalid("exits must be DAY or GTC orders with a qty");
  return std::nullopt;
}

}  // namespace outcry::paper
