#include "adapters/firebase/local/wire/frames.hpp"

#include <random>
#include <string>

#include <catch2/catch.hpp>

using outcry::firebase::local::wire::assembler;
using outcry::firebase::local::wire::longest_frame;
using outcry::firebase::local::wire::split;
using results = assembler::results;

namespace {

/// What a client has that was sent these frames.
std::string together(const std::vector<std::string>& frames, std::size_t largest = 64u << 20) {
  assembler one(largest);
  std::string message;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const results expected = i + 1 == frames.size() ? results::whole : results::nothing;
    REQUIRE(one.take(frames[i], message) == expected);
  }
  return message;
}

std::size_t utf16_units(const std::string& text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0) == 0x80 ? 0 : (byte >= 0xF0 ? 2 : 1);
  }
  return units;
}

}  // namespace

TEST_CASE("a message of up to 16384 units is one frame") {
  for (const std::string unit : {"a", "é", "€"}) {
    std::string text;
    for (std::size_t i = 0; i < longest_frame; ++i) text += unit;
    CHECK(split(text).size() == 1);
    CHECK(split(text + "b").size() == 3);
    CHECK(split(text + "b").front() == "2");
    CHECK(split(text + "b")[1] == text);
  }
}

TEST_CASE("a character of two units is never cut") {
  const std::string face = "\xF0\x9F\x98\x80";
  std::string text(longest_frame - 1, 'a');
  text += face;
  text += std::string(longest_frame - 2, 'b');
  const auto frames = split(text);
  REQUIRE(frames.size() == 3);
  CHECK(frames[1] == std::string(longest_frame - 1, 'a'));
  CHECK(frames[2].substr(0, 4) == face);
  CHECK(together(frames) == text);
}

TEST_CASE("random messages come back as they were, in frames that are not too long") {
  std::mt19937 random(1);
  const std::string units[] = {"a", "\"", "é", "€", "\xF0\x9F\x98\x80"};
  for (int round = 0; round < 40; ++round) {
    std::string text = "{";
    const std::size_t length = random() % 60'000;
    while (text.size() < length) text += units[random() % 5];
    const auto frames = split(text);
    CHECK(together(frames) == text);
    if (frames.size() == 1) continue;
    CHECK(frames.front() == std::to_string(frames.size() - 1));
    for (const std::string& one : frames) {
      REQUIRE(utf16_units(one) <= longest_frame);
      REQUIRE((static_cast<unsigned char>(one.front()) & 0xC0) != 0x80);
    }
  }
}

TEST_CASE("keep-alives between messages are nothing, within a message they are text") {
  assembler one(100);
  std::string message;
  CHECK(one.take("0", message) == results::nothing);
  CHECK(one.take("", message) == results::nothing);
  CHECK(one.take("2", message) == results::nothing);
  CHECK(one.take("[1", message) == results::nothing);
  CHECK(one.take("0", message) == results::whole);
  CHECK(message == "[10");
  CHECK(one.take("{}", message) == results::whole);
  CHECK(message == "{}");
}

TEST_CASE("a number of seven digits is a message, a count beyond reason is not the protocol") {
  assembler one(100);
  std::string message;
  CHECK(one.take("1234567", message) == results::whole);
  CHECK(message == "1234567");
  CHECK(one.take("99999", message) == results::broken);
  CHECK(one.take("000000", message) == results::broken);
}

TEST_CASE("of a message that is too large only the beginning is kept") {
  assembler one(1000);
  std::string message;
  CHECK(one.take("4", message) == results::nothing);
  for (int i = 0; i < 3; ++i) {
    CHECK(one.take(std::string(900, static_cast<char>('a' + i)), message) == results::nothing);
  }
  CHECK(one.take("z", message) == results::too_large);
  CHECK(message == std::string(256, 'a'));
  CHECK(one.take("next", message) == results::whole);
  CHECK(message == "next");
  CHECK(one.take(std::string(1001, 'x'), message) == results::too_large);
  CHECK(one.take(std::string(1000, 'x'), message) == results::whole);
}
