#include "messages/invalid_field.hpp"

#include <catch2/catch.hpp>

#include "messages/detail/text.hpp"

using namespace outcry;

TEST_CASE("invalid field: one line that names field, expectation and finding") {
  CHECK(to_string(invalid_field{"target.selected[1]", "a ticker or bot id", "\"\""}) ==
        "target.selected[1]: expected a ticker or bot id, found \"\"");
  CHECK(to_string(invalid_field{"", "JSON", "nothing"}) == "expected JSON, found nothing");
}

TEST_CASE("invalid field: what was found is cut at 80 characters, never inside one") {
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ä";
  CHECK(detail::shown(umlauts) == umlauts.substr(0, 160));
  CHECK(detail::shown(std::string(81, 'x')) == std::string(80, 'x'));
  CHECK(detail::shown(std::string(80, 'x')) == std::string(80, 'x'));
}

TEST_CASE("invalid field: what was found is shown as one line of UTF-8") {
  CHECK(detail::shown("a\nb\x7F") == "a?b?");
  CHECK(detail::shown("a\xFF\xC3") == "a\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(detail::is_utf8(detail::shown(std::string(200, '\x80'))));
  CHECK(detail::utf8_length(detail::shown(std::string(200, '\x80'))) == 80);
}

TEST_CASE("invalid field: UTF-8 is told from what only looks like it") {
  for (const auto* good : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(good);
    CHECK(detail::is_utf8(good));
  }
  for (const auto* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE1\x80",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE1\x80\x41"}) {
    CAPTURE(bad);
    CHECK_FALSE(detail::is_utf8(bad));
  }
}
