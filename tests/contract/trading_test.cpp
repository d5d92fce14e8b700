#include "actors/bots/strategies/scale_t/scale_t.hpp"
#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/paper/bridge.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "tests/contract/trading_rig.hpp"
#include "tests/support/temp_dir.hpp"

// A SCALE_T bot from its prices to the paper broker's account, with everything on the disk.

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

constexpr timestamp_ns monday_10 = 1'721'052'000 * ns_per_s;  // in New York, 2024-07-15

Price at(const char* text) {
  return *Price::parse(text);
}

class trading_house {
public:
  explicit trading_house(timestamp_ns now = monday_10) : now_(now) { open(); }

  void open() {
    rig_ = std::make_unique<trading_rig>(now_);
    auto clock = rig_->time();
    auto journal = rig_->spawn(
        sqlite::journal_bridge,
        sqlite::journal_options{
            {.data_dir = dir_.path().string(), .now_ms = [clock] { return clock->now_ms(); }},
            sqlite::journal_mode::immediate});
    paper::bridge_options options;
    options.file = (dir_.path() / "paper.db").string();
    options.make_calendar = [] { return std::make_unique<calendar::us_equity_calendar>(); };
    options.market = rig_->market;
    options.house = rig_->the_house();
    options.tickers = {"SPY"};
    broker_ = caf::actor_cast<broker_actor>(rig_->spawn(paper::bridge, options));
    rig_->open(journal, broker_, parameters);
  }

  /// As kill -9 and a start a second later.
  void restart() {
    now_ = rig_->time()->now() + ns_per_s;
    rig_.reset();
    open();
  }

  /// A trade of the market, a second after the last one.
  void price(const char* text, std::int64_t size = 0) {
    rig_->advance(1s);
    rig_->price(at(text), Quantity::from_integer(size));
  }

  broker_state at_broker() {
    auto found = rig_->request_sync<broker_state>(broker_, get_broker_state{});
    REQUIRE(found);
    return *found;
  }
  Quantity position() {
    Quantity sum;
    for (const auto& x : at_broker().positions) sum += x.qty;
    return sum;
  }

  /// Ladder, order desk and broker know the same, and who earned what.
  void agree() {
    const auto known = rig_->figures();
    REQUIRE(known);
    CHECK(rig_->shares_in(*known) == rig_->held());
    CHECK(rig_->held() == position());
    const auto mark = at(known->at("price").get<std::string>().c_str());
    const auto equity = at_broker().account.cash + multiply(mark, position());
    const auto off = equity - Money::from_integer(100'000) - rig_->money_in(*known, "profit");
    CHECK(off < *Money::parse("0.000001"));
    CHECK(-off < *Money::parse("0.000001"));
  }

  trading_rig& rig() { return *rig_; }

  std::string parameters = R"({"cash":5000,"start":100,"step":0.01,"rows":10,"chase":false})";

private:
  temp_dir dir_;
  timestamp_ns now_;
  std::unique_ptr<trading_rig> rig_;
  broker_actor broker_;
};

/// Down three rows, a partial fill on the way, up again over all of them.
const std::vector<std::pair<const char*, std::int64_t>> path = {
    {"101", 0},   {"99.99", 0}, {"99.98", 2}, {"99.97", 0}, {"99", 0},    {"98.9", 1}, {"98.8", 0},
    {"97.5", 0},  {"97.4", 0},  {"98.6", 0},  {"98.9", 0},  {"98.95", 0}, {"99.5", 0}, {"99.9", 0},
    {"100.5", 0}, {"101.2", 0}, {"101.3", 0}, {"101.2", 0}, {"101.4", 0},
};

}  // namespace

TEST_CASE("trading: a ladder buys on the way down and sells on the way up") {
  trading_house house;
  Quantity most;
  for (const auto& [price, size] : path) {
    house.price(price, size);
    house.agree();
    most = std::max(most, house.position());
  }
  CHECK(most.is_positive());
  CHECK(house.position().is_zero());
  const auto known = house.rig().figures();
  CHECK(house.rig().money_in(*known, "realized").is_positive());
  CHECK(house.at_broker().account.cash > Money::from_integer(100'000));
  CHECK(house.rig().status()->state == bot_state::running);
}

TEST_CASE("trading: killed anywhere on the way, the day ends the same") {
  trading_house whole;
  for (const auto& [price, size] : path) whole.price(price, size);
  const auto expected = whole.at_broker().account.cash;
  for (std::size_t killed_after = 0; killed_after < path.size(); ++killed_after) {
    CAPTURE(killed_after);
    trading_house house;
    for (std::size_t i = 0; i < path.size(); ++i) {
      house.price(path[i].first, path[i].second);
      if (i != killed_after) continue;
      house.restart();
      house.agree();
    }
    house.agree();
    CHECK(house.position().is_zero());
    CHECK(house.at_broker().account.cash == expected);
  }
}

TEST_CASE("trading: a stop cancels what rests, and stays after a restart") {
  trading_house house;
  house.price("101");
  house.price("99.99");
  REQUIRE(house.at_broker().open_orders.size() == 1);
  house.rig().command("m1", "stop");
  house.rig().advance(1s);
  CHECK(house.rig().last("m1").status == line_status::done);
  CHECK(house.at_broker().open_orders.empty());
  house.restart();
  CHECK(house.rig().status()->state == bot_state::stopped);
  house.price("98");
  house.price("97");
  CHECK(house.at_broker().open_orders.empty());
  CHECK(house.position().is_zero());
  house.rig().command("m2", "start");
  house.price("98");
  house.price("97.9");
  CHECK(house.position().is_positive());
  house.agree();
}

TEST_CASE("trading: exit sells everything the bot owns") {
  trading_house house;
  for (const auto* price : {"101", "99.99", "99.98", "98", "97.9"}) house.price(price);
  REQUIRE(house.position().is_positive());
  const auto message = house.rig().command("m1", "exit");
  SECTION("with the next trade") {
    house.price("97.8");
  }
  SECTION("killed before it") {
    house.restart();
    house.rig().tell_again(message);
    house.price("97.8");
  }
  SECTION("killed after it") {
    house.price("97.8");
    house.restart();
    house.rig().tell_again(message);
  }
  house.rig().advance(2s);
  CHECK(house.rig().last("m1").status == line_status::done);
  CHECK(house.position().is_zero());
  CHECK(house.at_broker().open_orders.empty());
  CHECK(house.rig().status()->state == bot_state::stopped);
  house.agree();
}

TEST_CASE("trading: exit at night waits for the opening") {
  trading_house house;
  for (const auto* price : {"101", "99.99", "99.98"}) house.price(price);
  REQUIRE(house.position().is_positive());
  house.rig().advance(12h);  // 22:00
  const auto message = house.rig().command("m1", "exit");
  house.rig().advance(6s);
  CHECK(house.rig().last("m1").status == line_status::pending);
  CHECK(house.rig().last("m1").code == "waiting_for_open");
  house.restart();
  house.rig().tell_again(message);
  house.rig().advance(11h);  // 9:00
  CHECK(house.rig().last("m1").code == "waiting_for_open");
  CHECK(house.at_broker().open_orders.empty());
  house.rig().advance(31min);
  CHECK(house.at_broker().open_orders.size() == 1);
  house.price("99");
  CHECK(house.rig().last("m1").status == line_status::done);
  CHECK(house.position().is_zero());
}

TEST_CASE("trading: enter and the ladder keep their shares apart") {
  trading_house house;
  house.price("101");
  house.rig().command("m1", "enter", R"({"side":"buy","qty":7})");
  house.price("101");
  CHECK(house.rig().last("m1").status == line_status::done);
  house.price("99.99");
  house.price("99.98");
  const auto known = house.rig().figures();
  CHECK(known->at("outside_shares") == "7");
  CHECK(house.rig().shares_in(*known) == house.position());
  house.restart();
  CHECK(house.rig().figures()->at("outside_shares") == "7");
  CHECK(house.rig().held() == house.position());
}

TEST_CASE("trading: a whole ladder moves in by set") {
  scale_t made{"SPY"};
  const auto plan =
      made.check_parameters(R"({"cash":50000,"start":100,"step":0.005,"rows":200,"chase":false})");
  REQUIRE(plan);
  made.set_parameters(*plan);
  const auto file = made.ladder_csv();
  CHECK(file.size() > 4000);

  trading_house house;
  house.rig().command("m1", "set", nlohmann::json{{"ladder", file}}.dump());
  house.rig().advance(1s);
  CHECK(house.rig().last("m1").status == line_status::done);
  CHECK(house.rig().figures()->at("rows") == 200);
  house.restart();
  CHECK(house.rig().figures()->at("rows") == 200);
  house.price("101");
  house.price("99.4");
  house.price("99.3");
  CHECK(house.position().is_positive());
  CHECK(house.rig().shares_in(*house.rig().figures()) == house.position());
}
