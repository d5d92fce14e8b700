#include <algorithm>
#include <random>

#include "tests/actors/trading/desk_under_test.hpp"
#include "tests/support/rounds.hpp"

// Everything at once, by seed: orders, fills, losses, repetitions, stops, kills of the floor.

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

class rough_day {
public:
  explicit rough_day(std::uint32_t seed) : dice_(seed) { reopen(); }

  void step() {
    switch (roll(14)) {
      case 0:
      case 1:
      case 2:
        place();
        break;
      case 3:
      case 4:
      case 5:
        fill();
        break;
      case 6:
        retell();
        break;
      case 7:
        floor_->send(floor_->desk, cancel_order{"ladder-AAPL", roll(number_) + 1});
        break;
      case 8:
        script_->reactions.push_back(static_cast<reaction>(roll(4)));
        break;
      case 9:
        floor_->advance(std::chrono::seconds(roll(40)));
        break;
      case 10:
        stop();
        break;
      case 11:
        floor_->request_sync<gate_report>(floor_->desk, open_gate{"ladder-AAPL"});
        cleared_ = false;
        break;
      case 12:
        floor_->journal_words->refuses_writes = roll(4) == 0;
        break;
      default:
        if (roll(4) == 0) reopen();
        break;
    }
    floor_->run();
    check_sent();
  }

  /// All that was lost has time to be found.
  void settle() {
    floor_->journal_words->refuses_writes = false;
    script_->reactions.clear();
    floor_->advance(300s);
    check_sent();
    for (const auto& [id, order] : script_->orders) {
      auto stored = find(id);
      CHECK(stored.status == order.status);
      CHECK(stored.order.filled_qty == order.filled_qty);
    }
    CHECK(floor_->held() == script_->positions["AAPL"]);
    auto events =
        floor_->request_sync<order_event_list>(floor_->real, read_order_events{"ladder-AAPL"});
    REQUIRE(events);
    Quantity told;
    for (const auto& event : events->events) told += signed_qty(event.terms.side, event.qty);
    CHECK(told == script_->positions["AAPL"]);
    auto list = floor_->request_sync<position_list>(floor_->desk, get_positions{});
    REQUIRE(list);
    for (const auto& account : list->tickers) CHECK(account.halted.empty());
  }

private:
  std::uint64_t roll(std::uint64_t sides) { return dice_() % sides; }

  // Kill -9 and a new floor.
  void reopen() {
    script_->listener = {};
    if (floor_) floor_->journal_words->refuses_writes = false;
    floor_.reset();
    floor_ = std::make_unique<desk_under_test>(dir_.path().string(), script_);
    auto image = floor_->request_sync<trading_image>(floor_->real, load_trading{});
    REQUIRE(image);
    // As a bot does: a number is never used twice.
    for (const auto& bot : image->bots) number_ = std::max(number_, bot.last_number);
    cleared_ = false;
  }

  void place() {
    const auto number = ++number_;
    auto wish = floor_->wish(number, order_side::buy, "10", "100");
    const auto held = floor_->held();
    if (held.is_positive() && roll(2) == 0) {
      wish.terms.side = order_side::sell;
      wish.terms.qty = held;
      wish.terms.limit_price = dollars("99");
    }
    // Nobody waits for the answer: it may take until the next floor.
    floor_->ask<order_record>(floor_->desk, wish);
  }

  void fill() {
    std::vector<std::string> open;
    for (const auto& [id, order] : script_->orders)
      if (!is_closed(order.status)) open.push_back(id);
    if (open.empty()) return;
    const auto& id = open[roll(open.size())];
    auto left = script_->order(id).request.terms.qty - script_->order(id).filled_qty;
    auto part = roll(2) == 0 ? left : std::min(left, Quantity::from_integer(3));
    const auto price = Price::from_integer(95 + static_cast<int>(roll(10)));
    auto update = script_->fill(id, part, price);
    told_.push_back(update);
    // A third of them is lost on the way.
    if (roll(3) != 0 && script_->listener) script_->tell(update);
  }

  void retell() {
    if (!told_.empty() && script_->listener) script_->tell(told_[roll(told_.size())]);
  }

  void stop() {
    const auto how = roll(2) == 0 ? gate_closing::keep_reducing : gate_closing::cancel_all;
    auto report = floor_->request_sync<gate_report>(floor_->desk, close_gate{"ladder-AAPL", how});
    if (report && report->clear) {
      cleared_ = true;
      received_at_clear_ = script_->received.size();
    }
  }

  void check_sent() {
    if (cleared_) CHECK(script_->received.size() == received_at_clear_);
    std::vector<std::string> ids;
    for (const auto& request : script_->received) ids.push_back(request.client_order_id);
    std::sort(ids.begin(), ids.end());
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  }

  order_record find(const std::string& client_id) {
    find_orders query;
    query.client_order_id = client_id;
    auto found = floor_->request_sync<order_list>(floor_->real, query);
    REQUIRE(found);
    REQUIRE(found->orders.size() == 1);
    return found->orders.front();
  }

  temp_dir dir_{memory_folder()};
  std::mt19937 dice_;
  std::shared_ptr<broker_script> script_ = std::make_shared<broker_script>();
  std::unique_ptr<desk_under_test> floor_;
  std::vector<broker_update> told_;
  std::uint64_t number_ = 1;
  bool cleared_ = false;
  std::size_t received_at_clear_ = 0;
};

}  // namespace

TEST_CASE("whatever happens, no order is sent twice and the books agree with the broker") {
  for (std::uint32_t seed = 1; seed <= rounds(60); ++seed) {
    CAPTURE(seed);
    rough_day day(seed);
    for (int i = 0; i < 60; ++i) day.step();
    day.settle();
  }
}

}  // namespace outcry::test
