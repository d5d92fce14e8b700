#include "actors/bots/strategies/counter.hpp"

#include <memory>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/actors/bots/scale_t/fake_floor.hpp"

using namespace outcry;

namespace {

price_tick tick(const char* price) {
  price_tick result;
  result.price = *Price::parse(price);
  return result;
}

std::string refusal(const counter& bot, const std::string& changes) {
  auto result = bot.check_parameters(changes);
  REQUIRE_FALSE(result);
  CHECK(result.error().field.find("config") == 0);
  CHECK_FALSE(result.error().expected.empty());
  return result.error().field;
}

nlohmann::json details(const counter& bot) {
  return nlohmann::json::parse(bot.details());
}

}  // namespace

TEST_CASE("counter counts prices and orders") {
  test::fake_floor floor;
  counter bot;
  bot.on_price(tick("10.5"), floor);
  bot.on_price(tick("11.25"), floor);
  bot.on_order({});
  CHECK(bot.count() == 2);
  CHECK(details(bot) ==
        nlohmann::json{{"count", 2}, {"prices", 2}, {"orders", 1}, {"step", 1}, {"last", "11.25"}});
}

TEST_CASE("counter counts a price by its step") {
  test::fake_floor floor;
  counter bot;
  bot.on_price(tick("1"), floor);
  auto all = bot.check_parameters(R"({"step":1000})");
  REQUIRE(all);
  bot.on_price(tick("1"), floor);
  CHECK(bot.count() == 2);
  bot.set_parameters(*all);
  bot.on_price(tick("1"), floor);
  CHECK(bot.count() == 1002);
  CHECK(details(bot)["prices"] == 3);
}

TEST_CASE("counter checks its parameters as a whole and changes nothing") {
  counter bot;
  CHECK(refusal(bot, R"({"step":0})") == "config.step");
  CHECK(refusal(bot, R"({"step":1001})") == "config.step");
  CHECK(refusal(bot, R"({"step":-1})") == "config.step");
  CHECK(refusal(bot, R"({"step":18446744073709551615})") == "config.step");
  CHECK(refusal(bot, R"({"step":2.5})") == "config.step");
  CHECK(refusal(bot, R"({"step":"2"})") == "config.step");
  CHECK(refusal(bot, R"({"step":null})") == "config.step");
  CHECK(refusal(bot, R"({"step":2,"stop":3})") == "config.stop");
  CHECK(refusal(bot, R"([1])") == "config");
  CHECK(refusal(bot, "step=2") == "config");
  CHECK(details(bot)["step"] == 1);
}

TEST_CASE("counter keeps the parameters that are not changed") {
  counter bot;
  bot.set_parameters(*bot.check_parameters(R"({"step":5})"));
  auto all = bot.check_parameters("{}");
  REQUIRE(all);
  CHECK(nlohmann::json::parse(*all) == nlohmann::json{{"step", 5}});
}

TEST_CASE("counter goes on from its snapshot") {
  test::fake_floor floor;
  counter before;
  before.on_price(tick("10.000000000001"), floor);
  before.on_price(tick("99.5"), floor);
  before.on_order({});
  counter after;
  after.restore(before.snapshot());
  CHECK(after.count() == 2);
  CHECK(after.details() == before.details());
  after.on_price(tick("1"), floor);
  CHECK(after.count() == 3);
}

TEST_CASE("counter refuses a snapshot of somebody else") {
  for (const char* text : {"", "{}", "[]", R"({"count":1,"prices":1,"orders":0,"last":"x"})",
                           R"({"count":"1","prices":1,"orders":0,"last":"1"})"}) {
    CAPTURE(text);
    counter bot;
    CHECK_THROWS_AS(bot.restore(text), std::exception);
    CHECK(bot.count() == 0);
  }
}

TEST_CASE("strategies are found by name") {
  auto found = make_strategy("counter", "AAPL");
  REQUIRE(found);
  CHECK(dynamic_cast<counter*>(found.get()) != nullptr);
  CHECK_FALSE(make_strategy("Counter", "AAPL"));
  CHECK_FALSE(make_strategy("", "AAPL"));
}
