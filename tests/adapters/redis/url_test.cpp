#include "adapters/redis/url.hpp"

#include <catch2/catch.hpp>

using outcry::redis::failure_kind;
using outcry::redis::parse_url;
using outcry::redis::url;

namespace {

struct good {
  std::string text;
  url expected;
  std::string printed;
};

struct bad {
  std::string text;
  std::string says;
};

}  // namespace

TEST_CASE("a redis url names the server, the login and the database") {
  auto sample = GENERATE(values<good>({
      {"redis://localhost", {"localhost", 6379, "", "", "", 0}, "redis://localhost:6379/0"},
      {"redis://localhost/", {"localhost", 6379, "", "", "", 0}, "redis://localhost:6379/0"},
      {"REDIS://h:7000/3", {"h", 7000, "", "", "", 3}, "redis://h:7000/3"},
      {"redis://h?db=4", {"h", 6379, "", "", "", 4}, "redis://h:6379/4"},
      {"redis://:pass@h", {"h", 6379, "", "", "pass", 0}, "redis://:***@h:6379/0"},
      {"redis://me:pa%40ss%2f@h:1/15", {"h", 1, "", "me", "pa@ss/", 15}, "redis://me:***@h:1/15"},
      {"redis://me:a@b:c@h", {"h", 6379, "", "me", "a@b:c", 0}, "redis://me:***@h:6379/0"},
      {"redis://[::1]:6380/1", {"::1", 6380, "", "", "", 1}, "redis://[::1]:6380/1"},
      {"redis://[fe80::1]", {"fe80::1", 6379, "", "", "", 0}, "redis://[fe80::1]:6379/0"},
      {"unix:///run/redis.sock", {"", 0, "/run/redis.sock", "", "", 0}, "unix:///run/redis.sock"},
      {"unix:///a%20b?db=2", {"", 0, "/a b", "", "", 2}, "unix:///a%20b?db=2"},
      {"unix://u:p@/r.sock", {"", 0, "/r.sock", "u", "p", 0}, "unix://u:***@/r.sock"},
  }));
  CAPTURE(sample.text);
  auto parsed = parse_url(sample.text);
  REQUIRE(parsed);
  CHECK(*parsed == sample.expected);
  CHECK(to_string(*parsed) == sample.printed);
}

TEST_CASE("a wrong redis url is refused by the part that is wrong") {
  auto sample = GENERATE(values<bad>({
      {"", "no scheme"},
      {"localhost:6379", "no scheme"},
      {"http://h", "unknown scheme"},
      {"rediss://h", "TLS"},
      {"redis://", "host: it is missing"},
      {"redis://:hunter2@", "host: it is missing"},
      {"redis://h:0", "port '0'"},
      {"redis://h:65536", "port '65536'"},
      {"redis://h:", "port ''"},
      {"redis://h:6379x", "port '6379x'"},
      {"redis://::1", "brackets"},
      {"redis://[::1", "'[' without ']'"},
      {"redis://[::1]6379", "after ']'"},
      {"redis://h/one", "database 'one'"},
      {"redis://h/-1", "database '-1'"},
      {"redis://h/4294967295", "database '4294967295'"},
      {"redis://h/1/2", "database '1/2'"},
      {"redis://h/1?db=2", "in the path and as an option"},
      {"redis://h?timeout=3", "option 'timeout'"},
      {"redis://h#x", "'#'"},
      {"redis://hunter2@h", "a user without a password"},
      {"redis://me:@h", "password: it is empty"},
      {"redis://me:hunter2%zz@h", "password: a '%'"},
      {"redis://me:hunter2%00@h", "password: a '%'"},
      {"redis://me:hun/ter2@h", "percent-encode"},
      {"redis://me:hun?ter2@h", "percent-encode"},
      {"redis://me:hunter2 @h", "blank"},
      {"redis://a\nb", "control character"},
      {"unix://host/path", "no host"},
      {"unix://", "path: it is missing"},
      {"redis://" + std::string(5000, 'h'), "4096"},
  }));
  CAPTURE(sample.text);
  auto parsed = parse_url(sample.text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == failure_kind::malformed);
  CHECK_THAT(parsed.error().text, Catch::Contains(sample.says));
  CHECK_THAT(parsed.error().text, !Catch::Contains("hunter2") && !Catch::Contains("ter2"));
}

TEST_CASE("redis url: a password kept elsewhere lets a user stand alone") {
  auto parsed = parse_url("redis://m%40e@h:1/3", "hunter2");
  REQUIRE(parsed);
  CHECK(parsed->user == "m@e");
  CHECK(parsed->password == "hunter2");
  CHECK(parsed->database == 3);
  CHECK(parse_url("redis://h", "hunter2")->password == "hunter2");
  CHECK(parse_url("redis://me:other@h", "hunter2")->password == "hunter2");
  CHECK_FALSE(parse_url("redis://m%4@h", "hunter2"));
}
