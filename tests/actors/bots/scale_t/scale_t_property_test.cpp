#include <map>
#include <optional>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "actors/bots/strategies/scale_t/scale_t.hpp"
#include "tests/actors/bots/scale_t/fake_floor.hpp"

using namespace outcry;
using namespace outcry::ladders;
using namespace outcry::test;

namespace {

constexpr int runs = 2000;
constexpr int steps = 60;

constexpr auto smallest_step = Price::from_units(detail::decimal_one / 100);

/// REQUIRE at a price that millions of checks can pay. (clang 14 has no std::source_location.)
void must(bool good, int line = __builtin_LINE()) {
  if (!good) FAIL("line " << line);
}

/// A broker and a desk that do to one bot whatever real ones might.
class storm {
public:
  explicit storm(unsigned seed) : random_{seed} {
    parameters_ = "{\"cash\":\"" + std::to_string(2'000 + any(60'000)) + "\",\"start\":\"" +
                  std::to_string(20 + any(300)) + "\",\"step\":\"0.00" +
                  std::to_string(2 + any(8)) + "\",\"rows\":" + std::to_string(3 + any(38)) +
                  ",\"chase\":" + (any(2) == 0 ? "true" : "false") + "}";
    set(parameters_);
    price_ = bot_.ladder().rows[static_cast<std::size_t>(any(3))].sell_price;
  }

  void run() {
    for (int i = 0; i < steps; ++i) {
      step();
      check();
    }
  }

  int orders() const { return static_cast<int>(floor_.orders.size()); }
  int fills() const { return fills_; }
  int restarts() const { return restarts_; }
  int frozen() const { return bot_.fault().empty() ? 0 : 1; }

private:
  int any(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return any(n) == 0; }

  void set(const std::string& changes) {
    const auto checked = bot_.check_parameters(changes);
    if (!checked) FAIL(to_string(checked.error()));
    parameters_ = *checked;
    bot_.set_parameters(parameters_);
  }

  void step() {
    floor_.time += any(4) * ns_per_s;
    floor_.session = one_in(10) ? session_phase::pre_market : session_phase::regular;
    if (one_in(15)) restart();
    if (one_in(40)) set("{\"add_cash\":\"" + std::to_string(1 + any(500)) + ".37\"}");
    if (one_in(40)) enter();
    if (one_in(60)) exit();
    if (open_ && one_in(2)) {
      happen();
    } else {
      move();
    }
  }

  void move() {
    const auto before = price_;
    const int far = one_in(10) ? 400 : 40;
    price_ += Price::from_units(detail::decimal_one / 1000 * (any(2 * far) - far));
    // Often where something happens.
    const auto& rows = bot_.ladder().rows;
    const auto& row = rows[static_cast<std::size_t>(any(static_cast<int>(rows.size())))];
    if (one_in(8)) price_ = one_in(2) ? row.buy_price : row.sell_price;
    if (price_ < price("1")) price_ = before;
    tick_at_price();
  }

  void tick_at_price() {
    const bool looks = !(open_ && bot_.pending() && bot_.pending()->cancelling) &&
                       to_cents(price_) != to_cents(looked_at_) && bot_.fault().empty();
    const auto expected = decide(bot_.ladder(), bot_.pending(), price_, floor_.phase(), chases());
    const auto orders_before = floor_.orders.size();
    const auto cancels_before = floor_.cancels.size();
    const auto top = bot_.ladder().rows[0].buy_price;
    const bool waits = bot_.pending() && bot_.pending()->cancelling;
    bot_.on_price(tick(price_), floor_);
    if (!waits) looked_at_ = price_;
    const bool may = floor_.time >= paused_until_;
    must(floor_.orders.size() - orders_before ==
         (looks && expected.what == action::submit && may ? 1 : 0));
    must(waits || floor_.cancels.size() - cancels_before ==
                      (looks && expected.what == action::cancel ? 1 : 0));
    if (!looks || expected.what != action::chase) must(bot_.ladder().rows[0].buy_price == top);
    if (floor_.orders.size() > orders_before) check_order();
  }

  bool chases() const { return parameters_.find("\"chase\":true") != std::string::npos; }

  void check_order() {
    must(!open_);
    open_ = floor_.orders.back().number;
    const auto& terms = floor_.orders.back().terms;
    must(terms.qty.is_positive());
    must(rounded(terms.qty, share_places, rounding::down) == terms.qty);
    const bool whole = rounded(terms.qty, 0, rounding::down) == terms.qty;
    must(whole == (terms.type == order_type::limit));
    must(whole == terms.extended_hours);
    if (!whole) must(floor_.session == session_phase::regular);
    if (terms.side == order_side::sell) must(terms.qty <= held_shares(bot_.ladder()));
    if (terms.side == order_side::buy)
      must(multiply(bot_.pending()->limit, terms.qty) <= bot_.ladder().cash);
  }

  /// A price the order may fill at: the limit or better; a market order's within 1 % of it.
  Price fill_price(const own_order& order) {
    const auto limit = bot_.pending()->limit;
    const bool buys = order.terms.side == order_side::buy;
    if (order.terms.type == order_type::market) {
      const auto slip = Price::from_units(limit.units() / 1000 * any(10));
      return one_in(2) == buys ? limit - slip : limit + slip;
    }
    const auto better = Price::from_units(detail::decimal_one / 10'000 * any(300));
    return buys ? limit - better : limit + better;
  }

  own_order_event next_event() {
    const auto number = *open_;
    auto& order = floor_.order(number);
    const auto left = order.terms.qty - order.filled_qty;
    const bool untouched = order.filled_qty.is_zero();
    switch (any(12)) {
      case 0:
        return floor_.event(number, order_status::canceled);
      case 1:
        return floor_.event(number, order_status::expired);
      case 2:
        if (untouched) return floor_.event(number, order_status::rejected);
        return floor_.event(number, order_status::done_for_day);
      case 3:
        if (untouched) return floor_.event(number, order_status::intended, "refused");
        return floor_.event(number, order_status::replaced);
      case 4:
        return floor_.event(number, order_status::working, "order_cancel_rejected");
      case 5:
        return floor_.event(number, order_status::held);
      case 6:
      case 7: {
        const auto part = rounded(Quantity::from_units(left.units() / 100 * (1 + any(98))),
                                  one_in(2) ? 9 : 0, rounding::down);
        if (part.is_positive()) return floor_.fill(number, part, fill_price(order));
        [[fallthrough]];
      }
      default:
        return floor_.fill(number, one_in(60) ? left + shares("0.37") : left, fill_price(order));
    }
  }

  void happen() {
    const auto number = *open_;
    const auto late = fill_price(floor_.order(number));
    const auto event = next_event();
    if (event.event == "rejected" || event.event == "refused")
      paused_until_ = floor_.time + 10 * ns_per_s;
    const bool closed = is_closed(event.order.status) || event.event == "refused" ||
                        event.order.status == order_status::done_for_day;
    if (closed) open_.reset();
    // Lost on the way; a later one makes up for it.
    if (!closed && one_in(8)) return;
    tell(event);
    if (one_in(10)) tell(event);
    // Later than its end.
    if (closed && one_in(20)) tell(floor_.fill(number, shares("0.25"), late));
  }

  void tell(const own_order_event& event) {
    // Killed after the event and before it was stored: it is told again.
    const auto before = one_in(6) ? bot_.snapshot() : std::string{};
    bot_.on_own_order(event, floor_);
    if (!before.empty()) {
      const auto after = bot_.snapshot();
      restore(before);
      bot_.on_own_order(event, floor_);
      must(bot_.snapshot() == after);
    }
    auto& told = told_[event.order.number];
    if (event.order.filled_qty > told.filled_qty) ++fills_;
    told = event.order;
  }

  void restart() {
    ++restarts_;
    const auto before = bot_.details();
    restore(bot_.snapshot());
    must(bot_.details() == before);
    bot_.on_start(floor_);
  }

  void restore(const std::string& snapshot) {
    bot_ = scale_t{"SPY"};
    bot_.set_parameters(parameters_);
    bot_.restore(snapshot);
  }

  void enter() {
    const auto number = floor_.foreign(order_side::buy, shares("3.5"));
    tell(floor_.fill(number, shares("2"), price_));
    tell(floor_.fill(number, price_));
  }

  /// What the verb does: cancel, then sell all the bot owns.
  void exit() {
    if (open_) {
      const auto number = *open_;
      open_.reset();
      tell(floor_.event(number, order_status::canceled));
    }
    if (!bot_.position().is_positive()) return;
    const auto number = floor_.foreign(order_side::sell, bot_.position());
    tell(floor_.fill(number, price_ - smallest_step));
    must(bot_.position().is_zero());
  }

  void check() {
    Quantity own;
    Money paid;
    for (const auto& [number, order] : told_) {
      const auto cost = multiply(order.filled_avg_price, order.filled_qty);
      const bool buys = order.terms.side == order_side::buy;
      own += buys ? order.filled_qty : -order.filled_qty;
      paid += buys ? cost : -cost;
    }
    const auto& x = bot_.ladder();
    const auto& outside = bot_.outside();
    must(bot_.position() == own);
    must(held_shares(x) == own - outside.shares);
    must(bot_.pending().has_value() == open_.has_value());
    must(x.cash >= Money{});
    must(x.cash + cost_of_held(x) == x.deposited + x.realized + x.converted);
    const auto counted = x.deposited - x.cash + outside.cost - outside.realized;
    const auto error = counted - paid;
    must(error < money("0.000001"));
    must(-error < money("0.000001"));
    const auto now = bot_.ladder_figures();
    must(now.profit == now.cash + now.value - x.deposited);
    must(now.total == now.unrealized + now.realized + now.converted);
    must(planned_money(x) == x.deposited);
    must(rows_are_right(x.rows));
  }

  static bool rows_are_right(const std::vector<ladder_row>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& row = rows[i];
      if (row.held < Quantity{} || row.held > row.target) return false;
      if (row.buy_price >= row.sell_price) return false;
      if (i == 0) continue;
      if (row.sell_price >= rows[i - 1].sell_price) return false;
      if (row.buy_price >= rows[i - 1].buy_price) return false;
    }
    return true;
  }

  std::mt19937 random_;
  fake_floor floor_;
  scale_t bot_{"SPY"};
  std::string parameters_;
  Price price_;
  Price looked_at_;
  std::optional<std::uint64_t> open_;  ///< the strategy's order that has not ended
  std::map<std::uint64_t, own_order> told_;
  timestamp_ns paused_until_ = 0;
  int fills_ = 0;
  int restarts_ = 0;
};

}  // namespace

TEST_CASE("scale_t: whatever comes, the books are right") {
  int orders = 0;
  int fills = 0;
  int restarts = 0;
  int frozen = 0;
  for (unsigned seed = 1; seed <= runs; ++seed) {
    CAPTURE(seed);
    storm x{seed};
    x.run();
    orders += x.orders();
    fills += x.fills();
    restarts += x.restarts();
    frozen += x.frozen();
  }
  INFO(orders << " orders, " << fills << " fills, " << restarts << " restarts, " << frozen
              << " frozen");
  CHECK(orders > 10 * runs);
  CHECK(fills > 8 * runs);
  CHECK(restarts > 2 * runs);
  CHECK(frozen < runs / 4);
}
