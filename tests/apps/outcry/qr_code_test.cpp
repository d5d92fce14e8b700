#include "apps/outcry/qr_code.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using outcry::cli::qr_code;

namespace {

/// What stands in rows of half blocks, one character for each module: '#' is dark.
std::vector<std::string> modules_in(const std::vector<std::string>& rows) {
  std::vector<std::string> found;
  for (const auto& row : rows) {
    std::string upper;
    std::string lower;
    for (std::size_t i = 0; i < row.size();) {
      const std::string one = row.substr(i, row[i] == ' ' ? 1 : 3);
      upper += one == "█" || one == "▀" ? '#' : ' ';
      lower += one == "█" || one == "▄" ? '#' : ' ';
      i += one.size();
    }
    found.push_back(upper);
    found.push_back(lower);
  }
  return found;
}

}  // namespace

TEST_CASE("a QR code is printed whole, with light around it") {
  for (const char* text :
       {"https://192.168.1.20:9000/", "https://[fd00:1234:5678::1]:9000/", "x"}) {
    INFO(text);
    const qr_code code(text);
    const auto seen = modules_in(code.rows());
    REQUIRE(static_cast<int>(seen.size()) >= code.size() + 8);
    for (int y = 0; y < static_cast<int>(seen.size()); ++y) {
      const auto& line = seen[static_cast<std::size_t>(y)];
      REQUIRE(static_cast<int>(line.size()) == code.size() + 8);
      for (int x = 0; x < code.size() + 8; ++x) {
        const bool dark = line[static_cast<std::size_t>(x)] == '#';
        if (dark != code.dark(x - 4, y - 4)) FAIL("module " << x << ", " << y);
      }
    }
  }
}

TEST_CASE("a QR code has the size and the marks of its kind") {
  // 26 bytes with error correction M just fit into version 2.
  const qr_code code("https://192.168.1.20:9000/");
  REQUIRE(code.size() == 25);
  CHECK(qr_code("https://192.168.1.20:9000/1").size() == 29);
  const auto finder = [&](int left, int top) {
    for (int y = 0; y < 7; ++y) {
      for (int x = 0; x < 7; ++x) {
        const int ring = std::max(std::abs(x - 3), std::abs(y - 3));
        if (code.dark(left + x, top + y) != (ring != 2)) return false;
      }
    }
    return true;
  };
  CHECK(finder(0, 0));
  CHECK(finder(18, 0));
  CHECK(finder(0, 18));
  CHECK_FALSE(finder(18, 18));
  // The dark module, and the timing pattern.
  CHECK(code.dark(8, 17));
  for (int i = 8; i < 17; ++i) CHECK(code.dark(i, 6) == (i % 2 == 0));
  CHECK_FALSE(code.dark(-1, 0));
  CHECK_FALSE(code.dark(0, 25));
  CHECK_THROWS_AS(qr_code(std::string(5000, 'x')), std::runtime_error);
}
