#include <algorithm>
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
  if (wish.cleared && !wish.by_gate) leave_position(wish);
  if (wish.ending || wish.is_flat) return;
  // So that it finds out when the journal goes away: the desk tells nothing then, but reports.
  if (wish.cleared) mark_dirty();
  if (!wish.cleared || wish.by_gate || journal_away_) ask_gate(wish);
}

// The gate lets what reduces the position rest, so that a stop meanwhile does not cancel the
// closing order; the other orders are cancelled one by one. What the bot asked for before is known
// to the desk or never will be: one report after another, in the order in which they were asked.
void ticker_bot_state::exit_if_alone(bot_wish& wish) {
  if (wish.is_flat) return;
  compare_with_gate(wish);
  if (wish.cleared) {
    if (wish.by_gate) leave_position(wish);
    return;
  }
  std::size_t others = 0;
  for (const auto& order : wish.gate->open) {
    if (order.purpose == order_purpose::exit) continue;
    ++others;
    self_->send(services_->orders, cancel_order{setup_->identity.id, order.number});
  }
  wish.code.clear();
  if (others != 0 || !unsent_.empty()) {
    wish.waiting_for = fmt::format("{} order{} of the bot {} being cancelled", others,
                                   others == 1 ? "" : "s", others == 1 ? "is" : "are");
    return;
  }
  if (wish.gate->position != holding_ && !wish.by_gate) {
    wish.waiting_for = "the last fills are being journalled";
    return;
  }
  wish.cleared = true;
  wish.began_with = position_for(wish);
  leave_position(wish);
}

// Events are told once they are journalled. The desk's report is right before that, and is all
// there is while the journal is away.
void ticker_bot_state::compare_with_gate(bot_wish& wish) const {
  const auto* mine = open_exit_order();
  const bool behind =
      wish.gate->position != holding_ ||
      (mine != nullptr && std::ranges::find(wish.gate->open, mine->order.number,
                                            &order_record::number) == wish.gate->open.end());
  wish.behind = behind ? wish.behind + 1 : 0;
  if (!behind)
    wish.by_gate = false;
  else if (wish.trusts_gate && (journal_away_ || wish.behind > max_reports_ahead))
    wish.by_gate = true;
}

Quantity ticker_bot_state::position_for(const bot_wish& wish) const {
  return wish.by_gate && wish.gate ? wish.gate->position + record_.claimed : own_position();
}

// The order that is open for this exit or an earlier one; nothing when all are closed.
const order_terms* ticker_bot_state::closing_order(const bot_wish& wish,
                                                   std::uint64_t& number) const {
  if (!wish.by_gate) {
    const auto* open = open_exit_order();
    if (open != nullptr) number = open->order.number;
    return open == nullptr ? nullptr : &open->order.terms;
  }
  for (const auto& order : wish.gate->open) {
    if (order.purpose != order_purpose::exit) continue;
    number = order.number;
    return &order.order.request.terms;
  }
  // Not answered yet: the desk may have lost it, and says so when it is asked.
  auto mine = orders_.find(wish.number);
  if (mine == orders_.end() || placed_.count(wish.number) == 0) return nullptr;
  number = wish.number;
  return &mine->second.order.terms;
}

void ticker_bot_state::leave_position(bot_wish& wish) {
  const auto position = position_for(wish);
  std::uint64_t number = 0;
  if (const auto* open = closing_order(wish, number)) {
    wish.code.clear();
    // Of an exit that a stop has ended: it may rest for ever where nobody buys.
    const bool left = number <= wish.after;
    wish.waiting_for = (left ? "being cancelled: " : "to be filled: ") + in_words(*open);
    if (left) wish.waiting_for += ", left by an exit";
    // As long as it is open nobody can say what is left.
    if (left || is_late(wish))
      self_->send(services_->orders, cancel_order{setup_->identity.id, number});
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
                           wish.by_gate ? "closed" : to_string(status)));
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
  send_closing_order(wish, position);
}

void ticker_bot_state::send_closing_order(bot_wish& wish, Quantity position) {
  // Looked at again when the journal has answered, if there is one.
  if (changing_ && !wish.by_gate) return;
  order_ask ask;
  ask.terms.ticker = setup_->identity.ticker;
  ask.terms.side = position.is_positive() ? order_side::sell : order_side::buy;
  ask.terms.qty = position.is_positive() ? position : -position;
  if (wish.leave.limit_price.is_positive()) {
    // Brokers take parts of a share at the market only.
    if (const auto whole = rounded(ask.terms.qty, 0, rounding::down); whole.is_positive()) {
      ask.terms.qty = whole;
      ask.terms.type = order_type::limit;
      ask.terms.limit_price = wish.leave.limit_price;
      ask.terms.extended_hours = true;
    } else if (pad_.phase() != session_phase::regular) {
      not_flat(wish, line_status::error, ec::refused,
               "less than a share goes at the market only, in the regular session");
      return;
    }
  }
  ask.number = pad_.take_number();
  ++wish.tries;
  wish.number = ask.number;
  wish.code.clear();
  wish.waiting_for = "to be filled: " + in_words(ask.terms);
  record_.asked.push_back(ask.number);
  note_order(view_of(ask, order_purpose::exit));
  // A record must not take back a change that is on its way to the journal.
  std::vector<bot_record> record;
  if (!changing_) record.push_back(next_record());
  place(ask, order_purpose::exit, std::move(record));
}

std::string ticker_bot_state::sold_json(const bot_wish& wish) const {
  if (wish.by_gate) {
    // At which price is told when the journal is back.
    const auto rest = position_for(wish);
    const auto gone = wish.began_with - rest;
    return nlohmann::json{{"shares", to_string(gone.is_positive() ? gone : -gone)},
                          {"position", to_string(rest)}}
        .dump();
  }
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
  const auto figures = nlohmann::json::parse(result);
  const auto shares = figures.at("shares").get<std::string>();
  auto reason =
      shares == "0" ? std::string("there was nothing to close") : "flat: " + shares + " closed";
  if (shares != "0" && figures.contains("average_price"))
    reason += " at " + figures.at("average_price").get<std::string>();
  if (wish.overtaken) reason += "; not started again, another exit came after it";
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
                     to_string(position_for(wish))),
         sold_json(wish));
}

}  // namespace outcry
