#include "messages/decimal.hpp"

#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/deep_to_string.hpp>
#include <catch2/catch.hpp>

#include "messages/market.hpp"
#include "tests/messages/samples.hpp"

using namespace outcry;
using big = boost::multiprecision::cpp_int;

namespace {

const big one = boost::multiprecision::pow(big{10}, 12);
const big limit = big{1} << 127;

Price price(std::string_view text) {
  const auto result = Price::parse(text);
  if (!result) throw std::invalid_argument{result.error()};
  return *result;
}

big units_of(int128 x) {
  big result{static_cast<std::int64_t>(x >> 64)};
  return (result << 64) + static_cast<std::uint64_t>(x);
}

int128 any_units(std::mt19937& random) {
  unsigned_int128 bits = 0;
  for (int i = 0; i < 4; ++i) bits = (bits << 32) | random();
  return static_cast<int128>(bits) >> test::pick(random, 128);
}

/// The text of `units` by another way than ours: divide, pad, trim.
std::string reference_text(const big& units) {
  const big size = units < 0 ? big{-units} : units;
  const big whole = size / one;
  std::string fraction = big{size % one}.str();
  fraction.insert(0, 12 - fraction.size(), '0');
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return (units < 0 ? "-" : "") + whole.str() + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace

TEST_CASE("decimal: texts it reads and how it prints them") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"0", "0"},
      {"-0", "0"},
      {"+1", "1"},
      {"007", "7"},
      {"107.50", "107.5"},
      {"-3", "-3"},
      {"-0.5", "-0.5"},
      {"1e3", "1000"},
      {"1E+3", "1000"},
      {"12.5e-1", "1.25"},
      {"1e-12", "0.000000000001"},
      {"0.0000000000010000", "0.000000000001"},
      {"1000e-15", "0.000000000001"},
      {"0e99999999999999999999", "0"},
      {"0.00e-99999999999999999999", "0"},
      {"170141183460469231731687303.715884105727", "170141183460469231731687303.715884105727"},
      {"-170141183460469231731687303.715884105728", "-170141183460469231731687303.715884105728"},
      {"123456789012345678.123456789012", "123456789012345678.123456789012"},
      {std::string(5000, '0') + "1", "1"},
      {"1" + std::string(30, '0') + "e-30", "1"},
  };
  for (const auto& [text, printed] : table) {
    CAPTURE(text);
    const auto x = Price::parse(text);
    REQUIRE(x);
    CHECK(to_string(*x) == printed);
  }
}

TEST_CASE("decimal: refuses everything else and names it") {
  for (const std::string text : {"",
                                 "-",
                                 "+",
                                 ".",
                                 ".5",
                                 "1.",
                                 "1.e3",
                                 "e3",
                                 "1e",
                                 "1e+",
                                 "1e1.5",
                                 " 1",
                                 "1 ",
                                 "1,5",
                                 "1_0",
                                 "NaN",
                                 "nan",
                                 "inf",
                                 "Infinity",
                                 "-inf",
                                 "0x10",
                                 "--1",
                                 "1-",
                                 "1.2.3",
                                 "1e3 ",
                                 "abc",
                                 "1e-13",
                                 "0.0000000000001",
                                 "1.0000000000001",
                                 "1e27",
                                 "170141183460469231731687303.715884105728",
                                 "-170141183460469231731687303.715884105729",
                                 "340282366920938463463374607.431768211456",
                                 "1e99999999999999999999",
                                 "1e-99999999999999999999"}) {
    CAPTURE(text);
    const auto x = Price::parse(text);
    REQUIRE_FALSE(x);
    CHECK(x.error().find('"' + text + '"') != std::string::npos);
  }
  CHECK_FALSE(Price::parse(std::string_view{"1\0", 2}));
}

TEST_CASE("decimal: prints and reads back as big integers say") {
  std::mt19937 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const auto units = any_units(random);
    const auto text = to_string(Money::from_units(units));
    REQUIRE(text == reference_text(units_of(units)));
    const auto again = Money::parse(text);
    REQUIRE(again);
    REQUIRE(again->units() == units);
  }
}

TEST_CASE("decimal: reads random texts as big integers say") {
  std::mt19937 random{2};
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string whole(1 + test::pick(random, 30), '0');
    std::string fraction(test::pick(random, 16), '0');
    for (auto& c : whole) c = static_cast<char>('0' + test::pick(random, 10));
    for (auto& c : fraction) c = static_cast<char>('0' + test::pick(random, 4) % 3);
    const int exponent = static_cast<int>(test::pick(random, 40)) - 20;
    const bool negative = test::pick(random, 2) == 0;
    const bool plain = test::pick(random, 2) == 0;
    const auto text = (negative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction) +
                      (plain ? "" : "e" + std::to_string(exponent));
    // units * 10^40 = digits * 10^(52 - places + exponent): whole numbers throughout.
    // A leading zero would make cpp_int read octal.
    const auto digits = "1" + whole + fraction;
    const big value =
        big{digits} - boost::multiprecision::pow(big{10}, static_cast<unsigned>(digits.size() - 1));
    const int shift = 52 - static_cast<int>(fraction.size()) + (plain ? 0 : exponent);
    const big scaled = value * boost::multiprecision::pow(big{10}, static_cast<unsigned>(shift));
    const big scale = boost::multiprecision::pow(big{10}, 40);
    const big units = (negative ? -1 : 1) * (scaled / scale);
    const bool good = scaled % scale == 0 && units < limit && units >= -limit;

    CAPTURE(text);
    const auto x = Price::parse(text);
    REQUIRE(x.has_value() == good);
    if (!x) continue;
    ++accepted;
    REQUIRE(units_of(x->units()) == units);
  }
  CHECK(accepted > 5'000);
  CHECK(accepted < 19'000);
}

TEST_CASE("decimal: products are rounded as big integers say") {
  std::mt19937 random{3};
  int fits = 0;
  for (int i = 0; i < 30'000; ++i) {
    const auto a = any_units(random);
    const auto b = i % 3 == 0 ? static_cast<int128>(500'000'000'000) : any_units(random);
    const big product = units_of(a) * units_of(b);
    const big size = product < 0 ? big{-product} : product;
    const big rest = size % one;
    for (const auto how : {rounding::half_even, rounding::down, rounding::up}) {
      big expected = size / one;
      const bool odd = expected % 2 == 1;
      if (how == rounding::up && rest > 0) ++expected;
      if (how == rounding::half_even && (rest * 2 > one || (rest * 2 == one && odd))) ++expected;
      if (product < 0) expected = -expected;
      if (expected >= limit || expected < -limit) {
        REQUIRE_THROWS_AS(multiply(Price::from_units(a), Quantity::from_units(b), how),
                          std::overflow_error);
      } else {
        ++fits;
        const auto money = multiply(Price::from_units(a), Quantity::from_units(b), how);
        REQUIRE(units_of(money.units()) == expected);
      }
    }
  }
  CHECK(fits > 20'000);
}

TEST_CASE("decimal: quotients are rounded as big integers say") {
  std::mt19937 random{4};
  int fits = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto a = any_units(random);
    const auto b = i % 3 == 0 ? detail::decimal_one : any_units(random);
    const auto c = i % 4 == 0 ? static_cast<int128>(2) : any_units(random);
    const auto whole = Money::from_units(a);
    const auto part = Quantity::from_units(b);
    const auto total = Quantity::from_units(c);
    if (c == 0) {
      REQUIRE_THROWS_AS(portion(whole, part, total), std::domain_error);
      continue;
    }
    const big product = units_of(a) * units_of(b);
    const big size = product < 0 ? big{-product} : product;
    const big divisor = c < 0 ? big{-units_of(c)} : units_of(c);
    const big twice = size % divisor * 2;
    for (const auto how :
         {rounding::half_even, rounding::half_down, rounding::down, rounding::up}) {
      big expected = size / divisor;
      const bool odd = expected % 2 == 1;
      if (how == rounding::up && twice > 0) ++expected;
      if (how == rounding::half_even && (twice > divisor || (twice == divisor && odd))) ++expected;
      if (how == rounding::half_down && twice > divisor) ++expected;
      if ((product < 0) != (c < 0)) expected = -expected;
      if (expected >= limit || expected < -limit) {
        REQUIRE_THROWS_AS(portion(whole, part, total, how), std::overflow_error);
      } else {
        ++fits;
        REQUIRE(units_of(portion(whole, part, total, how).units()) == expected);
      }
    }
  }
  CHECK(fits > 20'000);
}

TEST_CASE("decimal: rounds to places") {
  const std::vector<std::tuple<const char*, int, rounding, const char*>> table = {
      {"107.535", 2, rounding::half_down, "107.53"},
      {"107.535", 2, rounding::half_even, "107.54"},
      {"107.525", 2, rounding::half_even, "107.52"},
      {"107.535000000001", 2, rounding::half_down, "107.54"},
      {"107.531", 2, rounding::up, "107.54"},
      {"107.539", 2, rounding::down, "107.53"},
      {"-107.535", 2, rounding::half_down, "-107.53"},
      {"-107.531", 2, rounding::up, "-107.54"},
      {"107.53", 2, rounding::up, "107.53"},
      {"2.5", 0, rounding::half_even, "2"},
      {"0.000000000001", 12, rounding::down, "0.000000000001"},
      {"123456789012345678.126", 2, rounding::half_down, "123456789012345678.13"},
  };
  for (const auto& [text, places, how, expected] : table) {
    CAPTURE(text, places);
    CHECK(to_string(rounded(price(text), places, how)) == expected);
  }
  CHECK_THROWS_AS(rounded(price("1"), 13, rounding::down), std::domain_error);
  CHECK_THROWS_AS(rounded(price("1"), -1, rounding::down), std::domain_error);
  CHECK_THROWS_AS(rounded(price("170141183460469231731687303.7"), 0, rounding::up),
                  std::overflow_error);
}

TEST_CASE("decimal: money buys shares and shares have a price") {
  const auto money = *Money::parse("50");
  CHECK(to_string(divide(money, price("106.99"), 5, rounding::down)) == "0.46733");
  CHECK(to_string(divide(money, price("106.99"), 5, rounding::up)) == "0.46734");
  CHECK(to_string(divide(money, price("3"), 12, rounding::down)) == "16.666666666666");
  CHECK(to_string(divide(-money, price("3"), 0, rounding::down)) == "-16");
  CHECK(to_string(divide(money, *Quantity::parse("8"), 2, rounding::half_even)) == "6.25");
  CHECK_THROWS_AS(divide(money, Price{}, 5, rounding::down), std::domain_error);
  CHECK(to_string(scaled(price("107"), *Ratio::parse("1.005"))) == "107.535");
  CHECK(to_string(portion(money, *Quantity::parse("1"), *Quantity::parse("3"))) ==
        "16.666666666667");
}

TEST_CASE("decimal: ties go to the even neighbour") {
  const auto half = Quantity::from_units(500'000'000'000);
  CHECK(multiply(Price::from_units(1), half).units() == 0);
  CHECK(multiply(Price::from_units(3), half).units() == 2);
  CHECK(multiply(Price::from_units(-3), half).units() == -2);
  CHECK(multiply(Price::from_units(3), half, rounding::down).units() == 1);
  CHECK(multiply(Price::from_units(-3), half, rounding::down).units() == -1);
  CHECK(multiply(Price::from_units(1), half, rounding::up).units() == 1);
  CHECK(multiply(Price::from_units(-1), half, rounding::up).units() == -1);
  CHECK(to_string(multiply(price("105.908"), *Quantity::parse("0.4"))) == "42.3632");
}

TEST_CASE("decimal: sums are exact and checked") {
  const auto highest = price("170141183460469231731687303.715884105727");
  const auto lowest = price("-170141183460469231731687303.715884105728");
  const auto smallest = Price::from_units(1);
  CHECK(price("0.1") + price("0.2") == price("0.3"));
  CHECK(price("0.1") - price("0.3") == price("-0.2"));
  CHECK_THROWS_AS(highest + smallest, std::overflow_error);
  CHECK_THROWS_AS(lowest - smallest, std::overflow_error);
  CHECK_THROWS_AS(-lowest, std::overflow_error);
  CHECK(-highest - smallest == lowest);
  CHECK(price("2") > price("1.999999999999"));
  CHECK(Price::from_integer(-7) == price("-7"));
  auto sum = price("1");
  sum += price("2.5");
  sum -= price("0.5");
  CHECK(sum == price("3"));
}

TEST_CASE("decimal: travels through CAF unchanged") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  for (const auto x :
       {Price{}, price("107.5"), price("-0.000000000001"), price("-3"),
        price("170141183460469231731687303.715884105727"),
        price("-170141183460469231731687303.715884105728"), price("18446744073.709551616")}) {
    CAPTURE(to_string(x));
    std::vector<char> bytes;
    caf::binary_serializer sink{system, bytes};
    auto value = x;
    REQUIRE_FALSE(sink(value));
    CHECK(bytes.size() == 16);
    Price back = price("1");
    caf::binary_deserializer source{system, bytes};
    REQUIRE_FALSE(source(back));
    CHECK(back == x);
  }
}

TEST_CASE("decimal: CAF shows the number, not its units") {
  CHECK(caf::deep_to_string(price("107.5")) == "107.5");
  price_update update{"AAPL", {price("-107.25"), *Quantity::parse("3"), 1, 2}};
  CHECK(caf::deep_to_string(update).find("-107.25, 3, 1, 2") != std::string::npos);
}
