#include "tests/support/faulty_broker.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/actors/trading/desk_under_test.hpp"

// Every way in which a broker fails, against the order desk with its journal on disk, and each with
// the floor killed at every step between the wish and the end. The exchange behind the wire is what
// is true; in the end journal, bot and exchange must agree, and nothing was sent twice.

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

/// The broker and its clock; they outlive the floors.
struct outside_world {
  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  std::shared_ptr<faulty_broker> broker = make_broker(clock);

  static std::shared_ptr<faulty_broker> make_broker(const std::shared_ptr<manual_clock>& clock) {
    auto its_house = std::make_shared<house>();
    its_house->time = clock;
    return std::make_shared<faulty_broker>(its_house);
  }
};

/// A floor of one order desk, until it is killed.
class small_floor : public actor_fixture {
public:
  small_floor(const std::string& data_dir, outside_world& world) : world_(world) {
    time()->set(world.clock->now());
    auto clock = time();
    journal = spawn(sqlite::journal_bridge,
                    sqlite::journal_options{
                        {.data_dir = data_dir, .now_ms = [clock] { return clock->now_ms(); }},
                        sqlite::journal_mode::immediate});
    owner = spawn(trading_listener, heard);
    order_desk_services services;
    services.journal = journal;
    services.broker = caf::actor_cast<broker_actor>(spawn(faulty_broker_actor, world.broker));
    services.market = spawn(trading_market, owner, heard);
    services.house = the_house();
    desk = spawn(order_desk, std::make_shared<order_book>(), services);
    REQUIRE(request_sync<order_desk_greeting>(desk, meet_order_desk{"bot", "SPY", owner}));
  }
  ~small_floor() { world_.broker->forget_listener(); }

  void pass(std::chrono::nanoseconds by) {
    world_.clock->advance(by.count());
    advance(by);
  }

  void place(std::uint64_t number, order_side side, Quantity qty) {
    place_order wish;
    wish.bot_id = "bot";
    wish.number = number;
    wish.terms.ticker = "SPY";
    wish.terms.side = side;
    wish.terms.type = order_type::limit;
    wish.terms.qty = qty;
    wish.terms.limit_price = dollars("100");
    wish.feed = feed_state::live;
    wish.last_price = dollars("100");
    bot_record record;
    record.bot_id = "bot";
    record.intents = record.version = number;
    wish.record.push_back(record);
    auto placed = request_sync<order_record>(desk, wish);
    REQUIRE(placed);
    INFO(placed->reason);
    CHECK(placed->status != order_status::never_sent);
  }

  std::vector<order_record> stored() {
    find_orders query;
    query.bot_id = "bot";
    auto found = request_sync<order_list>(journal, query);
    REQUIRE(found);
    return found->orders;
  }

  std::string client_id(std::uint64_t number) {
    for (const auto& order : stored())
      if (order.number == number) return order.order.request.client_order_id;
    FAIL("no order " << number);
    return {};
  }

  position_list positions() {
    auto list = request_sync<position_list>(desk, get_positions{});
    REQUIRE(list);
    return *list;
  }

  Quantity held() {
    Quantity sum;
    for (const auto& own : positions().bots) sum += own.holding.qty;
    return sum;
  }

  /// What the bot was or can be told that its orders bought, less what they sold.
  Quantity told() {
    auto events = request_sync<order_event_list>(journal, read_order_events{"bot"});
    REQUIRE(events);
    Quantity sum;
    for (const auto& event : events->events)
      sum += event.terms.side == order_side::buy ? event.qty : -event.qty;
    return sum;
  }

  journal_actor journal;
  order_desk_actor desk;
  caf::actor owner;
  std::shared_ptr<trading_words> heard = std::make_shared<trading_words>();

private:
  outside_world& world_;
};

/// How the broker behaves, and what it does with the order.
struct misbehaviour {
  std::string name;
  std::function<void(faulty_broker&)> begin = [](faulty_broker&) {};
  /// After the order: by default it fills in two parts.
  std::function<void(faulty_broker&, const std::string& client_id)> act = [](faulty_broker& at,
                                                                             const std::string&) {
    at.print("SPY", dollars("100"), shares("4"));
    at.print("SPY", dollars("99.9"), shares("6"));
  };
};

const std::vector<misbehaviour>& misbehaviours() {
  using fault = request_fault;
  const auto nothing = [](faulty_broker&, const std::string&) {};
  const auto every = [](update_fault x) {
    return [x](faulty_broker& at) { at.choose_update = [x](const broker_update&) { return x; }; };
  };
  static const std::vector<misbehaviour> all = {
      {"behaves"},
      {"times out after accepting", [](auto& at) { at.orders = {fault::unanswered}; }},
      {"times out after accepting, and is not asked in vain only once",
       [](auto& at) {
         at.orders = {fault::unanswered};
         at.finds = {fault::unanswered, fault::lost, fault::unreachable};
       }},
      {"times out without accepting", [](auto& at) { at.orders = {fault::lost}; }},
      {"is out of reach", [](auto& at) { at.orders = {fault::unreachable}; }},
      {"takes the order late", [](auto& at) { at.orders = {fault::late}; },
       [](auto& at, const auto&) {
         at.let_late_ones_arrive();
         at.print("SPY", dollars("100"), shares("10"));
       }},
      {"refuses", [](auto& at) { at.orders = {fault::refused}; }},
      {"rejects what it has taken", [](auto& at) { at.orders = {fault::rejected_later}; }},
      {"tells everything twice", every(update_fault::twice)},
      {"tells nothing at all", every(update_fault::lost)},
      {"tells everything late, and in its order", every(update_fault::held)},
      {"tells everything late, and the last first",
       [every](auto& at) {
         every(update_fault::held)(at);
         at.newest_first = true;
       }},
      {"loses every second word",
       [](auto& at) {
         at.choose_update = [n = 0](const broker_update&) mutable {
           return ++n % 2 == 0 ? update_fault::lost : update_fault::none;
         };
       }},
      {"drops the stream during a fill", [](auto& at) { at.drop_stream_at_fill = true; }},
      {"fills a part and cancels the rest", [](auto&) {},
       [](auto& at, const auto& id) {
         at.fill_a_part_and_cancel(id, dollars("100"), shares("4"));
       }},
      {"fills a part and cancels the rest, last word first",
       [every](auto& at) {
         every(update_fault::held)(at);
         at.newest_first = true;
       },
       [](auto& at, const auto& id) {
         at.fill_a_part_and_cancel(id, dollars("100"), shares("4"));
       }},
      {"fills a part while the stream is down", [](auto& at) { at.drop_stream_at_fill = true; },
       [](auto& at, const auto& id) {
         at.fill_a_part_and_cancel(id, dollars("100"), shares("4"));
       }},
      {"leaves the order alone", [](auto&) {}, nothing},
  };
  return all;
}

/// When the floor is killed.
enum class killed { never, after_wish, after_sending, after_fills, each_time };

constexpr killed kills[] = {killed::never, killed::after_wish, killed::after_sending,
                            killed::after_fills, killed::each_time};

std::string words(killed x) {
  switch (x) {
    case killed::never:
      return "never";
    case killed::after_wish:
      return "after the wish";
    case killed::after_sending:
      return "after sending";
    case killed::after_fills:
      return "after the fills";
    case killed::each_time:
      break;
  }
  return "each time";
}

/// One order of a bot through a broker that misbehaves, and then the way back out.
class story {
public:
  story(const misbehaviour& how, killed when) : how_(how), when_(when) { reopen(); }
  ~story() { floor_.reset(); }

  void tell() {
    auto& broker = *world_.broker;
    how_.begin(broker);
    floor_->place(1, order_side::buy, shares("10"));
    const auto id = floor_->client_id(1);
    die_at(killed::after_wish);
    floor_->pass(3s);
    die_at(killed::after_sending);
    how_.act(broker, id);
    floor_->run();
    die_at(killed::after_fills);
    recover();
    check(id);
    leave();
  }

private:
  void reopen() {
    floor_.reset();
    floor_ = std::make_unique<small_floor>(dir_.path().string(), world_);
  }

  void die_at(killed now) {
    if (when_ == now || when_ == killed::each_time) reopen();
  }

  /// All is well again, and there is time for whatever has to be found out.
  void recover() {
    auto& broker = *world_.broker;
    broker.orders.clear();
    broker.cancels.clear();
    broker.choose_update = {};
    broker.drop_stream_at_fill = false;
    broker.release_updates();
    broker.newest_first = false;
    broker.restore_stream();
    floor_->run();
    floor_->pass(400s);
  }

  void check(const std::string& id) {
    auto& broker = *world_.broker;
    const auto& sent = broker.sent();
    // No more than once, whatever happened; not at all when the floor died before the wire.
    CHECK(std::count(sent.begin(), sent.end(), "order " + id) <= 1);
    const auto truth = broker.exchange().find_by_client_id(id);
    const auto orders = floor_->stored();
    REQUIRE(orders.size() == 1);
    const auto& order = orders.front();
    if (truth) {
      const bool is_rejection = how_.name == "rejects what it has taken";
      CHECK(order.status == (is_rejection ? order_status::rejected : truth->status));
      CHECK(order.order.filled_qty == truth->filled_qty);
      CHECK(order.order.id == truth->id);
    } else {
      const bool is_refusal = order.status == order_status::rejected;
      CHECK((is_refusal || order.status == order_status::never_sent));
      CHECK(order.order.filled_qty == Quantity{});
    }
    check_position();
  }

  void check_position() {
    Quantity at_broker;
    for (const auto& held : world_.broker->exchange().positions()) at_broker += held.qty;
    CHECK(floor_->held() == at_broker);
    CHECK(floor_->told() == at_broker);
    const auto list = floor_->positions();
    CHECK(list.reconciled);
    for (const auto& ticker : list.tickers) {
      CHECK(ticker.halted.empty());
      CHECK(ticker.outside == Quantity{});
    }
  }

  /// The desk still works: what rests is cancelled, what is owned is sold.
  void leave() {
    auto& broker = *world_.broker;
    floor_->send(floor_->desk, cancel_order{"bot", 1});
    floor_->run();
    CHECK(broker.exchange().open_orders().empty());
    const auto own = floor_->held();
    if (own.is_positive()) {
      floor_->place(2, order_side::sell, own);
      broker.print("SPY", dollars("101"));
      floor_->run();
    }
    CHECK(floor_->held() == Quantity{});
    CHECK(broker.exchange().positions().empty());
    check_position();
    auto report = floor_->request_sync<gate_report>(floor_->desk, close_gate{"bot"});
    REQUIRE(report);
    CHECK(report->clear);
    CHECK(report->open.empty());
  }

  const misbehaviour& how_;
  killed when_;
  temp_dir dir_;
  outside_world world_;
  std::unique_ptr<small_floor> floor_;
};

}  // namespace

TEST_CASE("whatever the broker does and whenever the floor is killed, the books agree") {
  for (const auto& how : misbehaviours())
    for (const auto when : kills) {
      INFO("the broker " << how.name << "; the floor is killed " << words(when));
      story(how, when).tell();
    }
}

TEST_CASE("an order that arrives after it counted as never sent is cancelled and its fills owned") {
  for (const bool dies : {false, true}) {
    INFO(dies);
    temp_dir dir;
    outside_world world;
    auto floor = std::make_unique<small_floor>(dir.path().string(), world);
    world.broker->orders = {request_fault::late};
    floor->place(1, order_side::buy, shares("10"));
    const auto id = floor->client_id(1);
    // The broker says all the time that it knows no such order; for the quarantine that is no
    // proof.
    floor->pass(30s);
    CHECK(floor->stored().front().status == order_status::unknown);
    floor->pass(270s);
    CHECK(floor->stored().front().status == order_status::never_sent);
    if (dies) {
      floor.reset();
      floor = std::make_unique<small_floor>(dir.path().string(), world);
    }
    world.broker->let_late_ones_arrive();
    world.broker->print("SPY", dollars("100"), shares("4"));
    floor->pass(300s);
    CHECK(world.broker->exchange().open_orders().empty());
    const auto truth = world.broker->exchange().find_by_client_id(id);
    REQUIRE(truth);
    CHECK(floor->held() == truth->filled_qty);
    CHECK(floor->told() == truth->filled_qty);
    const auto& sent = world.broker->sent();
    CHECK(std::count(sent.begin(), sent.end(), "order " + id) == 1);
  }
}

TEST_CASE("a stop is not done while the broker is silent about a cancel, however it is killed") {
  for (const auto fault : {request_fault::unanswered, request_fault::lost, request_fault::late,
                           request_fault::unreachable})
    for (const bool dies : {false, true}) {
      INFO(static_cast<int>(fault) << ' ' << dies);
      temp_dir dir;
      outside_world world;
      auto floor = std::make_unique<small_floor>(dir.path().string(), world);
      floor->place(1, order_side::buy, shares("10"));
      const auto id = floor->client_id(1);
      world.broker->choose_update = [](const broker_update&) { return update_fault::lost; };
      world.broker->cancels = {fault};
      auto report = floor->request_sync<gate_report>(floor->desk, close_gate{"bot"});
      REQUIRE(report);
      CHECK_FALSE(report->clear);
      if (dies) {
        floor.reset();
        floor = std::make_unique<small_floor>(dir.path().string(), world);
        floor->request_sync<gate_report>(floor->desk, close_gate{"bot"});
      }
      world.broker->choose_update = {};
      world.broker->let_late_ones_arrive();
      floor->pass(120s);
      report = floor->request_sync<gate_report>(floor->desk, close_gate{"bot"});
      REQUIRE(report);
      CHECK(report->clear);
      CHECK(world.broker->exchange().open_orders().empty());
      CHECK(floor->stored().front().status == order_status::canceled);
    }
}

}  // namespace outcry::test
