#include <catch2/catch.hpp>

#include "tests/adapters/redis/container_bridge_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;

TEST_CASE("container bridge: orders reach the desk, once they are known to be a bot's") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open_orders();
  bot_by_hand bot(floor.server);
  // Before the floor opens, and before anybody has announced itself.
  bot.order(py_aapl.id, 1);
  bot.announce();
  floor.open();
  REQUIRE(floor.wishes->wait_count(1));
  CHECK(floor.wishes->all()[0] == "place py-AAPL 1");
  REQUIRE(bot.hears("order_answer", R"("number":1,"status":"accepted")"));
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
}

TEST_CASE("container bridge: orders of nobody, and what nobody can read") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.taken = {"ladder-AAPL"};
  std::string why;
  std::string who = "stranger";
  SECTION("a floor without an order desk") {
    who = py_aapl.id;
    why = "no bot can order through this floor";
  }
  SECTION("a stranger") {
    floor.open_orders();
    why = R"("code":"unknown_target")";
  }
  SECTION("a bot of the floor itself") {
    floor.open_orders();
    who = "ladder-AAPL";
    why = "the floor has a bot of that id itself";
  }
  SECTION("one that is only observed") {
    floor.open_orders();
    who = "observed-AAPL";
    why = "only observed";
  }
  bot_by_hand bot(floor.server);
  bot.announce();
  floor.open();
  outside_bot observed(floor.server, "AAPL");
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running));
  bot.order(who, 7);
  // A cancel of theirs has no answer.
  bot.order(R"({"bot":")" + who + R"(","number":7})", "cancel");
  REQUIRE(outcry::test::eventually([&] {
    auto answers = bot.stream("order_answer", who);
    return answers.size() == 1 && answers[0].find(why) != std::string::npos &&
           answers[0].find(R"("status":"never_sent")") != std::string::npos;
  }));
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
  CHECK(floor.wishes->all().empty());
}

TEST_CASE("container bridge: an order nobody can read is refused by its number, if it has one") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open_orders();
  bot_by_hand bot(floor.server);
  bot.announce();
  floor.open();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running));
  bot.order("{");
  bot.order("{}", "wish");
  bot.order(R"({"bot":"py-AAPL","number":3,"side":"buy","type":"market","qty":"many"})");
  bot.order(R"({"bot":"py-AAPL","number":4})", "settle");
  REQUIRE(floor.wishes->wait_count(2));
  CHECK(floor.wishes->all() == std::vector<std::string>{"settle py-AAPL 3", "settle py-AAPL 4"});
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
  auto seat = board_of(floor.system)->find("redis.bots", "redis");
  CHECK(outcry::test::eventually([&] { return seat->status().errors == 3; }));
}

TEST_CASE("container bridge: an order read and not answered before kill -9 comes again") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();  // no order desk, no holder of the lease yet
  bot_by_hand bot(floor.server);
  floor.kill_bridge();
  REQUIRE(bot.link.command({"XGROUP", "CREATE", channels::orders, "outcry", "0", "MKSTREAM"}));
  bot.order(py_aapl.id, 1);
  REQUIRE(bot.link.command(
      {"XREADGROUP", "GROUP", "outcry", "floor", "STREAMS", channels::orders, ">"}));
  CHECK(bot.orders_left() == 1);
  bot.announce();
  floor.open_orders();
  floor.open();
  REQUIRE(floor.wishes->wait_count(1));
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
}
