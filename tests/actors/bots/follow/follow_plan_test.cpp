#include <catch2/catch.hpp>

#include "actors/bots/strategies/follow/plan.hpp"
#include "tests/actors/bots/follow/follow_rig.hpp"

using namespace outcry;
using namespace outcry::following;
using outcry::test::long_call;
using outcry::test::price_of;
using outcry::test::shares;

namespace {

parameters money(const char* notional = "1000") {
  auto result = default_parameters();
  result.max_notional = *Money::parse(notional);
  return result;
}

std::string code_of(const tl::expected<trade_plan, refusal>& x) {
  return x ? "taken" : x.error().code;
}

}  // namespace

TEST_CASE("a call becomes one entry with a stop over all of it and its targets in parts") {
  const auto plan = make_plan(long_call(), money(), "AAPL", price_of("101"));
  REQUIRE(plan);
  CHECK(plan->wanted == shares(10));
  CHECK(plan->stop == price_of("90"));
  REQUIRE(plan->entries.size() == 1);
  const auto& entry = plan->entries[0];
  CHECK(entry.terms.type == order_type::limit);
  CHECK(entry.terms.limit_price == price_of("100"));
  CHECK(entry.terms.lasts == time_in_force::gtc);
  REQUIRE(entry.exits.size() == 3);
  CHECK(entry.exits[0].type == order_type::stop);
  CHECK(entry.exits[0].qty == shares(10));
  CHECK(entry.exits[0].side == order_side::sell);
  CHECK(entry.exits[1].limit_price == price_of("110"));
  CHECK(entry.exits[1].qty == shares(5));
  CHECK(entry.exits[2].limit_price == price_of("120"));
}

TEST_CASE("money management bounds the quantity by money and by what the stop may cost") {
  auto limits = money();
  limits.risk = *Money::parse("35");  // 10 apart: three shares
  CHECK(make_plan(long_call(), limits, "AAPL", {})->wanted == shares(3));
  limits.lot = shares(2);
  CHECK(make_plan(long_call(), limits, "AAPL", {})->wanted == shares(2));
  limits.risk = *Money::parse("9");
  CHECK(code_of(make_plan(long_call(), limits, "AAPL", {})) == "too_small");
  CHECK(code_of(make_plan(long_call(), money("0"), "AAPL", {})) == "no_size");
}

TEST_CASE("targets that would get less than a lot are left out, the farthest first") {
  auto call = long_call();
  call.targets = {price_of("110"), price_of("120"), price_of("130")};
  const auto plan = make_plan(call, money("250"), "AAPL", {});
  REQUIRE(plan);
  CHECK(plan->wanted == shares(2));
  REQUIRE(plan->entries[0].exits.size() == 3);
  CHECK(plan->entries[0].exits[2].limit_price == price_of("120"));
  CHECK(plan->entries[0].targets == std::vector<std::uint8_t>{1, 2});
}

TEST_CASE("of more targets than allowed the nearest and the last are used") {
  auto call = long_call();
  call.targets.clear();
  for (int i = 0; i < 9; ++i) call.targets.push_back(Price::from_integer(110 + i));
  auto limits = money("3000");
  limits.max_targets = 3;
  const auto plan = make_plan(call, limits, "AAPL", {});
  REQUIRE(plan);
  CHECK(plan->entries[0].targets == std::vector<std::uint8_t>{1, 2, 9});
}

TEST_CASE("several entries share the money, a zone is entered at its near end") {
  auto call = long_call();
  call.entries = {price_of("98"), price_of("100")};
  auto plan = make_plan(call, money(), "AAPL", {});
  REQUIRE(plan);
  REQUIRE(plan->entries.size() == 2);
  CHECK(plan->entries[0].terms.limit_price == price_of("100"));
  CHECK(plan->entries[1].terms.limit_price == price_of("98"));
  CHECK(plan->entries[0].terms.qty == shares(5));
  call.entry_range = true;
  plan = make_plan(call, money(), "AAPL", {});
  REQUIRE(plan);
  REQUIRE(plan->entries.size() == 1);
  CHECK(plan->entries[0].terms.limit_price == price_of("100"));
}

TEST_CASE("an entry at market is a limit a little beyond the last price") {
  auto call = long_call();
  call.order = signals::entry_order::market;
  call.entries.clear();
  const auto plan = make_plan(call, money(), "AAPL", price_of("100"));
  REQUIRE(plan);
  CHECK(plan->entries[0].terms.limit_price == price_of("100.5"));
  CHECK(code_of(make_plan(call, money(), "AAPL", {})) == "no_price");
  // It names a price the market has run away from.
  call.entries = {price_of("95")};
  CHECK(code_of(make_plan(call, money(), "AAPL", price_of("100"))) == "too_late");
  call.entries = {price_of("99")};
  CHECK(code_of(make_plan(call, money(), "AAPL", price_of("100"))) == "taken");
}

TEST_CASE("all entries with their exits are no more orders than a bot may have unanswered") {
  auto call = long_call();
  call.entries = {price_of("100"), price_of("99"), price_of("98")};
  call.targets.clear();
  for (int i = 0; i < 6; ++i) call.targets.push_back(Price::from_integer(110 + i));
  const auto plan = make_plan(call, money("9000"), "AAPL", {});
  REQUIRE(plan);
  std::size_t orders = 0;
  for (const auto& entry : plan->entries) orders += 1 + entry.exits.size();
  CHECK(orders <= 16);
  CHECK(plan->entries.size() == 3);
  CHECK(plan->entries[2].targets == std::vector<std::uint8_t>{1, 2, 6});
}

TEST_CASE("prices beyond all measure are refused") {
  auto call = long_call();
  call.order = signals::entry_order::market;
  call.entries = {price_of("168000000000000000000000000")};
  CHECK(code_of(make_plan(call, money(), "AAPL", price_of("100"))) == "levels");
}

TEST_CASE("prices that follow from others keep the places their market quotes") {
  auto call = long_call();
  call.order = signals::entry_order::market;
  call.entries.clear();
  call.stop->price = price_of("1.05");
  call.targets = {price_of("1.20")};
  const auto limit_at = [&](const char* last) {
    const auto plan = make_plan(call, money(), "AAPL", price_of(last));
    return plan ? to_string(plan->entries[0].terms.limit_price) : plan.error().code;
  };
  CHECK(limit_at("1.1033") == "1.11");
  call.asset = signals::asset_kind::forex;
  CHECK(limit_at("1.1033") == "1.108816");
  call.asset = signals::asset_kind::crypto;
  call.stop->price = price_of("0.1");
  call.targets = {price_of("0.5")};
  CHECK(limit_at("0.2000001") == "0.2010001");
}

TEST_CASE("a call without a stop needs one from the parameters") {
  auto call = long_call();
  call.stop.reset();
  CHECK(code_of(make_plan(call, money(), "AAPL", {})) == "no_stop");
  auto limits = money();
  limits.default_stop = *Ratio::parse("0.1");
  const auto plan = make_plan(call, limits, "AAPL", {});
  REQUIRE(plan);
  CHECK(plan->stop == price_of("90"));
}

TEST_CASE("what contradicts itself or comes too late is refused") {
  auto call = long_call();
  call.stop->price = price_of("101");
  CHECK(code_of(make_plan(call, money(), "AAPL", {})) == "levels");
  call = long_call();
  call.targets = {price_of("99")};
  CHECK(code_of(make_plan(call, money(), "AAPL", {})) == "levels");
  CHECK(code_of(make_plan(long_call(), money(), "AAPL", price_of("89.9"))) == "too_late");
  CHECK(code_of(make_plan(long_call(), money(), "AAPL", price_of("110"))) == "too_late");
  call = long_call();
  call.action = signals::trade_action::close;
  CHECK(code_of(make_plan(call, money(), "AAPL", {})) == "not_an_opening");
  call = long_call();
  call.option = signals::option_contract{price_of("150"), signals::option_right::call, {}};
  CHECK(code_of(make_plan(call, money(), "AAPL", {})) == "option");
}

TEST_CASE("short calls are mirrored, where they are allowed") {
  auto call = long_call();
  call.side = signals::trade_side::short_side;
  call.stop->price = price_of("110");
  call.targets = {price_of("90"), price_of("80")};
  CHECK(code_of(make_plan(call, money(), "AAPL", {})) == "short_not_allowed");
  auto limits = money();
  limits.shorts = true;
  const auto plan = make_plan(call, limits, "AAPL", {});
  REQUIRE(plan);
  CHECK(plan->side == order_side::sell);
  CHECK(plan->entries[0].exits[0].side == order_side::buy);
  CHECK(code_of(make_plan(call, limits, "AAPL", price_of("111"))) == "too_late");
}

TEST_CASE("parameters are checked as a whole and name the field that is wrong") {
  const auto now = default_parameters();
  CHECK(read_changes(now, R"({"risk":"-1"})").error().field == "config.risk");
  CHECK(read_changes(now, R"({"slippage":1})").error().field == "config.slippage");
  CHECK(read_changes(now, R"({"entry_valid_s":5})").error().field == "config.entry_valid_s");
  CHECK(read_changes(now, R"({"size":5})").error().field == "config.size");
  CHECK(read_changes(now, "[]").error().field == "config");
  const auto changed = read_changes(now, R"({"risk":12.5,"shorts":true,"max_targets":2})");
  REQUIRE(changed);
  CHECK(changed->risk == *Money::parse("12.5"));
  CHECK(read_changes(now, write_parameters(*changed)).value() == *changed);
}
