#include "adapters/replay/replay_source.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/replay/tick_days.hpp"

using namespace outcry;
using namespace outcry::replay;
using outcry::test::tick_day;

namespace {

constexpr timestamp_ns start = 1'800'000'000 * ns_per_s;

timestamp_ns utc(const char* iso) {
  auto result = parse_iso(iso);
  REQUIRE(result);
  return *result;
}

replay_source lockstep(const tick_day& day, bool loop = false) {
  return replay_source({day.dir(), 0, loop});
}

replay_source paced(const tick_day& day, double speed, bool loop = false) {
  return replay_source({day.dir(), speed, loop});
}

// Everything a lockstep source has, in the order of its batches.
std::vector<price_batch> drain(replay_source& source) {
  std::vector<price_batch> all;
  for (int polls = 0; polls < 10'000; ++polls) {
    std::vector<price_batch> some;
    auto again = source.poll(start, some);
    for (auto& batch : some) all.push_back(std::move(batch));
    if (!again) return all;
    REQUIRE(*again <= start);
  }
  FAIL("the replay does not end");
  return all;
}

// "AAPL 10 11; META 20"
std::string text_of(const std::vector<price_batch>& batches) {
  std::string text;
  for (const auto& batch : batches) {
    if (!text.empty()) text += "; ";
    text += batch.ticker;
    for (const auto& tick : batch.ticks) text += " " + to_string(tick.price);
  }
  return text;
}

std::string at(int ms, const std::string& price) {
  return std::to_string(34'200'000 + ms) + "," + price + ",100,N\n";
}

}  // namespace

TEST_CASE("a tick carries its real time, its size and the time it came in") {
  auto [name, expected] = GENERATE(std::pair{"2024-03-08", "2024-03-08T14:30:00.250Z"},
                                   std::pair{"2013-10-08", "2013-10-08T13:30:00.250Z"});
  tick_day day{name};
  day.rows("T.csv", "34200250,10.5,300,N\n");
  auto source = lockstep(day);
  source.want("T", true);
  auto batches = drain(source);
  REQUIRE(batches.size() == 1);
  CHECK(batches[0].conflated == 0);
  REQUIRE(batches[0].ticks.size() == 1);
  CHECK(batches[0].ticks[0] ==
        price_tick{*Price::parse("10.5"), Quantity::from_integer(300), utc(expected), start});
}

TEST_CASE("a directory that names no day is replayed as New York's present day") {
  tick_day day{"sample"};
  day.rows("T.csv", "0,1,1,N\n");
  auto source = lockstep(day);
  source.want("T", true);
  CHECK_THAT(source.describe(), Catch::Contains("names no day"));
  std::vector<price_batch> out;
  // Still the 7th in New York.
  source.poll(utc("2024-03-08T04:30:00Z"), out);
  REQUIRE(out.size() == 1);
  CHECK(out[0].ticks[0].event_ns == utc("2024-03-07T05:00:00Z"));
  CHECK_THAT(source.describe(), Catch::Contains("2024-03-07"));
}

TEST_CASE("tickers are merged in time order, ties by ticker, then by file") {
  tick_day day;
  day.rows("B.csv", at(1, "11") + at(2, "12") + at(2, "13") + at(9, "14"));
  day.gzip_rows("A.csv.gz", at(2, "21") + at(2, "22") + at(3, "23"));
  auto source = lockstep(day);
  source.want("A", true);
  source.want("B", true);
  CHECK(text_of(drain(source)) == "B 11; A 21 22; B 12 13; A 23; B 14");
}

TEST_CASE("unwanted tickers are passed over and do not part a run") {
  tick_day day;
  day.rows("A.csv", at(1, "1") + at(3, "3"));
  day.rows("B.csv", at(2, "2"));
  auto source = lockstep(day);
  source.want("A", true);
  CHECK(text_of(drain(source)) == "A 1 3");
}

TEST_CASE("a ticker wanted or no longer wanted on the way begins and ends there") {
  tick_day day;
  day.rows("A.csv", at(0, "1") + at(1000, "2") + at(2000, "3") + at(3000, "4"));
  day.rows("B.csv", at(0, "11") + at(1000, "12") + at(2000, "13") + at(3000, "14"));
  auto source = paced(day, 1);
  source.want("A", true);
  std::vector<price_batch> out;
  source.poll(start, out);
  source.want("B", true);
  source.poll(start + ns_per_s, out);
  source.want("A", false);
  source.poll(start + 2 * ns_per_s, out);
  source.want("A", true);
  source.poll(start + 3 * ns_per_s, out);
  CHECK(text_of(out) == "A 1; A 2; B 12; B 13; A 4; B 14");
}

TEST_CASE("a run is cut into batches of 256 and a poll ends near 1000 ticks") {
  tick_day day;
  std::string rows;
  for (int i = 0; i < 2'500; ++i) rows += at(i, std::to_string(i + 1));
  day.rows("A.csv", rows);
  auto source = lockstep(day);
  source.want("A", true);
  std::vector<price_batch> out;
  auto again = source.poll(start, out);
  REQUIRE(again);
  CHECK(*again <= start);
  REQUIRE(out.size() == 4);
  CHECK(out[0].ticks.size() == 256);
  CHECK(out[3].ticks.size() == 1'000 - 3 * 256);
  auto rest = drain(source);
  out.insert(out.end(), rest.begin(), rest.end());
  int expected = 0;
  bool in_order = true;
  for (const auto& batch : out)
    for (const auto& tick : batch.ticks) in_order &= tick.price == Price::from_integer(++expected);
  CHECK(expected == 2'500);
  CHECK(in_order);
}

TEST_CASE("with a speed a tick is due at start + (event - first event) / speed") {
  tick_day day;
  // The first event of the day is that of B, although nobody wants it.
  day.rows("A.csv", at(1'000, "1") + at(1'500, "2") + at(61'000, "3"));
  day.rows("B.csv", at(0, "11"));
  auto speed = GENERATE(1.0, 2.0, 0.5, 10.0);
  auto due = [&](int ms) {
    return start + static_cast<timestamp_ns>(static_cast<double>(ms * ns_per_ms) / speed);
  };
  auto source = paced(day, speed);
  CHECK(source.pace() == source_pace::timed);
  source.want("A", true);
  std::vector<price_batch> out;
  CHECK(source.poll(start, out) == due(1'000));
  CHECK(out.empty());
  CHECK(source.poll(due(1'000) - 1, out) == due(1'000));
  CHECK(out.empty());
  CHECK(source.poll(due(1'000), out) == due(1'500));
  CHECK(text_of(out) == "A 1");
  CHECK(source.poll(due(1'500) + 5, out) == due(61'000));
  CHECK(text_of(out) == "A 1; A 2");
  CHECK(out[1].ticks[0].init_ns == due(1'500) + 5);
  CHECK(source.poll(due(61'000), out) == due(61'000));
  CHECK(text_of(out) == "A 1; A 2; A 3");
  CHECK_FALSE(source.poll(due(61'000), out));
  CHECK(out.size() == 3);
}

TEST_CASE("after a pause nothing is left out") {
  tick_day day;
  std::string rows;
  for (int i = 0; i < 1'500; ++i) rows += at(i, std::to_string(i + 1));
  day.rows("A.csv", rows);
  auto source = paced(day, 1);
  source.want("A", true);
  std::vector<price_batch> out;
  auto later = start + 3600 * ns_per_s;
  source.poll(start, out);
  CHECK(source.poll(later, out) == later);
  CHECK(source.poll(later, out) == later);
  CHECK_FALSE(source.poll(later, out));
  std::size_t count = 0;
  for (const auto& batch : out) count += batch.ticks.size();
  CHECK(count == 1'500);
}

TEST_CASE("a session lasts until the poll after the one that gave the last row") {
  tick_day day;
  day.rows("A.csv", at(0, "1") + at(1'000, "2"));
  auto source = paced(day, 1);
  source.want("A", true);
  CHECK_FALSE(source.in_session(start));
  std::vector<price_batch> out;
  CHECK(source.poll(start, out) == start + ns_per_s);
  CHECK(source.in_session(start + ns_per_s / 2));
  CHECK(source.poll(start + ns_per_s, out) == start + ns_per_s);
  CHECK(text_of(out) == "A 1; A 2");
  CHECK(source.in_session(start + ns_per_s));
  CHECK_FALSE(source.poll(start + ns_per_s, out));
  CHECK_FALSE(source.in_session(start + ns_per_s));
  CHECK_FALSE(source.poll(start + 2 * ns_per_s, out));
  CHECK(text_of(out) == "A 1; A 2");
}

TEST_CASE("a paced loop begins again when its last row was due, with the same event times") {
  tick_day day;
  day.rows("A.csv", at(0, "1") + at(4'000, "2"));
  auto source = paced(day, 2, true);
  source.want("A", true);
  std::vector<price_batch> out;
  for (int i = 0; i <= 4; ++i) {
    auto now = start + i * ns_per_s;
    auto again = source.poll(now, out);
    while (again && *again <= now) again = source.poll(now, out);
    REQUIRE(again);
    CHECK(source.in_session(now));
  }
  CHECK(text_of(out) == "A 1; A 2; A 1; A 2; A 1");
  CHECK(out[0].ticks[0].event_ns == out[2].ticks[0].event_ns);
  CHECK(out[1].ticks[0].event_ns == out[3].ticks[0].event_ns);
  CHECK(out[2].ticks[0].init_ns == start + 2 * ns_per_s);
}

TEST_CASE("a loop of a single moment lasts a second") {
  tick_day day;
  day.rows("A.csv", at(0, "1"));
  auto source = paced(day, 1, true);
  source.want("A", true);
  std::vector<price_batch> out;
  CHECK(source.poll(start, out) == start + ns_per_s);
  CHECK(text_of(out) == "A 1");
}

TEST_CASE("a lockstep loop goes on and on") {
  tick_day day;
  day.rows("A.csv", at(0, "1") + at(5, "2"));
  auto source = lockstep(day, true);
  CHECK(source.pace() == source_pace::lockstep);
  source.want("A", true);
  std::vector<price_batch> out;
  for (int i = 0; i < 3; ++i) CHECK(source.poll(start, out) == start);
  CHECK(text_of(out) == "A 1 2; A 1 2; A 1 2");
}

TEST_CASE("in lockstep it waits until somebody wants a ticker of the day") {
  tick_day day;
  day.rows("A.csv", at(0, "1"));
  day.rows("EMPTY.csv", "");
  auto source = lockstep(day);
  source.want("NOBODY", true);
  source.want("EMPTY", true);
  std::vector<price_batch> out;
  auto again = source.poll(start, out);
  REQUIRE(again);
  CHECK(*again > start);
  CHECK(out.empty());
  source.want("A", true);
  CHECK(text_of(drain(source)) == "A 1");
}

TEST_CASE("a day without any row is over at once, even as a loop") {
  tick_day day;
  day.rows("A.csv", "");
  auto source = replay_source({day.dir(), GENERATE(0.0, 1.0), true});
  source.want("A", true);
  std::vector<price_batch> out;
  CHECK_FALSE(source.poll(start, out));
  CHECK_FALSE(source.in_session(start));
}

TEST_CASE("wanted tickers without a file are told") {
  tick_day day;
  day.rows("A.csv", at(0, "1"));
  auto source = paced(day, 10);
  source.want("A", true);
  source.want("XYZ", false);
  CHECK(source.describe() == "replay of " + day.dir() + " (2024-03-08, New York) at 10x");
  source.want("XYZ", true);
  source.want("XYZ", true);
  CHECK_THAT(source.describe(), Catch::EndsWith("; it has no file for XYZ"));
}

TEST_CASE("a bad row among the first is found at opening") {
  tick_day day;
  day.rows("A.csv", at(0, "1"));
  day.rows("B.csv", at(0, "1") + "34200001,-2,100,N\n");
  CHECK_THROWS_WITH(
      paced(day, 1),
      Catch::Equals(day.file("B.csv") + " line 3: expected price: a number above 0, found \"-2\""));
}

TEST_CASE("a bad row far behind breaks the feed when its time comes, again and again") {
  tick_day day;
  std::string rows;
  for (int i = 0; i < 1'500; ++i) rows += at(i, "1");
  day.rows("A.csv", rows + at(1'500, "none") + at(1'501, "1"));
  auto source = lockstep(day);
  source.want("A", true);
  std::vector<price_batch> out;
  CHECK(source.poll(start, out));
  auto message = Catch::Equals(day.file("A.csv") +
                               " line 1502: expected price: a number above 0, found \"none\"");
  CHECK_THROWS_WITH(source.poll(start, out), message);
  out.clear();
  CHECK_THROWS_WITH(source.poll(start, out), message);
  CHECK(out.empty());
}

TEST_CASE("a speed that is none is refused") {
  tick_day day;
  day.rows("A.csv", "");
  for (double speed : {-1.0, 1e7, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_WITH(paced(day, speed), Catch::StartsWith("replay speed: expected 0"));
}

TEST_CASE("the sample that comes with the floor is whole") {
  replay_source source({std::string(SOURCE_ROOT) + "/samples/replay/2024-03-08", 0, false});
  std::size_t count = 0;
  for (const char* ticker : {"AAPL", "BRK.B", "GOOGL", "META"}) source.want(ticker, true);
  timestamp_ns last = utc("2024-03-08T14:30:00Z");
  bool in_order = true;
  for (const auto& batch : drain(source))
    for (const auto& tick : batch.ticks) {
      ++count;
      in_order &= tick.event_ns >= last;
      last = tick.event_ns;
    }
  CHECK(count == 1'600);
  CHECK(in_order);
  CHECK(last < utc("2024-03-08T14:40:00Z"));
  CHECK_THAT(source.describe(), !Catch::Contains("no file"));
}
