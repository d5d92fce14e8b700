#include "actors/bots/strategies/scale_t/ladder_csv.hpp"

#include <catch2/catch.hpp>

#include "actors/bots/strategies/scale_t/build.hpp"
#include "tests/actors/bots/scale_t/fake_floor.hpp"

using namespace outcry;
using namespace outcry::ladders;
using namespace outcry::test;

namespace {

const std::string header =
    "index,buy_price,sell_price,target_shares,held_shares,pending_order_id,spc,unrealized_profit,"
    "last_action,profit\n";

/// As Python prints its floats.
const std::string sample =
    header +
    "0,106.99,107.53,0.46733339564445275,0.46733,None,N,0.23366999999999735,1746542351.76,0.0\n"
    "1,106.46000000000001,106.99,0.4696599661844824,0.1,None,N,-1e-05,1746542351,1.25\n"
    "2,105.93,106.46,0.4720098178041,0.0,None,last,4.440892098500626e-16,0.0,0.5\n";

invalid_field refusal(const std::string& text) {
  auto result = read_ladder_csv(text);
  REQUIRE_FALSE(result);
  CHECK_FALSE(result.error().expected.empty());
  CHECK_FALSE(result.error().found.empty());
  return result.error();
}

std::string with(const std::string& from, const std::string& to) {
  auto text = sample;
  const auto i = text.find(from);
  REQUIRE(i != std::string::npos);
  return text.replace(i, from.size(), to);
}

}  // namespace

TEST_CASE("scale_t csv: reads what Python wrote") {
  const auto file = read_ladder_csv(sample);
  REQUIRE(file);
  CHECK_FALSE(file->pending);
  const auto& x = file->rows;
  REQUIRE(x.rows.size() == 3);
  CHECK(x.rows[0].buy_price == price("106.99"));
  CHECK(x.rows[0].sell_price == price("107.53"));
  CHECK(x.rows[0].target == shares("0.46733"));
  CHECK(x.rows[0].held == shares("0.46733"));
  CHECK(x.rows[0].improvement == money("0.233669999999"));
  CHECK(x.rows[0].last_action_s == 1746542351);
  CHECK(x.rows[1].buy_price == price("106.46"));
  CHECK(x.rows[1].target == shares("0.46966"));
  CHECK(x.rows[1].improvement == money("-0.00001"));
  CHECK(x.rows[1].profit == money("1.25"));
  CHECK(x.rows[2].improvement.is_zero());
  CHECK(x.rows[2].last);
  CHECK(x.cash == money("89.3540229"));
  CHECK(x.cash + cost_of_held(x) == x.deposited);
}

TEST_CASE("scale_t csv: what it writes it reads") {
  auto x = build_ladder({money("10000"), price("107"), default_step, 200}).value();
  book_buy(x, 5, shares("1.2"), price("105"), 1'700'000'000);
  const auto text = write_ladder_csv(x);
  CHECK(text.substr(0, header.size()) == header);
  CHECK(text.substr(header.size(), 61) ==
        "0,106.99,107.53,0.46733,0.46733,None,N,0.9299867,1700000000,0");
  const auto again = read_ladder_csv(text);
  REQUIRE(again);
  CHECK(again->rows.rows == x.rows);
  CHECK(write_ladder_csv(again->rows) == text);
  CHECK(text.find("\n199,39.49,39.69,") != std::string::npos);
  CHECK(text.find(",None,last,0.0,0,0.0\n") == text.size() - 21);
}

TEST_CASE("scale_t csv: an order that rests is named") {
  const auto file = read_ladder_csv(with("0.1,None", "0.1,2f1c-77"));
  REQUIRE(file);
  REQUIRE(file->pending);
  CHECK(*file->pending == csv_order{1, "2f1c-77"});
  CHECK(write_ladder_csv(file->rows, file->pending).find(",0.1,2f1c-77,N,") != std::string::npos);
}

TEST_CASE("scale_t csv: line ends, a byte order mark and blanks do not matter") {
  std::string windows;
  for (const char c : sample) windows += c == '\n' ? std::string{"\r\n"} : std::string{c};
  const auto plain = read_ladder_csv(sample);
  const auto other = read_ladder_csv("\xEF\xBB\xBF" + windows);
  REQUIRE(other);
  CHECK(other->rows == plain->rows);
  CHECK(read_ladder_csv(sample + "\n"));
  CHECK(read_ladder_csv(with("106.99,107.53", "106.99, 107.53 ")));
  CHECK(read_ladder_csv(with(",0.0,0.5", ",None,0.5")));
}

TEST_CASE("scale_t csv: tiny numbers without a point are noise too") {
  CHECK(read_ladder_csv(with("-1e-05", "-1e-17"))->rows.rows[1].improvement.is_zero());
  CHECK(read_ladder_csv(with("-1e-05", "-1.5e-12"))->rows.rows[1].improvement ==
        money("-0.000000000001"));
  CHECK(read_ladder_csv(with("-1e-05", "1.5e1"))->rows.rows[1].improvement == money("15"));
}

TEST_CASE("scale_t csv: errors name line, column, what was expected and found") {
  const auto x = refusal(with("106.99,107.53", "106.99,1O7.53"));
  CHECK(x.field == "line 2, column sell_price");
  CHECK(x.expected == "a price above 0");
  CHECK(x.found == "1O7.53");

  const std::vector<std::tuple<std::string, std::string, std::string>> table = {
      {"index,", "idx,", "line 1"},
      {"\n1,", "\n7,", "line 3, column index"},
      {"106.99,107.53", "nan,107.53", "line 2, column buy_price"},
      {"106.99,107.53", "0,107.53", "line 2, column buy_price"},
      {"106.99,107.53", "-5,107.53", "line 2, column buy_price"},
      {"106.99,107.53", "106.995,107.53", "line 2, column buy_price"},
      {"106.99,107.53", "108,107.53", "line 2, column sell_price"},
      {"105.93,106.46", "106.46,107.5", "line 4, column buy_price"},
      {"105.93,106.46", "105.93,106.99", "line 4, column sell_price"},
      {"0.46733339564445275", "-1", "line 2, column target_shares"},
      {"0.46733339564445275", "", "line 2, column target_shares"},
      {"0.46733339564445275", "1e99", "line 2, column target_shares"},
      {",0.46733,", ",x,", "line 2, column held_shares"},
      {"0.46733,None", "0.46733,", "line 2, column pending_order_id"},
      {"None,N,0.2", "None,Y,0.2", "line 2, column spc"},
      {"0.23366999999999735", "inf", "line 2, column unrealized_profit"},
      {"1746542351.76", "yesterday", "line 2, column last_action"},
      {"1746542351.76", "-1", "line 2, column last_action"},
      {"1746542351.76", "1e30", "line 2, column last_action"},
      {"0.0,0.5\n", "0.0\n", "line 4, column profit"},
      {"0.0,0.5\n", "0.0,0.5,9\n", "line 4, column 11"},
      {"1,106.46", "\n1,106.46", "line 3, column buy_price"},
  };
  for (const auto& [from, to, field] : table) {
    CAPTURE(from, to);
    CHECK(refusal(with(from, to)).field == field);
  }
  CHECK(refusal("").field == "line 1");
  CHECK(refusal(header).field == "line 2");
  CHECK(refusal(std::string(max_csv_bytes + 1, 'x')).field.empty());
}

TEST_CASE("scale_t csv: has an end") {
  auto text = header;
  auto buys = 3'000;
  for (std::size_t i = 0; i <= max_rows; ++i, --buys)
    text += std::to_string(i) + ',' + std::to_string(buys) + ".0," + std::to_string(buys + 1) +
            ".0,1.0,0.0,None,N,0.0,0.0,0.0\n";
  CHECK(refusal(text).field == "line 2002");
}
