#include "adapters/control/line_splitter.hpp"

#include <random>
#include <vector>

#include <catch2/catch.hpp>

using outcry::control::line_splitter;

TEST_CASE("lines come out whole however the bytes arrive") {
  std::mt19937 random{7};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> lines;
    std::string stream;
    for (int i = 0; i < 20; ++i) {
      lines.push_back(std::string(random() % 30, static_cast<char>('a' + i)));
      stream += lines.back() + (random() % 2 ? "\n" : "\r\n");
    }
    line_splitter splitter{100};
    std::vector<std::string> heard;
    for (std::size_t at = 0; at < stream.size();) {
      auto count = 1 + random() % 17;
      splitter.add(std::string_view{stream}.substr(at, count));
      at += count;
      while (auto line = splitter.next()) heard.push_back(*line);
    }
    REQUIRE(heard == lines);
    CHECK(splitter.held() == 0);
  }
}

TEST_CASE("an unfinished line is no line") {
  line_splitter splitter{10};
  splitter.add("abc");
  CHECK_FALSE(splitter.next());
  CHECK(splitter.held() == 3);
}

TEST_CASE("a line of the longest length is taken, one byte more is not") {
  line_splitter splitter{4};
  splitter.add("1234\n");
  CHECK(splitter.next() == "1234");
  splitter.add("12345");
  CHECK_FALSE(splitter.next());
  CHECK(splitter.overflowed());
  CHECK(splitter.held() == 0);
  splitter.add("\nabc\n");
  CHECK_FALSE(splitter.next());
}

TEST_CASE("whole lines before one that is too long still come out") {
  line_splitter splitter{4};
  splitter.add("ok\n123456789\n");
  CHECK(splitter.next() == "ok");
  CHECK_FALSE(splitter.overflowed());
  CHECK_FALSE(splitter.next());
  CHECK(splitter.overflowed());
}
