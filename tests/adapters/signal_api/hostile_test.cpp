#include <random>

#include <catch2/catch.hpp>

#include "tests/adapters/signal_api/fake_page.hpp"

using namespace outcry;
using namespace outcry::signal_api;
using test::both_token;
using test::fake_page;

namespace {

/// Bytes that have something to do with what is expected, and some that have not.
std::string nonsense(std::mt19937& random) {
  static const std::vector<std::string> pieces = {"{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  "\"",
                                                  ":",
                                                  ",",
                                                  "\\",
                                                  "\\u0000",
                                                  "\\ud800",
                                                  "null",
                                                  "true",
                                                  "1e999",
                                                  "-0",
                                                  "NaN",
                                                  "\"text\":",
                                                  "\"steps\":",
                                                  "\"action\":\"open\"",
                                                  "\"source_id\":",
                                                  "\"secret\":",
                                                  "\"ticker\":\"SOL\"",
                                                  "\"entries\":[1]",
                                                  "\xff",
                                                  std::string(1, '\0'),
                                                  " ",
                                                  "\n",
                                                  "%",
                                                  "{{",
                                                  "\"side\":\"long\"",
                                                  std::string(300, '['),
                                                  std::string(300, '{'),
                                                  "\"x\"",
                                                  "call SOL"};
  std::string result;
  for (auto n = random() % 24; n > 0; --n) result += pieces[random() % pieces.size()];
  return result;
}

}  // namespace

TEST_CASE("whatever is sent, the answer is a status and the server goes on") {
  fake_page page{[](bridge_options& x) {
    x.limits.per_peer = x.limits.per_token = {6'000'000, 100'000, 9};
  }};
  std::mt19937 random{7};
  const std::string alerts = "/tradingview/" + std::string{test::alert_word};
  for (int i = 0; i < 600; ++i) {
    const char* paths[] = {"/messages", "/signals", alerts.c_str(), "/tradingview"};
    const auto body = nonsense(random);
    const auto x = page.post(paths[i % 4], body);
    INFO(body);
    const bool expected = x.status == 200 || x.status == 201 || x.status == 202 ||
                          x.status == 400 || x.status == 404 || x.status == 503;
    CHECK(expected);
    CHECK_FALSE(x.json().is_discarded());
  }
  for (const char* path :
       {"/signals?after=%", "/signals?%ff=%00", "/signals?state=,,", "/signals/%00",
        "/signals/%2e%2e", "/tradingview/%zz", "/messages?source=%ff", "/signals?ticker=%c3%a4",
        "//", "/signals?after=1&after=2&&&="}) {
    const auto x = page.get(path);
    INFO(path << ' ' << x.body);
    CHECK((x.status == 400 || x.status == 401 || x.status == 404));
    CHECK_FALSE(x.json().is_discarded());
  }
  // Headers that lie, tokens that are none.
  for (const char* line : {"Authorization: Bearer\r\n", "Authorization: Bearer \r\n",
                           "Authorization: \r\n", "Authorization: Bearer \xff\xfe\r\n"})
    CHECK(page.ask("GET", "/signals", "", {}, line).status == 401);
  CHECK(page.ask("GET", "/signals", std::string(5'000, 'x')).status == 401);
  test::raw_client half{page.port()};
  half.send("POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"te");
  half.close();
  CHECK(page.get("/healthz", "").status == 200);
}

TEST_CASE("no answer repeats a token or a secret") {
  fake_page page;
  const std::string token = "mistyped-token-0123456789";
  for (const auto& x :
       {page.get("/signals", token), page.post("/tradingview/" + token, "x", ""),
        page.post("/tradingview", R"({"secret":")" + token + "\"}", ""),
        page.get("/" + token, both_token), page.get("/signals/" + token, both_token)}) {
    CHECK(x.status >= 400);
    CHECK(x.body.find(token) == std::string::npos);
    CHECK(x.head.find(token) == std::string::npos);
  }
}
