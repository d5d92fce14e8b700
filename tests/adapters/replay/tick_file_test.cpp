#include "adapters/replay/tick_file.hpp"

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "tests/adapters/replay/tick_days.hpp"

using namespace outcry;
using namespace outcry::replay;
using outcry::test::tick_day;

namespace {

constexpr const char* header = "time_ms,price,size,exchange\n";

// What the reader says of a file with this content.
std::string refusal(const std::string& content) {
  tick_day day;
  day.write("T.csv", content);
  try {
    tick_file file(day.file("T.csv"));
    while (file.next()) {
    }
  } catch (const std::runtime_error& e) {
    std::string text = e.what();
    CHECK(text.find(day.file("T.csv")) == 0);
    return text;
  }
  return "accepted";
}

void check_refused(const std::string& content, const std::string& line, const std::string& expected,
                   const std::string& found) {
  auto text = refusal(content);
  CAPTURE(text);
  CHECK(text.find(" line " + line + ": expected ") != std::string::npos);
  CHECK(text.find(expected) != std::string::npos);
  CHECK(text.find("found \"" + found + "\"") != std::string::npos);
}

std::string many_rows(int count) {
  std::string rows;
  for (int i = 0; i < count; ++i)
    rows += std::to_string(34'200'000 + i) + ",10." + std::to_string(10 + i % 90) + ",100,N\n";
  return rows;
}

}  // namespace

TEST_CASE("rows are read exactly, plain and compressed") {
  tick_day day;
  day.rows("A.csv", "0,48.8000,500,P\n34200000,0.0001,0,\n90000000,1e2,1.5,N");
  day.gzip_rows("B.csv.gz", "0,48.8000,500,P\r\n34200000,0.0001,0,\r\n90000000,1e2,1.5,N\r\n");
  for (const char* name : {"A.csv", "B.csv.gz"}) {
    CAPTURE(name);
    tick_file file(day.file(name));
    CHECK(file.next() == tick_row{0, *Price::parse("48.8"), Quantity::from_integer(500)});
    CHECK(file.next() == tick_row{34'200'000, *Price::parse("0.0001"), Quantity()});
    CHECK(file.next() == tick_row{90'000'000, *Price::parse("100"), *Quantity::parse("1.5")});
    CHECK_FALSE(file.next());
    CHECK_FALSE(file.next());
  }
}

TEST_CASE("files longer than the buffer are read whole") {
  tick_day day;
  day.rows("A.csv", many_rows(20'000));
  day.gzip_rows("B.csv.gz", many_rows(20'000));
  for (const char* name : {"A.csv", "B.csv.gz"}) {
    CAPTURE(name);
    tick_file file(day.file(name));
    int count = 0;
    bool in_order = true;
    while (auto row = file.next()) in_order &= row->time_ms == 34'200'000 + count++;
    CHECK(count == 20'000);
    CHECK(in_order);
  }
}

TEST_CASE("a header alone is a file without rows") {
  CHECK(refusal(header) == "accepted");
  CHECK(refusal("time_ms,price,size,exchange") == "accepted");
}

TEST_CASE("another header is refused") {
  check_refused("", "1", "the header \"time_ms,price,size,exchange\"", "an empty file");
  check_refused("time,price\n", "1", "the header \"time_ms,price,size,exchange\"", "time,price");
  check_refused("1,2,3,N\n", "1", "the header", "1,2,3,N");
}

TEST_CASE("rows with a wrong number of fields are refused") {
  const std::string good = std::string(header) + "1,2,3,N\n";
  check_refused(good + "1,2,3\n", "3", "4 fields", "1,2,3");
  check_refused(good + "1,2,3,N,5\n", "3", "4 fields", "1,2,3,N,5");
  check_refused(good + "\n", "3", "4 fields", "");
}

TEST_CASE("bad numbers are refused") {
  const std::string top = header;
  for (const char* time : {"", "x", "1.5", "-1", "+1", " 1", "90000001", "99999999999999999999"})
    check_refused(top + time + ",2,3,N\n", "2", "time_ms: a whole number", time);
  for (const char* price : {"", "x", "0", "-1", "nan", "inf", "0.0000000000001"})
    check_refused(top + "1," + price + ",3,N\n", "2", "price: a number above 0", price);
  for (const char* size : {"", "x", "-1", "nan"})
    check_refused(top + "1,2," + size + ",N\n", "2", "size: a number not below 0", size);
}

TEST_CASE("time going backwards is refused, standing still is not") {
  check_refused(std::string(header) + "5,2,3,N\n5,2,3,N\n4,2,3,N\n", "4",
                "time_ms: not before the row above, 5", "4");
}

TEST_CASE("a line without end is refused, not collected") {
  auto text = refusal(std::string(header) + std::string(200'000, '1'));
  CHECK(text.find(" line 2: expected a line of at most 1024 characters") != std::string::npos);
  CHECK(text.size() < 2'000);
  CHECK(refusal(std::string(header) + "1,2,3," + std::string(1'500, 'N') + "\n")
            .find("line 2: expected a line of at most 1024") != std::string::npos);
}

TEST_CASE("a compressed file that was cut off is refused") {
  tick_day day;
  day.gzip_rows("A.csv.gz", many_rows(20'000));
  auto path = day.file("A.csv.gz");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  tick_file file(path);
  CHECK_THROWS_WITH(
      [&] {
        while (file.next()) {
        }
      }(),
      Catch::StartsWith(path + " after line ") && Catch::EndsWith("a truncated one"));
}

TEST_CASE("a missing file is named") {
  tick_day day;
  CHECK_THROWS_WITH(tick_file(day.file("no.csv")),
                    Catch::StartsWith(day.file("no.csv")) && Catch::Contains("No such file"));
}
