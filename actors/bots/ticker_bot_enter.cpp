#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"

// The verb enter: one order of the operator's. Which number it has is journalled with the pending
// line before it is sent: after a crash the journal's orders say whether it was.

namespace outcry {

namespace {

bool starts(const bot_wish& wish) {
  return wish.what == verb::start;
}

/// The broker has it and it can fill.
bool is_resting(order_status status) {
  switch (status) {
    case order_status::accepted:
    case order_status::working:
    case order_status::partially_filled:
    case order_status::done_for_day:
      return true;
    default:
      return false;
  }
}

std::string filled_words(const order_view& order) {
  const auto& x = order.order;
  auto result = to_string(x.filled_qty) + " filled";
  if (x.filled_avg_price.is_positive()) result += " at " + to_string(x.filled_avg_price);
  return result;
}

std::string order_json(const order_view& order) {
  const auto& x = order.order;
  return nlohmann::json{{"order", x.number},
                        {"status", to_string(x.status)},
                        {"filled", to_string(x.filled_qty)},
                        {"average_price", to_string(x.filled_avg_price)}}
      .dump();
}

}  // namespace

void ticker_bot_state::pursue_enter(bot_wish& wish) {
  if (wish.asking) return;
  if (wish.number == 0) {
    place_enter(wish);
    return;
  }
  auto known = orders_.find(wish.number);
  if (known == orders_.end())
    look_for_enter(wish);
  else
    judge_enter(wish, known->second);
}

void ticker_bot_state::place_enter(bot_wish& wish) {
  if (is_late(wish)) {
    finish(wish, line_status::expired, std::string(to_string(ec::expired)), "it was not sent");
    return;
  }
  if (earlier(wish, starts) != nullptr) {
    wish.waiting_for = "the start before it is not done yet";
    return;
  }
  if (record_.desired == desired_state::stopped || brake_waits()) {
    finish(wish, ec::halted, "the bot is stopped");
    return;
  }
  if (!hold_.empty()) {
    finish(wish, ec::halted, "the bot is held: " + hold_);
    return;
  }
  if (changing_) return;  // looked at again when the journal has answered
  wish.number = pad_.take_number();
  wish.note = R"({"order":)" + std::to_string(wish.number) + "}";
  wish.waiting_for = in_words(wish.terms) + " is being sent";
  record_.asked.push_back(wish.number);
  note_order(view_of({wish.number, wish.terms}, order_purpose::enter));
  journal_write write;
  write.bots.push_back(next_record());
  write.lines.push_back({wish.command.message.id, pending_line(wish)});
  wish.asking = true;
  self_->request(services_->journal, bot_journal_timeout, std::move(write))
      .then(
          [this, serial = wish.serial,
           ask = order_ask{wish.number, wish.terms}](const journal_receipt&) {
            auto* found = find_wish(serial);
            if (found == nullptr || found->ending || brake_waits()) {
              // A stop was quicker.
              fate_known(ask.number);
              orders_.erase(ask.number);
              if (found != nullptr && !found->ending)
                finish(*found, ec::halted, "a stop came before it was sent");
              return;
            }
            found->asking = false;
            if (is_late(*found)) {
              fate_known(ask.number);
              orders_.erase(ask.number);
              finish(*found, line_status::expired, std::string(to_string(ec::expired)),
                     "it was not sent");
              return;
            }
            place(ask, order_purpose::enter, {});
          },
          [this, serial = wish.serial, number = wish.number](caf::error& reason) {
            self_->count_error();
            fate_known(number);
            orders_.erase(number);
            if (auto* found = find_wish(serial); found != nullptr)
              finish(*found, ec::journal_unavailable,
                     "nothing was sent, the journal could not be written: " +
                         self_->system().render(reason));
          });
}

// Begun before a restart. What the journal does not know was never taken by the order desk, which
// has settled everything the bot had asked for before the bot came back.
void ticker_bot_state::look_for_enter(bot_wish& wish) {
  if (wish.asking || orders_.count(wish.number) != 0) return;
  wish.asking = true;
  find_orders query;
  query.bot_id = setup_->identity.id;
  query.number = wish.number;
  self_->request(services_->journal, bot_journal_timeout, query)
      .then(
          [this, serial = wish.serial](const order_list& list) {
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            if (list.orders.empty()) {
              found->number = 0;
            } else if (orders_.count(found->number) == 0) {
              // One that the desk never took does not say whose wish it was.
              auto order = view_of(list.orders.front());
              order.purpose = order_purpose::enter;
              note_order(std::move(order));
            }
            pursue_all();
          },
          [this, serial = wish.serial](caf::error& reason) {
            self_->count_error();
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            found->waiting_for = "the journal does not answer: " + self_->system().render(reason);
          });
}

void ticker_bot_state::judge_enter(bot_wish& wish, const order_view& order) {
  const auto status = order.order.status;
  const auto result = order_json(order);
  const bool late = is_late(wish);
  if (status == order_status::filled) {
    finish(wish, line_status::done, {}, filled_words(order), result);
  } else if (wish.terms.type == order_type::limit && is_resting(status)) {
    finish(wish, line_status::done, {},
           "resting at the broker: " + in_words(wish.terms) + ", " + filled_words(order), result);
  } else if (status == order_status::never_sent || status == order_status::rejected) {
    finish(wish, line_status::error,
           order.code.empty() ? std::string(to_string(ec::refused)) : order.code,
           order.reason.empty() ? std::string(to_string(status)) : order.reason, result);
  } else if (is_closed(status)) {
    const auto words = fmt::format("{}: {}", to_string(status), filled_words(order));
    if (late)
      finish(wish, line_status::expired, std::string(to_string(ec::expired)), words, result);
    else
      finish(wish, line_status::error, std::string(to_string(ec::refused)), words, result);
  } else if (late) {
    self_->send(services_->orders, cancel_order{setup_->identity.id, wish.number});
    wish.waiting_for = "too late: what is left is being cancelled; " + filled_words(order);
  } else {
    wish.waiting_for =
        fmt::format("{}: {}, {}", in_words(wish.terms), to_string(status), filled_words(order));
  }
}

}  // namespace outcry
