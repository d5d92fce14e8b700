#include "actors/bots/strategies/scale_t/scale_t.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "actors/bots/strategies/scale_t/chase.hpp"
#include "actors/bots/strategies/scale_t/ladder_csv.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry {

namespace {

using namespace ladders;

/// After a refused or rejected order: the next try has to wait.
constexpr duration_ns refusal_pause = 10 * ns_per_s;

/// True when no fill of an order for the day is to be expected any more.
bool is_over(const own_order_event& event) {
  return is_closed(event.order.status) || event.order.status == order_status::done_for_day ||
         event.event == "refused";
}

bool is_refusal(const own_order_event& event) {
  return event.event == "refused" || event.event == "rejected" ||
         event.order.status == order_status::rejected;
}

}  // namespace

void scale_t::on_start(trader& floor) {
  if (state_.pending && state_.pending->cancelling) cancel_pending(floor);
}

void scale_t::look_at(Price price, trader& floor) {
  state_.mark = price;
  if (state_.pending && state_.pending->cancelling) {
    const auto patience = parameters_.cancel_retry_s * ns_per_s;
    if (floor.now() - state_.pending->cancel_asked_ns >= patience) cancel_pending(floor);
    return;
  }
  const bool same = !state_.decided.is_zero() && to_cents(price) == to_cents(state_.decided);
  state_.decided = price;
  if (same) return;
  if (state_.plan.empty()) build_at(price);
  if (!fault().empty()) return;
  const auto next = decide(state_.rows, state_.pending, price, floor.phase(), parameters_.chase);
  switch (next.what) {
    case action::nothing:
      return;
    case action::cancel:
      cancel_pending(floor);
      break;
    case action::submit:
      if (floor.now() < state_.paused_until_ns) return;
      submit(next.order, floor);
      break;
    case action::chase:
      follow();
      break;
  }
  refresh();
}

void scale_t::follow() {
  const auto before = state_.rows.rows.size();
  if (!chase(state_.rows)) return;
  // A late fill of the order before finds its row one further down.
  if (state_.previous) state_.previous->row += state_.rows.rows.size() - before;
}

void scale_t::cancel_pending(trader& floor) {
  state_.pending->cancelling = true;
  state_.pending->cancel_asked_ns = floor.now();
  floor.cancel(state_.pending->number);
}

void scale_t::submit(const ladder_order& order, trader& floor) {
  order_terms terms;
  terms.ticker = ticker_;
  terms.side = order.side;
  terms.lasts = time_in_force::day;
  terms.qty = order.qty;
  if (order.market) {
    terms.type = order_type::market;
  } else {
    terms.type = order_type::limit;
    terms.limit_price = order.limit;
    terms.extended_hours = true;
  }
  auto pending = order;
  pending.number = floor.submit(terms);
  state_.pending = pending;
}

void scale_t::on_own_order(const own_order_event& event, trader& floor) {
  const auto number = event.order.number;
  if (state_.pending && state_.pending->number == number) {
    book(*state_.pending, event);
    if (is_over(event)) {
      close_pending(event, floor);
    } else if (event.event == "order_cancel_rejected") {
      state_.pending->cancelling = false;
    }
  } else if (state_.previous && state_.previous->number == number) {
    book(*state_.previous, event);
  } else if (event.qty.is_positive()) {
    book_foreign(event);
  }
  refresh();
}

void scale_t::close_pending(const own_order_event& event, trader& floor) {
  if (is_refusal(event)) state_.paused_until_ns = floor.now() + refusal_pause;
  state_.previous = std::exchange(state_.pending, std::nullopt);
  state_.previous->cancelling = false;
  bring_into_force();
}

void scale_t::book(ladder_order& order, const own_order_event& event) {
  // What the order has filled in all decides, so that an event told twice books nothing twice and
  // one that was never told is made up for by the next.
  const auto shares = event.order.filled_qty - order.booked;
  if (!shares.is_positive()) return;
  auto price = event.price;
  if (event.qty != shares || !price.is_positive()) {
    const auto paid = multiply(event.order.filled_avg_price, event.order.filled_qty);
    price = divide(paid - order.booked_money, shares, detail::decimal_places, rounding::half_even);
  }
  // An average that does not fit the fills told before.
  if (!price.is_positive())
    price = event.order.filled_avg_price.is_positive() ? event.order.filled_avg_price : order.limit;
  order.booked += shares;
  order.booked_money += multiply(price, shares);
  const auto at_s = event.at_ns / ns_per_s;
  if (order.side == order_side::buy) {
    const auto rest = book_buy(state_.rows, order.row, shares, price, at_s);
    if (rest.is_positive()) buy(state_.outside, rest, price);
  } else {
    book_sold(order.row, shares, price, at_s);
  }
}

void scale_t::book_foreign(const own_order_event& event) {
  const auto price = event.price.is_positive() ? event.price : event.order.filled_avg_price;
  if (event.order.terms.side == order_side::buy) {
    buy(state_.outside, event.qty, price);
  } else {
    const auto rest = sell(state_.outside, event.qty, price);
    if (rest.is_positive()) book_sold(0, rest, price, event.at_ns / ns_per_s);
  }
}

void scale_t::book_sold(std::size_t highest, Quantity shares, Price price, std::int64_t at_s) {
  auto rest = book_sell(state_.rows, highest, shares, price, at_s);
  if (rest.is_positive()) rest = sell(state_.outside, rest, price);
  if (rest.is_positive()) rest = book_sell(state_.rows, 0, rest, price, at_s);
  if (rest.is_positive()) sell_short(state_.outside, rest, price);
}

tl::expected<std::string, invalid_field> scale_t::check_parameters(std::string_view changes) const {
  const standing at{!state_.plan.empty(), is_flat(), state_.rows.deposited, state_.plan};
  auto checked = read_changes(parameters_, at, changes);
  if (!checked) return tl::unexpected{std::move(checked).error()};
  if (checked->outside_shares < parameters_.outside_shares &&
      state_.outside.shares + checked->outside_shares < state_.declared)
    return tl::unexpected{invalid_field{
        "config.outside_shares", "at least " + to_string(state_.declared - state_.outside.shares),
        to_string(checked->outside_shares)}};
  return write_parameters(*checked);
}

void scale_t::set_parameters(std::string_view parameters) {
  auto read = read_parameters(parameters);
  if (!read) throw std::runtime_error{"scale_t parameters: " + to_string(read.error())};
  parameters_ = *std::move(read);
  refused_plan_.clear();
  bring_into_force();
  refresh();
}

void scale_t::bring_into_force() {
  state_.outside.shares += parameters_.outside_shares - state_.declared;
  state_.declared = parameters_.outside_shares;
  if (parameters_.cash.is_zero()) return;
  const auto plan = plan_of(parameters_);
  if (state_.plan.empty() || (state_.plan != plan && is_flat())) {
    make_ladder();
  } else if (state_.plan == plan && parameters_.cash > state_.rows.deposited) {
    add_cash(state_.rows, parameters_.cash - state_.rows.deposited);
  }
  // A ladder in force needs its file no more.
  if (state_.plan == plan && !parameters_.csv.empty()) parameters_.csv = plan;
}

void scale_t::make_ladder() {
  state_.plan.clear();
  state_.rows = {};
  if (!parameters_.csv.empty()) {
    auto file = read_ladder_csv(parameters_.csv);
    if (!file) {
      refused_plan_ = to_string(file.error());
    } else {
      take_over(std::move(file->rows));
    }
  } else if (!parameters_.start.is_zero()) {
    build_at(parameters_.start);
  }
}

void scale_t::build_at(Price first) {
  if (parameters_.cash.is_zero() || !parameters_.csv.empty() || !refused_plan_.empty()) return;
  const auto start =
      parameters_.start.is_zero() ? to_cents(scaled(first, default_start_factor)) : first;
  auto made = build_ladder({parameters_.cash, start, parameters_.step, parameters_.rows});
  if (!made) {
    refused_plan_ = to_string(made.error());
  } else {
    take_over(*std::move(made));
  }
  refresh();
}

void scale_t::take_over(ladders::ladder made) {
  state_.rows = std::move(made);
  state_.plan = plan_of(parameters_);
  state_.rows.rows.shrink_to_fit();
}

std::string scale_t::snapshot() const {
  return write_state(state_);
}

void scale_t::restore(std::string_view snapshot) {
  state_ = read_state(snapshot);
  refused_plan_.clear();
  bring_into_force();
  refresh();
}

bool scale_t::is_flat() const {
  return !state_.pending && std::ranges::none_of(state_.rows.rows, [](const auto& row) {
    return row.held.is_positive();
  });
}

void scale_t::refresh() {
  const bool always = state_.plan.empty() || (state_.pending && state_.pending->cancelling);
  quiet_ =
      always ? quiet_range{} : find_quiet_range(state_.rows, state_.pending, parameters_.chase);
}

Quantity scale_t::position() const {
  return held_shares(state_.rows) + state_.outside.shares;
}

figures scale_t::ladder_figures() const {
  return figures_of(state_.rows, state_.mark);
}

std::optional<profit_figures> scale_t::performance() const {
  const auto x = ladder_figures();
  profit_figures result;
  result.total = x.total;
  result.unrealized = x.unrealized;
  result.realized = x.realized;
  result.converted = x.converted;
  result.open = x.open;
  result.profit = x.profit;
  return result;
}

std::string scale_t::ladder_csv(std::string_view pending_id) const {
  if (!state_.pending || pending_id.empty()) return write_ladder_csv(state_.rows);
  return write_ladder_csv(state_.rows, csv_order{state_.pending->row, std::string{pending_id}});
}

std::string scale_t::fault() const {
  if (!refused_plan_.empty()) return "no ladder: " + refused_plan_;
  if (state_.plan.empty())
    return parameters_.cash.is_zero() ? "no ladder: cash is 0" : "no price yet";
  if (state_.outside.shares < Quantity{})
    return "sold " + to_string(-state_.outside.shares) + " shares more than it had";
  return {};
}

std::string scale_t::details() const {
  const auto x = ladder_figures();
  detail::object_writer out;
  out.count("rows", state_.rows.rows.size())
      .text("shares", to_string(x.shares))
      .text("outside_shares", to_string(state_.outside.shares))
      .text("deposited", to_string(state_.rows.deposited))
      .text("cash", to_string(x.cash))
      .text("total", to_string(x.total))
      .text("unrealized", to_string(x.unrealized))
      .text("realized", to_string(x.realized))
      .text("converted", to_string(x.converted))
      .text("value", to_string(x.value))
      .text("open", to_string(x.open))
      .text("profit", to_string(x.profit))
      .text("price", to_string(state_.mark));
  const auto buys = std::ranges::find_if(state_.rows.rows, has_room);
  if (buys != state_.rows.rows.end()) out.text("next_buy", to_string(buys->buy_price));
  const auto sells = std::find_if(state_.rows.rows.rbegin(), state_.rows.rows.rend(), has_shares);
  if (sells != state_.rows.rows.rend()) out.text("next_sell", to_string(sells->sell_price));
  if (state_.pending) {
    const auto& order = *state_.pending;
    out.raw("order", detail::object_writer{}
                         .count("number", order.number)
                         .text("side", to_string(order.side))
                         .text("qty", to_string(order.qty))
                         .text("filled", to_string(order.booked))
                         .text("limit", order.market ? "" : to_string(order.limit))
                         .boolean("cancelling", order.cancelling)
                         .finish());
  }
  if (const auto why = fault(); !why.empty()) out.text("fault", why);
  return out.finish();
}

}  // namespace outcry
