#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "adapters/calendar/us_equity_calendar.hpp"
#include "tests/adapters/paper/kept_store.hpp"
#include "tests/adapters/paper/trader.hpp"

// Random lives of entries with exits, against books of their own kept from the updates alone.

using namespace outcry;
using namespace outcry::test;

namespace {

struct known_order {
  broker_order order;
  Quantity filled;
};

/// An exchange on a state that outlives it.
class random_exits {
public:
  random_exits(std::uint32_t seed, bool shorting) : random_{seed} {
    options_.seed = seed;
    options_.shorting = shorting;
    options_.participation = seed % 3 == 0 ? 3'333 : paper::whole_in_bps;
    options_.slippage = seed % 4 == 0 ? 20 : 0;
    entry_side_ = shorting ? order_side::sell : order_side::buy;
    exit_side_ = shorting ? order_side::buy : order_side::sell;
    reopen();
    broker_->on_time(now_);
    print();
  }

  void step() {
    if (upto(12) == 0) reopen();
    now_ += upto(400) == 0 ? upto(40) * hour : upto(10) * second;
    const int what = upto(100);
    if (what < 55)
      print();
    else if (what < 70)
      enter();
    else if (what < 80)
      add_exit();
    else if (what < 90)
      cancel();
    else if (what < 95)
      replace();
    else
      pass_time();
    hear();
    check();
  }

  std::size_t fills_of_exits() const { return fills_of_exits_; }
  std::size_t ended_with_parent() const { return ended_with_parent_; }

private:
  int upto(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  static Price of_cents(int cents) {
    return Price::from_units(int128{cents} * (detail::decimal_one / 100));
  }
  Price near(int span) { return of_cents(cents_ + upto(2 * span) - span); }
  std::string name() { return "o" + std::to_string(++names_); }

  void reopen() {
    broker_ = std::make_unique<paper::exchange>(options_,
                                                std::make_unique<calendar::us_equity_calendar>(),
                                                std::make_unique<kept_store>(state_));
    // As the feed does after a restart.
    broker_->note_price(broker_->handle_of("SPY"), of_cents(cents_));
  }

  void print() {
    cents_ = std::clamp(cents_ + upto(121) - 60, 9'000, 11'000);
    Quantity volume;
    if (upto(8) != 0) volume = Quantity::from_units(int128{upto(160)} * detail::decimal_one / 8);
    const price_tick tick{of_cents(cents_), volume, now_, now_};
    broker_->on_trade(broker_->handle_of("SPY"), tick, now_);
    print_ = tick;
  }

  order_terms terms(order_side side, order_type type) {
    order_terms x;
    x.ticker = "SPY";
    x.side = side;
    x.type = type;
    x.lasts = upto(4) == 0 ? time_in_force::day : time_in_force::gtc;
    x.qty = Quantity::from_integer(1 + upto(12));
    if (type == order_type::limit || type == order_type::stop_limit) x.limit_price = near(80);
    if (type == order_type::stop || type == order_type::stop_limit) x.stop_price = near(80);
    return x;
  }
  order_terms exit_terms() {
    auto x = terms(exit_side_, static_cast<order_type>(upto(4)));
    if (x.type == order_type::market) x.lasts = time_in_force::day;
    return x;
  }

  void enter() {
    order_request request{
        name(), terms(entry_side_, upto(2) == 0 ? order_type::market : order_type::limit)};
    if (request.terms.type == order_type::market) {
      request.terms.lasts = time_in_force::day;
      if (entry_side_ == order_side::buy && upto(3) == 0)
        request.terms.qty += Quantity::from_units(detail::decimal_one / 4);
    } else if (upto(5) == 0) {
      request.terms.lasts = upto(2) == 0 ? time_in_force::ioc : time_in_force::fok;
    }
    for (int i = upto(5); i > 0; --i) request.exits.push_back({name(), exit_terms()});
    // A stop for all of it, so that coverage can be checked.
    if (upto(3) != 0) {
      auto stop = terms(exit_side_, order_type::stop);
      stop.lasts = time_in_force::gtc;
      stop.qty = rounded(request.terms.qty + Quantity::from_integer(1), 0, rounding::down);
      request.exits.push_back({name(), stop});
    }
    (void)broker_->submit(request, now_);
  }

  void add_exit() {
    if (orders_.empty()) return;
    auto parent = std::next(orders_.begin(), upto(static_cast<int>(orders_.size())));
    (void)broker_->submit({name(), exit_terms(), parent->first, {}}, now_);
  }

  std::string any_open() {
    const auto open = broker_->open_orders();
    return open.empty() ? std::string{}
                        : open[static_cast<std::size_t>(upto(static_cast<int>(open.size())))].id;
  }
  void cancel() {
    if (const auto id = any_open(); !id.empty()) (void)broker_->cancel(id, now_);
  }
  void replace() {
    paper::order_changes what;
    what.client_order_id = name();
    what.qty = Quantity::from_integer(1 + upto(12));
    if (const auto id = any_open(); !id.empty()) (void)broker_->replace(id, what, now_);
  }
  void pass_time() { broker_->on_time(now_); }

  void hear() {
    std::map<std::string, Quantity> bought;  // by this print, by parent
    for (const auto& update : broker_->take_updates()) {
      const auto& order = update.order;
      auto& known = orders_[order.request.client_order_id];
      REQUIRE_FALSE((known.order.id == order.id && is_closed(known.order.status)));
      const auto& parent = order.request.parent;
      if (update.qty.is_positive()) {
        REQUIRE(update.position_qty == position_ + signed_of(update));
        position_ = update.position_qty;
        known.filled += update.qty;
        if (parent.empty()) {
          bought[order.request.client_order_id] += update.qty;
        } else {
          ++fills_of_exits_;
          exited_[parent] += update.qty;
          // Nothing of what the same print brought.
          REQUIRE(exited_[parent] + bought[parent] <= orders_[parent].filled);
          if (order.request.terms.limit_price.is_positive()) {
            const auto limit = order.request.terms.limit_price;
            REQUIRE(
                (exit_side_ == order_side::sell ? update.price >= limit : update.price <= limit));
          }
        }
      }
      if (order.reason == "nothing is left to protect") ++ended_with_parent_;
      known.order = order;
      REQUIRE(known.filled == order.filled_qty);
    }
  }

  Quantity signed_of(const broker_update& update) const {
    return update.order.request.terms.side == order_side::buy ? update.qty : -update.qty;
  }

  /// What must hold whenever the exchange has answered.
  void check() {
    std::map<std::string, Quantity> workable;
    Quantity pools;
    for (const auto& order : broker_->open_orders()) {
      const auto& known = orders_.at(order.request.client_order_id);
      REQUIRE(known.order.status == order.status);
      const auto& parent = order.request.parent;
      if (parent.empty()) continue;
      const auto& its = orders_.at(parent);
      const auto pool = its.filled - exited_[parent];
      // Open under a closed parent only while there is something to close; held only without.
      REQUIRE((pool.is_positive() || !is_closed(its.order.status)));
      REQUIRE((order.status == order_status::held) == pool.is_zero());
      workable[parent] += std::min(order.request.terms.qty - order.filled_qty, pool);
    }
    for (const auto& [name, known] : orders_) {
      if (!known.order.request.parent.empty()) continue;
      const auto pool = known.filled - exited_[name];
      REQUIRE(pool >= Quantity{});
      pools += pool;
    }
    const auto held = entry_side_ == order_side::buy ? position_ : -position_;
    REQUIRE(held == pools);
    for (const auto& order : broker_->open_orders()) {
      const auto& parent = order.request.parent;
      if (parent.empty() || order.request.terms.type != order_type::stop) continue;
      const auto pool = orders_.at(parent).filled - exited_[parent];
      if (order.request.terms.qty - order.filled_qty >= pool) REQUIRE(workable[parent] >= pool);
    }
  }

  std::mt19937 random_;
  paper::exchange_options options_;
  order_side entry_side_ = order_side::buy;
  order_side exit_side_ = order_side::sell;
  std::shared_ptr<kept_state> state_ = std::make_shared<kept_state>();
  std::unique_ptr<paper::exchange> broker_;
  timestamp_ns now_ = monday_10;
  int cents_ = 10'000;
  int names_ = 0;
  price_tick print_;
  std::map<std::string, known_order> orders_;  // by client_order_id
  std::map<std::string, Quantity> exited_;     // by the parent's
  Quantity position_;
  std::size_t fills_of_exits_ = 0;
  std::size_t ended_with_parent_ = 0;
};

void run(std::uint32_t first, std::uint32_t last, bool shorting, std::size_t least) {
  std::size_t fills = 0;
  std::size_t ended = 0;
  for (auto seed = first; seed <= last; ++seed) {
    INFO("seed " << seed);
    random_exits day{seed, shorting};
    for (int i = 0; i < 120; ++i) {
      INFO("step " << i);
      day.step();
    }
    fills += day.fills_of_exits();
    ended += day.ended_with_parent();
  }
  CHECK(fills > least);
  CHECK(ended > least);
}

}  // namespace

TEST_CASE("random lives of long trades: never more is sold than was bought") {
  run(1, 400, false, 2'000);
}

TEST_CASE("random lives of short trades: never more is bought back than was sold") {
  run(1001, 1200, true, 1'000);
}
