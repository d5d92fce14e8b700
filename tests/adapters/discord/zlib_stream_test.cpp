#include "adapters/discord/zlib_stream.hpp"

#include <array>
#include <string>

#include <catch2/catch.hpp>

#include <zlib.h>

namespace outcry::discord::test {

namespace {

class deflater {
public:
  deflater() { REQUIRE(deflateInit(&z_, 9) == Z_OK); }
  ~deflater() { deflateEnd(&z_); }
  std::string operator()(const std::string& text) {
    std::string out;
    std::array<char, 4096> piece;
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z_.avail_in = static_cast<uInt>(text.size());
    do {
      z_.next_out = reinterpret_cast<Bytef*>(piece.data());
      z_.avail_out = static_cast<uInt>(piece.size());
      deflate(&z_, Z_SYNC_FLUSH);
      out.append(piece.data(), piece.size() - z_.avail_out);
    } while (z_.avail_out == 0);
    return out;
  }

private:
  z_stream z_{};
};

}  // namespace

TEST_CASE("payloads of one stream, whole and in pieces of any size") {
  deflater deflate;
  zlib_stream stream(1 << 20);
  CHECK(stream.feed(deflate("first")) == "first");
  CHECK(stream.feed(deflate("first, again")) == "first, again");  // with the stream's memory
  const auto bytes = deflate(std::string(100000, 'x'));
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) REQUIRE_FALSE(stream.feed(bytes.substr(i, 1)));
  CHECK(stream.feed(bytes.substr(bytes.size() - 1)) == std::string(100000, 'x'));
  CHECK_FALSE(stream.feed(""));
  CHECK(stream.feed(deflate("after")) == "after");
}

TEST_CASE("a payload may fill its bound, not more") {
  deflater deflate;
  zlib_stream stream(1000);
  CHECK(stream.feed(deflate(std::string(1000, 'a')))->size() == 1000);
  CHECK(stream.feed(deflate(std::string(1000, 'b')))->size() == 1000);
  CHECK_THROWS_WITH(stream.feed(deflate(std::string(1001, 'c'))), Catch::Contains("1000 bytes"));
}

TEST_CASE("a bomb is not inflated") {
  deflater deflate;
  const auto bomb = deflate(std::string(64 << 20, '\0'));
  REQUIRE(bomb.size() < 100000);
  zlib_stream stream(1 << 20);
  CHECK_THROWS_AS(stream.feed(bomb), bad_stream);
}

TEST_CASE("bytes that are no zlib are an error") {
  zlib_stream stream(1000);
  CHECK_THROWS_WITH(stream.feed("hello"), "the compressed stream is damaged");
}

}  // namespace outcry::discord::test
