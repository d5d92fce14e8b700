#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"

// The verb exit: the bot's other orders are cancelled, then what it owns is sold, or bought back,
// until it owns nothing.

namespace outcry {

namespace {

bool exits(const bot_wish& wish) {
  return wish.what == verb::exit;
}

}  // namespace

void ticker_bot_state::pursue_exit(bot_wish& wish) {
  if (!wish.recorded) return;
  if (wish.is_flat) {
    flat(wish);
    return;
  }
  if (is_late(wish) && !wish.cleared && !wish.asking) {
    not_flat(wish, line_status::expired, ec::expired,
             wish.waiting_for.empty() ? "it came too late" : wish.waiting_for);
    return;
  }
  if (earlier(wish, exits) != nullptr) {
    wish.code.clear();
    wish.waiting_for = "the exit before it is not done yet";
    return;
  }
  if (wish.cleared)
    leave_position(wish);
  else
    ask_gate(wish);
}

// The gate lets what reduces the position rest, so that a stop meanwhile does not cancel the
// closing order; the other orders are cancelled one by one.
void ticker_bot_state::exit_if_alone(bot_wish& wish) {
  if (wish.cleared) return;
  std::size_t others = 0;
  for (const auto& order : wish.gate->open) {
    if (order.purpose == order_purpose::exit) continue;
    ++others;
    self_->send(services_->orders, cancel_order{setup_->identity.id, order.number});
  }
  wish.code.clear();
  if (others == 0 && record_.asked.empty()) {
    // The desk may know of a fill whose event is still on its way through the journal.
    if (wish.gate->position == holding_) {
      wish.cleared = true;
      leave_position(wish);
    } else {
      wish.waiting_for = "the last fills are being journalled";
    }
    return;
  }
  wish.waiting_for = fmt::format("{} order{} of the bot {} being cancelled", others,
                                 others == 1 ? "" : "s", others == 1 ? "is" : "are");
}

void ticker_bot_state::leave_position(bot_wish& wish) {
  const auto position = own_position();
  if (const auto* open = open_exit_order()) {
    wish.code.clear();
    // Of an exit that a stop has ended: it may rest for ever where nobody buys.
    const bool left = open->order.number <= wish.after;
    wish.waiting_for =
        (left ? "being cancelled: " : "to be filled: ") + in_words(open->order.terms);
    if (left) wish.waiting_for += ", left by an exit";
    // As long as it is open nobody can say what is left.
    if (left || is_late(wish))
      self_->send(services_->orders, cancel_order{setup_->identity.id, open->order.number});
    return;
  }
  if (position.is_zero()) {
    wish.is_flat = true;
    flat(wish);
    return;
  }
  if (is_late(wish)) {
    not_flat(wish, line_status::expired, ec::expired,
             wish.waiting_for.empty() ? "it came too late" : wish.waiting_for);
    return;
  }
  if (auto last = orders_.find(wish.number); last != orders_.end()) {
    const auto status = last->second.order.status;
    // A code alone is no refusal: it also says that an order was sent without the journal.
    if (status == order_status::rejected || status == order_status::never_sent) {
      not_flat(wish, line_status::error, ec::refused,
               last->second.code + (last->second.code.empty() ? "" : ": ") + last->second.reason);
      return;
    }
    if (wish.tries >= max_exit_tries && status != order_status::filled) {
      not_flat(wish, line_status::error, ec::refused,
               fmt::format("{} orders were not filled, the last one is {}", wish.tries,
                           to_string(status)));
      return;
    }
  }
  if (!hold_.empty()) {
    wish.code.clear();
    wish.waiting_for = "the bot is held: " + hold_ + "; position " + to_string(position);
    return;
  }
  if (wish.leave.limit_price.is_zero() && pad_.phase() != session_phase::regular) {
    wish.code = "waiting_for_open";
    wish.waiting_for = "the session is closed; position " + to_string(position);
    return;
  }
  if (changing_) return;  // looked at again when the journal has answered
  order_ask ask;
  ask.number = pad_.take_number();
  ask.terms.ticker = setup_->identity.ticker;
  ask.terms.side = position.is_positive() ? order_side::sell : order_side::buy;
  ask.terms.qty = position.is_positive() ? position : -position;
  if (wish.leave.limit_price.is_positive()) {
    ask.terms.type = order_type::limit;
    ask.terms.limit_price = wish.leave.limit_price;
    ask.terms.extended_hours = true;
  }
  ++wish.tries;
  wish.number = ask.number;
  wish.code.clear();
  wish.waiting_for = "to be filled: " + in_words(ask.terms);
  record_.asked.push_back(ask.number);
  note_order(view_of(ask, order_purpose::exit));
  place(ask, order_purpose::exit, {next_record()});
}

std::string ticker_bot_state::sold_json(const bot_wish& wish) const {
  Quantity shares;
  Money money;
  for (const auto& [number, order] : orders_) {
    if (number <= wish.after || order.purpose != order_purpose::exit) continue;
    shares += order.order.filled_qty;
    money += multiply(order.order.filled_avg_price, order.order.filled_qty);
  }
  const auto average = shares.is_zero()
                           ? Price{}
                           : divide(money, shares, detail::decimal_places, rounding::half_even);
  return nlohmann::json{{"shares", to_string(shares)},
                        {"average_price", to_string(average)},
                        {"position", to_string(own_position())}}
      .dump();
}

void ticker_bot_state::flat(bot_wish& wish) {
  const auto result = sold_json(wish);
  const auto shares = nlohmann::json::parse(result).at("shares").get<std::string>();
  auto reason = shares == "0"
                    ? std::string("there was nothing to close")
                    : "flat: " + shares + " closed at " +
                          nlohmann::json::parse(result).at("average_price").get<std::string>();
  if (!wish.leave.starts_again) {
    finish(wish, line_status::done, {}, std::move(reason), result);
    return;
  }
  if (!wish.opened) {
    wish.waiting_for = "flat; it is being started again";
    if (!wish.asking && !brake_waits()) start_trading(wish);
    return;
  }
  finish(wish, line_status::done, {}, reason + "; started again", result);
}

void ticker_bot_state::not_flat(bot_wish& wish, line_status status, ec code,
                                const std::string& why) {
  finish(wish, status, std::string(to_string(code)),
         fmt::format("{}; position {} is left and the bot stays stopped", why,
                     to_string(own_position())),
         sold_json(wish));
}

}  // namespace outcry
