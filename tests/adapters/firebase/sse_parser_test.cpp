#include "adapters/firebase/sse_parser.hpp"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using outcry::firebase::sse_event;
using outcry::firebase::sse_parser;

namespace {

using events = std::vector<std::pair<std::string, std::string>>;

events parse(const std::vector<std::string>& pieces, sse_parser parser = sse_parser()) {
  events result;
  for (const auto& piece : pieces)
    parser.feed(piece, [&](const sse_event& e) { result.emplace_back(e.type, e.data); });
  return result;
}

}  // namespace

TEST_CASE("the three line endings mean the same") {
  const events expected{{"put", "1"}, {"message", "2"}};
  CHECK(parse({"event: put\ndata: 1\n\ndata: 2\n\n"}) == expected);
  CHECK(parse({"event: put\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n"}) == expected);
  CHECK(parse({"event: put\rdata: 1\r\rdata: 2\r\r"}) == expected);
  CHECK(parse({"event: put\r", "\ndata: 1\r", "\n\r", "\ndata: 2\n\r\n"}) == expected);
}

TEST_CASE("fields, comments, byte order mark and several data lines") {
  CHECK(parse({"\xef\xbb\xbf", "data:a\ndata: b\ndata:  c\ndata\n\n"}) ==
        events{{"message", "a\nb\n c\n"}});
  CHECK(parse({": a comment\nid: 7\nretry: 10\ndata: x\nwhatever\nevent:y\n\n"}) ==
        events{{"y", "x"}});
  CHECK(parse({"event: put\n\ndata: x\n\n"}) == events{{"message", "x"}});
  CHECK(parse({"data:\n\n"}) == events{{"message", ""}});
  CHECK(parse({"\n\n\n:\n\n"}).empty());
  CHECK(parse({"event: put\ndata: cut off\n"}).empty());
  // The mark counts at the very start only.
  CHECK(parse({"data: 1\n\n\xef\xbb\xbf"
               "data: 2\n\n"}) == events{{"message", "1"}});
}

TEST_CASE("any split of any stream gives the same events as one piece") {
  std::mt19937 random(20131008);
  auto number = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  const std::vector<std::string> words{"event: put",
                                       "event:patch",
                                       "data: {\"a\":1}",
                                       "data:x",
                                       "data",
                                       ": c",
                                       "id: 1",
                                       "",
                                       "",
                                       "",
                                       "\xef\xbb\xbf",
                                       "q: é"};
  const std::vector<std::string> endings{"\n", "\r\n", "\r"};
  std::size_t seen = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t i = number(30); i > 0; --i)
      text += words[number(words.size())] + endings[number(endings.size())];
    const auto whole = parse({text});
    seen += whole.size();
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const auto size = number(4);  // 0 = an empty piece
      pieces.push_back(text.substr(at, size));
      at += size;
    }
    CAPTURE(round, text);
    REQUIRE(parse(pieces) == whole);
  }
  CHECK(seen > 1000);
}

TEST_CASE("limits end the stream with an error instead of growing") {
  sse_parser parser({10, 12});
  events seen;
  auto keep = [&](const sse_event& e) { seen.emplace_back(e.type, e.data); };
  CHECK(parser.feed("data: 1234\n\n", keep));
  CHECK(seen == events{{"message", "1234"}});

  SECTION("a line without end") {
    CHECK(parser.feed("data: 1234", keep));
    CHECK_FALSE(parser.feed("5", keep));
    CHECK_THAT(parser.error(), Catch::Contains("line longer than 10"));
  }
  SECTION("a comment without end") {
    CHECK_FALSE(parser.feed(":" + std::string(10, 'c'), keep));
    CHECK_THAT(parser.error(), Catch::Contains("line longer than 10"));
  }
  SECTION("many data lines") {
    CHECK(parser.feed("data:12345\ndata:12345\n", keep));
    CHECK_FALSE(parser.feed("data:12345\n", keep));
    CHECK_THAT(parser.error(), Catch::Contains("event larger than 12"));
  }
  SECTION("empty data lines") {
    std::string many;
    for (int i = 0; i < 100; ++i) many += "data\n";
    CHECK_FALSE(parser.feed(many, keep));
  }
  CHECK_FALSE(parser.feed("\n\ndata: 1\n\n", keep));
  CHECK(seen.size() == 1);
  parser.reset();
  CHECK(parser.error().empty());
  CHECK(parser.feed("data: 2\n\n", keep));
  CHECK(seen.size() == 2);
}
