#include "tests/actors/bots/trading/trading_floor.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct restart_fixture {
  temp_dir dir;
  std::shared_ptr<broker_script> broker = std::make_shared<broker_script>();
  std::shared_ptr<strategy_script> strategy = std::make_shared<strategy_script>();

  std::unique_ptr<trading_floor> make_floor() {
    return std::make_unique<trading_floor>(dir.path().string(), broker, strategy);
  }
  std::string told() const {
    std::string all;
    for (const auto& x : strategy->told) all += x + "; ";
    return all;
  }
};

std::vector<std::string> heard_in(const bot_record& record) {
  return nlohmann::json::parse(record.snapshot).at("heard").get<std::vector<std::string>>();
}

}  // namespace

TEST_CASE_METHOD(restart_fixture, "trading bot: what it missed is told after a restart, once") {
  {
    auto floor = make_floor();
    floor->open_bot();
    const auto number = floor->ask(buy("10"));
    floor->desk_words->late_events = true;
    floor->fill(number, "4");
    floor->fill(number, "6");
    CHECK(told() == "1 new 0; ");
  }
  // The record that is stored is that of the order: the word "new" came after it.
  auto floor = make_floor();
  floor->open_bot();
  CHECK(told() == "1 new 0; 1 new 0; 1 partial_fill 4; 1 fill 6; ");
  CHECK(floor->status().state == bot_state::running);
  floor->advance(11s);
  CHECK(heard_in(floor->record()) ==
        std::vector<std::string>{"1 new 0", "1 partial_fill 4", "1 fill 6"});
  CHECK(nlohmann::json::parse(floor->record().snapshot).at("position") == "10");
}

TEST_CASE_METHOD(restart_fixture,
                 "trading bot: what was asked for and never journalled is refused") {
  std::uint64_t number = 0;
  {
    auto floor = make_floor();
    floor->open_bot();
    floor->desk_words->loses_orders = true;
    number = floor->ask(buy("10"));
    floor->advance(10500ms);  // saves what it asked for; the desk is not asked again yet
    CHECK(floor->record().asked == std::vector<std::uint64_t>{number});
  }
  auto floor = make_floor();
  SECTION("told so, once") {
    floor->open_bot();
    CHECK(told() == "1 refused 0; ");
    CHECK(strategy->reasons.back().find("never sent") != std::string::npos);
    floor->advance(15s);
    CHECK(told() == "1 refused 0; ");
    CHECK(floor->record().asked.empty());
    CHECK(broker->received.empty());
    // Its number is not used again.
    CHECK(floor->ask(buy("5")) == number + 1);
  }
  SECTION("what it then asks for is refused once as well") {
    strategy->at_event = {buy("3")};
    floor->open_bot();
    floor->advance(5s);
    CHECK(told() == "1 refused 0; 2 refused 0; ");
    CHECK(floor->desk_words->placed.empty());
  }
}

TEST_CASE_METHOD(restart_fixture, "trading bot: asked for while it hears what it missed") {
  {
    auto floor = make_floor();
    floor->open_bot();
    floor->ask(buy("10"));
    floor->desk_words->late_events = true;
    floor->fill(1, "10");
  }
  strategy->told.clear();
  strategy->at_event = {buy("3")};
  auto floor = make_floor();
  floor->open_bot();
  floor->advance(5s);
  CHECK(told() == "1 new 0; 1 fill 10; 2 refused 0; ");
  CHECK(floor->desk_words->placed.empty());
}

TEST_CASE_METHOD(restart_fixture,
                 "trading bot: a crash at a price loses nothing and sends nothing") {
  auto floor = make_floor();
  floor->open_bot();
  floor->own_shares("4");
  strategy->told.clear();
  strategy->at_price = {buy("7")};
  strategy->throws_at_price = true;
  floor->price("100");
  floor->advance(3s);
  CHECK(floor->status().state == bot_state::running);
  CHECK(broker->received.size() == 1);
  CHECK(told() == "2 refused 0; ");
  floor->advance(11s);
  CHECK(heard_in(floor->record()) ==
        std::vector<std::string>{"1 new 0", "1 fill 4", "2 refused 0"});
  CHECK(floor->record().intents == 2);
  CHECK(floor->ask(buy("1")) == 3);
  CHECK(broker->received.size() == 2);
}

TEST_CASE_METHOD(restart_fixture, "trading bot: a crash with an unanswered order tells its fate") {
  auto floor = make_floor();
  floor->open_bot();
  SECTION("taken by the desk") {
    floor->desk_words->loses_answers = true;
    floor->ask(buy("7"));
    strategy->throws_at_price = true;
    floor->price("100");
    floor->advance(3s);
    CHECK(floor->status().state == bot_state::running);
    CHECK(told() == "1 new 0; ");
    CHECK(broker->received.size() == 1);
    floor->fill(1, "7");
    CHECK(told() == "1 new 0; 1 fill 7; ");
  }
  SECTION("lost on its way") {
    floor->desk_words->loses_orders = true;
    floor->ask(buy("7"));
    strategy->throws_at_price = true;
    floor->price("100");
    floor->advance(3s);
    CHECK(told() == "1 refused 0; ");
    CHECK(broker->received.empty());
  }
}

TEST_CASE_METHOD(restart_fixture,
                 "trading bot: an event that kills its strategy is not told again") {
  auto floor = make_floor();
  floor->open_bot();
  floor->ask(buy("10"));
  strategy->throws_at_event = true;
  floor->fill(1, "10");
  floor->advance(3s);
  // Its strategy does not know of the shares: it holds itself rather than trade on.
  CHECK(told() == "1 new 0; ");
  CHECK(floor->status().state == bot_state::starting);
  CHECK(floor->status().reason == "it knows of 0 shares, its orders brought 10");
  strategy->at_price = {buy("7")};
  floor->price("100");
  CHECK(broker->received.size() == 1);
  // The verb exit sells them all the same, and all is well.
  floor->command("m1", "exit");
  floor->advance(2s);
  REQUIRE(broker->received.size() == 2);
  CHECK(broker->received.back().terms.qty == qty("10"));
}

TEST_CASE_METHOD(restart_fixture, "trading bot: killed in between, events and snapshot agree") {
  auto floor = make_floor();
  floor->open_bot();
  floor->ask(buy("10"));
  floor->fill(1, "3");
  floor->desk_words->late_events = true;
  floor->fill(1, "3");
  floor->desk_words->late_events = false;
  floor->kill_bot();
  floor->fill(1, "4");
  floor->advance(3s);
  CHECK(floor->status().state == bot_state::running);
  CHECK(told() == "1 new 0; 1 partial_fill 3; 1 partial_fill 3; 1 fill 4; ");
  floor->advance(11s);
  CHECK(nlohmann::json::parse(floor->record().snapshot).at("position") == "10");
}

TEST_CASE_METHOD(restart_fixture, "trading bot: what it asks for at its start is refused") {
  strategy->at_start = {buy("10")};
  auto floor = make_floor();
  floor->open_bot();
  floor->advance(2s);
  CHECK(told() == "1 refused 0; ");
  CHECK(broker->received.empty());
}

TEST_CASE_METHOD(restart_fixture, "trading bot: waits for the order desk before it opens") {
  auto floor = make_floor();
  floor->desk_words->hangs = true;
  floor->open_bot();
  floor->tell("m1", "stop");
  floor->advance(5s);
  CHECK(floor->words("m1") == 0);
  CHECK(floor->status_or_none() == std::nullopt);
  floor->desk_words->hangs = false;
  floor->advance(60s);
  CHECK(floor->status().state == bot_state::stopped);
  CHECK(floor->stored("m1").status == line_status::done);
}
