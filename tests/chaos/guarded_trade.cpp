#include "tests/chaos/guarded_trade.hpp"

#include <nlohmann/json.hpp>

namespace outcry::test {

namespace {

using nlohmann::json;

Price cents(std::int64_t n) {
  return Price::from_units(int128{n} * (detail::decimal_one / 100));
}

}  // namespace

order_terms guarded_trade::terms(order_side side, order_type type, std::int64_t qty,
                                 Price price) const {
  order_terms x;
  x.ticker = ticker_;
  x.side = side;
  x.type = type;
  x.qty = Quantity::from_integer(qty);
  x.lasts = side == order_side::buy || type == order_type::market ? time_in_force::day
                                                                  : time_in_force::gtc;
  if (type == order_type::limit) x.limit_price = price;
  if (type == order_type::stop) x.stop_price = price;
  return x;
}

void guarded_trade::enter(Price price, trader& floor) {
  using enum order_type;
  limit_ = price;
  ++trade_;
  // More than one print has.
  entry_ = floor.submit(terms(order_side::buy, limit, 700, price),
                        {terms(order_side::sell, stop, 700, price - cents(30)),
                         terms(order_side::sell, limit, 300, price + cents(10)),
                         terms(order_side::sell, limit, 400, price + cents(20))});
  stop_ = entry_ + 1;
  moved_ = closing_ = 0;
  for (auto number = entry_; number <= entry_ + 3; ++number) open_[number] = "asked";
}

void guarded_trade::on_price(const price_tick& tick, trader& floor) {
  if (open_.empty()) {
    if (position_.is_zero()) enter(tick.price, floor);
    return;
  }
  if (!position_.is_positive()) return;
  if (moved_ == 0 && tick.price >= limit_ + cents(3)) {
    moved_ = floor.submit_exit(entry_,
                               terms(order_side::sell, order_type::stop, 700, limit_ - cents(20)));
    open_[moved_] = "asked";
  } else if (moved_ != 0 && closing_ == 0 && trade_ % 4 == 0) {
    closing_ = floor.submit_exit(entry_, terms(order_side::sell, order_type::market, 700, Price{}));
    open_[closing_] = "asked";
  }
}

void guarded_trade::on_own_order(const own_order_event& event, trader& floor) {
  const auto& order = event.order;
  const auto said = std::to_string(order.number) + ' ' + event.event;
  if (open_.count(order.number) == 0) wrong_.push_back(said + " after its end");
  const auto change = order.terms.side == order_side::buy ? event.qty : -event.qty;
  position_ += change;
  if (position_ < Quantity{}) wrong_.push_back(said + " sold too much");
  // One that never was asked for has no parent there.
  const bool is_exit = order.number != entry_;
  if (order.parent != 0 && (!is_exit || order.parent != entry_)) wrong_.push_back(said + " parent");
  if (is_closed(order.status))
    open_.erase(order.number);
  else
    open_[order.number] = event.event;
  if (order.number == entry_ && event.qty.is_positive() && trade_ % 3 == 0) floor.cancel(entry_);
  const bool rests = order.status == order_status::working || order.status == order_status::held;
  if (order.number == moved_ && rests && stop_ != moved_) {
    floor.cancel(stop_);
    stop_ = moved_;
  }
}

tl::expected<std::string, invalid_field> guarded_trade::check_parameters(std::string_view) const {
  return "{}";
}

std::string guarded_trade::snapshot() const {
  auto open = json::object();
  for (const auto& [number, said] : open_) open[std::to_string(number)] = said;
  return json{{"position", to_string(position_)},
              {"open", open},
              {"wrong", wrong_},
              {"trades", trade_},
              {"limit", to_string(limit_)},
              {"numbers", {entry_, stop_, moved_, closing_}}}
      .dump();
}

void guarded_trade::restore(std::string_view snapshot) {
  const auto all = json::parse(snapshot);
  position_ = Quantity::parse(all.at("position").get<std::string>()).value();
  limit_ = Price::parse(all.at("limit").get<std::string>()).value();
  open_.clear();
  for (const auto& [number, said] : all.at("open").items())
    open_[std::stoull(number)] = said.get<std::string>();
  wrong_ = all.at("wrong").get<std::vector<std::string>>();
  trade_ = all.at("trades").get<std::uint64_t>();
  const auto& numbers = all.at("numbers");
  entry_ = numbers.at(0).get<std::uint64_t>();
  stop_ = numbers.at(1).get<std::uint64_t>();
  moved_ = numbers.at(2).get<std::uint64_t>();
  closing_ = numbers.at(3).get<std::uint64_t>();
}

}  // namespace outcry::test
