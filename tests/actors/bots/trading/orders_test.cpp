#include "tests/actors/bots/trading/trading_floor.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct orders_fixture {
  temp_dir dir;
  trading_floor floor{dir.path().string()};
};

}  // namespace

TEST_CASE_METHOD(orders_fixture, "trading bot: an order goes with all that survives of the bot") {
  floor.open_bot();
  CHECK(floor.status().state == bot_state::running);
  floor.strategy->at_price = {buy("10")};
  floor.journal_words->writes.clear();
  floor.price("100");

  REQUIRE(floor.desk_words->placed.size() == 1);
  const auto& wish = floor.desk_words->placed.front();
  CHECK(wish.bot_id == "b-AAPL");
  CHECK(wish.number == 1);
  CHECK(wish.purpose == order_purpose::strategy);
  CHECK(wish.terms == buy("10"));
  CHECK(wish.feed == feed_state::live);
  CHECK(wish.last_price == at("100"));
  REQUIRE(wish.record.size() == 1);
  CHECK(wish.record[0].intents == 1);
  CHECK(wish.record[0].asked == std::vector<std::uint64_t>{1});

  // The desk journals both in one transaction.
  const auto& writes = floor.journal_words->writes;
  const auto intent = std::find_if(writes.begin(), writes.end(),
                                   [](const auto& write) { return !write.bots.empty(); });
  REQUIRE(intent != writes.end());
  CHECK(intent->orders.size() == 1);
  CHECK(intent->bots[0].asked == std::vector<std::uint64_t>{1});
  CHECK(floor.broker->received.size() == 1);
  CHECK(floor.told() == "1 new 0; ");
}

TEST_CASE_METHOD(orders_fixture, "trading bot: each event is told once, and a fill saved at once") {
  floor.open_bot();
  const auto number = floor.ask(buy("10"));
  floor.desk_words->late_events = true;
  floor.fill(number, "4");
  floor.fill(number, "6");
  REQUIRE(floor.desk_words->hold_back.size() == 2);
  const auto before = floor.record().version;
  for (const auto& event : floor.desk_words->hold_back) {
    floor.send(floor.desk_words->bot, event);
    floor.send(floor.desk_words->bot, event);
  }
  floor.send(floor.desk_words->bot, floor.desk_words->hold_back.front());
  floor.run();
  CHECK(floor.told() == "1 new 0; 1 partial_fill 4; 1 fill 6; ");
  const auto record = floor.record();
  CHECK(record.version > before);
  CHECK(record.last_event == floor.desk_words->hold_back.back().seq);
  CHECK(nlohmann::json::parse(record.snapshot).at("position") == "10");
  CHECK(record.asked.empty());
  CHECK_FALSE(floor.talk->earned.empty());
}

TEST_CASE_METHOD(orders_fixture, "trading bot: one save is in flight, the next takes everything") {
  floor.open_bot();
  const auto number = floor.ask(buy("10"));
  floor.bot_words->writes.clear();
  floor.bot_words->hangs_writes = true;
  for (const auto* shares : {"1", "2", "3"}) floor.fill(number, shares);
  CHECK(floor.bot_words->writes.size() == 1);
  floor.bot_words->hangs_writes = false;
  floor.advance(45s);
  CHECK(nlohmann::json::parse(floor.record().snapshot).at("position") == "6");
}

TEST_CASE_METHOD(orders_fixture, "trading bot: what is not answered is settled, never sent again") {
  floor.open_bot();
  SECTION("the order desk has it") {
    floor.desk_words->loses_answers = true;
    const auto number = floor.ask(buy("10"));
    floor.desk_words->late_events = true;
    floor.advance(30s);
    CHECK(floor.desk_words->placed.size() == 1);
    CHECK(floor.desk_words->settled.size() == 0);  // its event said so already
    CHECK(floor.order(number).status == order_status::working);
    CHECK(floor.broker->received.size() == 1);
  }
  SECTION("the order desk has it and its events are late") {
    floor.desk_words->loses_answers = true;
    floor.desk_words->late_events = true;
    floor.ask(buy("10"));
    floor.advance(30s);
    CHECK(floor.desk_words->placed.size() == 1);
    CHECK(floor.desk_words->settled.size() == 1);
    CHECK(floor.broker->received.size() == 1);
    CHECK(floor.told().empty());
    for (const auto& event : floor.desk_words->hold_back) floor.send(floor.desk_words->bot, event);
    floor.run();
    CHECK(floor.told() == "1 new 0; ");
  }
  SECTION("the order desk never got it") {
    floor.desk_words->loses_orders = true;
    const auto number = floor.ask(buy("10"));
    floor.desk_words->hangs = true;
    floor.advance(60s);
    // Asked again and again, for as long as it takes.
    CHECK(floor.desk_words->settled.size() >= 3);
    CHECK(floor.told().empty());
    floor.desk_words->hangs = false;
    floor.advance(15s);
    CHECK(floor.told() == "1 refused 0; ");
    CHECK(floor.order(number).status == order_status::never_sent);
    CHECK(floor.desk_words->placed.size() == 1);
    CHECK(floor.broker->received.empty());
    // It stays refused, should it arrive after all.
    floor.send(caf::actor_cast<caf::actor>(floor.real_desk), floor.desk_words->placed.front());
    floor.advance(5s);
    CHECK(floor.broker->received.empty());
  }
}

TEST_CASE_METHOD(orders_fixture, "trading bot: at most 16 orders are unanswered") {
  floor.open_bot();
  floor.desk_words->hangs = true;
  for (int i = 0; i < 20; ++i) floor.strategy->at_price.push_back(buy("1"));
  floor.price("100");
  CHECK(floor.desk_words->placed.size() == 16);
  floor.advance(1s);
  CHECK(floor.strategy->told ==
        std::vector<std::string>{"17 refused 0", "18 refused 0", "19 refused 0", "20 refused 0"});
  CHECK(floor.strategy->reasons.front() == "too many orders are unanswered");
  floor.price("100");
  CHECK(floor.desk_words->placed.size() == 16);
}

TEST_CASE_METHOD(orders_fixture, "trading bot: an order that the desk refuses is told once") {
  floor.open_bot();
  floor.ask(sell("10"));
  floor.advance(60s);
  CHECK(floor.told() == "1 refused 0; ");
  CHECK(floor.broker->received.empty());
  CHECK(floor.record().asked.empty());
}

TEST_CASE_METHOD(orders_fixture, "trading bot: cancels reach the broker") {
  floor.open_bot();
  const auto number = floor.ask(buy("10"));
  floor.strategy->cancels = {number};
  floor.price("100");
  CHECK(floor.told() == "1 new 0; 1 canceled 0; ");
}

TEST_CASE_METHOD(orders_fixture, "trading bot: what a stopped bot asks for is not sent") {
  floor.open_bot();
  const auto number = floor.ask(buy("10"));
  floor.desk_words->late_events = true;
  floor.fill(number, "4");
  floor.command("m1", "stop");
  floor.advance(2s);
  CHECK(floor.last("m1").status == line_status::done);
  floor.strategy->at_event = {sell("4")};
  const auto sent = floor.desk_words->placed.size();
  for (const auto& event : floor.desk_words->hold_back) floor.send(floor.desk_words->bot, event);
  floor.run();
  // The fill counts all the same.
  CHECK(nlohmann::json::parse(floor.record().snapshot).at("position") == "4");
  floor.advance(2s);
  CHECK(floor.desk_words->placed.size() == sent);
  CHECK(floor.strategy->told.back() == "2 refused 0");
  CHECK(floor.strategy->reasons.back() == "the bot is not running");
  floor.price("100");
  CHECK(floor.strategy->prices == 1);
}

TEST_CASE_METHOD(orders_fixture, "trading bot: events that may have been missed are read") {
  floor.open_bot();
  const auto number = floor.ask(buy("10"));
  floor.desk_words->late_events = true;
  floor.fill(number, "4");
  floor.fill(number, "3");
  floor.desk_words->late_events = false;

  SECTION("in order with those that come meanwhile") {
    floor.send(floor.desk_words->bot, orders_reopened{floor.broker->session});
    floor.fill(number, "3");
    CHECK(floor.told() == "1 new 0; 1 partial_fill 4; 1 partial_fill 3; 1 fill 3; ");
  }
  SECTION("also when the journal does not answer at first") {
    floor.bot_words->refuses_reads = true;
    floor.send(floor.desk_words->bot, orders_reopened{floor.broker->session});
    floor.run();
    floor.fill(number, "3");
    CHECK(floor.told() == "1 new 0; ");
    floor.bot_words->refuses_reads = false;
    floor.advance(2s);
    CHECK(floor.told() == "1 new 0; 1 partial_fill 4; 1 partial_fill 3; 1 fill 3; ");
  }
  SECTION("and once more when the news comes while they are being read") {
    floor.bot_words->hangs = true;
    floor.send(floor.desk_words->bot, orders_reopened{floor.broker->session});
    floor.run();
    floor.desk_words->late_events = true;
    floor.fill(number, "3");
    floor.send(floor.desk_words->bot, orders_reopened{floor.broker->session});
    floor.run();
    floor.bot_words->hangs = false;
    floor.advance(35s);
    CHECK(floor.told() == "1 new 0; 1 partial_fill 4; 1 partial_fill 3; 1 fill 3; ");
  }
}

TEST_CASE_METHOD(orders_fixture, "trading bot: a strategy that trades needs an order desk") {
  floor.has_order_desk = false;
  floor.open_bot();
  CHECK(floor.status().state == bot_state::starting);
  CHECK(floor.status().reason.find("there is no broker") != std::string::npos);
  floor.price("100");
  CHECK(floor.strategy->prices == 0);
}
