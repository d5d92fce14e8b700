#include "adapters/firebase/url.hpp"

#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

#include "adapters/firebase/query.hpp"

using namespace outcry::firebase;

namespace {

std::string refusal(const std::string& text, url_options options = {}) {
  try {
    database_url::parse(text, options);
  } catch (const std::invalid_argument& problem) {
    return problem.what();
  }
  return "accepted";
}

std::string path_refusal(const std::string& path) {
  try {
    encode_path(path);
  } catch (const std::invalid_argument& problem) {
    return problem.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("database URLs of the service and of any https host are accepted") {
  CHECK(database_url::parse("https://demo-x.firebaseio.com").locate("/a") ==
        "https://demo-x.firebaseio.com/a.json");
  CHECK(database_url::parse("https://Demo.europe-west1.FirebaseDatabase.app/").locate("a/b") ==
        "https://demo.europe-west1.firebasedatabase.app/a/b.json");
  CHECK(database_url::parse("https://home.example:8443/?ns=demo").locate("", "print=silent") ==
        "https://home.example:8443/.json?print=silent&ns=demo");
  CHECK(database_url::parse("https://home.example:443").origin() == "https://home.example");
}

TEST_CASE("plain http is for this machine only, unless a container network is declared") {
  CHECK(database_url::parse("http://127.0.0.1:9000?ns=d").locate("/") ==
        "http://127.0.0.1:9000/.json?ns=d");
  CHECK(database_url::parse("http://[::1]:9000").origin() == "http://[::1]:9000");
  CHECK(database_url::parse("http://localhost").origin() == "http://localhost");
  for (const std::string host : {"demo.firebaseio.com", "127.0.0.1.evil.example", "192.168.1.2",
                                 "outcry-firebase", "localhost.evil.example"}) {
    CAPTURE(host);
    CHECK_THAT(refusal("http://" + host), Catch::Contains("use https"));
  }
  const url_options containers{true};
  CHECK(refusal("http://outcry-firebase:9000", containers) == "accepted");
  CHECK(refusal("http://172.18.0.3:9000", containers) == "accepted");
  CHECK(refusal("http://[fd00::2]:9000", containers) == "accepted");
  CHECK_THAT(refusal("http://172.32.0.3", containers), Catch::Contains("use https"));
  CHECK_THAT(refusal("http://demo.firebaseio.com", containers), Catch::Contains("use https"));
}

TEST_CASE("bad database URLs are refused with the reason and without their secrets") {
  CHECK_THAT(refusal("demo.firebaseio.com"), Catch::Contains("expected https://host"));
  CHECK_THAT(refusal("ftp://demo.firebaseio.com"), Catch::Contains("found 'ftp'"));
  CHECK_THAT(refusal("https://"), Catch::Contains("host is missing"));
  CHECK_THAT(refusal("https://a.example:0"), Catch::Contains("1 to 65535, found '0'"));
  CHECK_THAT(refusal("https://a.example:99999"), Catch::Contains("found '99999'"));
  CHECK_THAT(refusal("https://a example"), Catch::Contains("no spaces"));
  CHECK_THAT(refusal("https://a.example/path"), Catch::Contains("found the path '/path'"));
  CHECK_THAT(refusal("https://[::zz]"), Catch::Contains("IPv6"));
  CHECK_THAT(refusal("https://a.example\\@b"), !Catch::Contains("accepted"));
  CHECK_THAT(refusal("https://user:hunter2@a.example"),
             Catch::Contains("credentials file") && !Catch::Contains("hunter2"));
  CHECK_THAT(refusal("https://a.example?ns=d&auth=hunter2"),
             Catch::Contains("token file") && !Catch::Contains("hunter2"));
}

TEST_CASE("path segments are percent-encoded byte by byte") {
  CHECK(encode_path("/tickers/BRK%2EB/price") == "/tickers/BRK%252EB/price.json");
  CHECK(encode_path("/a b/c:d!/é/😀/x+y&z=1?") ==
        "/a%20b/c%3Ad%21/%C3%A9/%F0%9F%98%80/x%2By%26z%3D1%3F.json");
  CHECK(encode_path("//a///b/") == "/a/b.json");
  CHECK(encode_path("a/.priority") == "/a/.priority.json");
  CHECK(encode_path(".info/serverTimeOffset") == "/.info/serverTimeOffset.json");
}

TEST_CASE("paths the service would refuse, or that leave the database, are refused here") {
  CHECK_THAT(path_refusal("a/../b"), Catch::Contains("'..' holds '.'"));
  CHECK_THAT(path_refusal("a/b#c"), Catch::Contains("holds '#'"));
  CHECK_THAT(path_refusal("a$"), Catch::Contains("holds '$'"));
  CHECK_THAT(path_refusal("a[0]"), Catch::Contains("holds '['"));
  CHECK_THAT(path_refusal("a\r\nb"), Catch::Contains("control character 0x0d"));
  CHECK_THAT(path_refusal("a\xff"), Catch::Contains("not UTF-8"));
  CHECK_THAT(path_refusal("\xed\xa0\x80"), Catch::Contains("not UTF-8"));
  CHECK_THAT(path_refusal("\xc0\xaf"), Catch::Contains("not UTF-8"));
  CHECK(path_refusal(std::string(768, 'k')) == "accepted");
  CHECK_THAT(path_refusal(std::string(769, 'k')), Catch::Contains("769 bytes"));
  std::string deep;
  for (int i = 0; i < 32; ++i) deep += "/k";
  CHECK(path_refusal(deep) == "accepted");
  CHECK_THAT(path_refusal(deep + "/k"), Catch::Contains("32"));
}

TEST_CASE("only Google's database hosts are trusted with each other's credentials") {
  auto trusted = [](const char* text) { return is_google_database(split_url(text, "url")); };
  CHECK(trusted("https://s-usc1c-nss-1.firebaseio.com/x"));
  CHECK(trusted("https://d.europe-west1.firebasedatabase.app"));
  CHECK_FALSE(trusted("http://d.firebaseio.com"));
  CHECK_FALSE(trusted("https://d.firebaseio.com:8443"));
  CHECK_FALSE(trusted("https://firebaseio.com"));
  CHECK_FALSE(trusted("https://evilfirebaseio.com"));
  CHECK_FALSE(trusted("https://d.firebaseio.com.evil.example"));
}

TEST_CASE("queries become encoded parameters") {
  query sent;
  sent.order_by = "state";
  sent.equal_to = json_string("sent");
  CHECK(to_parameters(sent) == "orderBy=%22state%22&equalTo=%22sent%22");
  query page;
  page.order_by = "$key";
  page.start_after = json_string("a\"b");
  page.end_before = "5";
  page.limit_to_first = 100;
  CHECK(to_parameters(page) ==
        "orderBy=%22%24key%22&startAfter=%22a%5C%22b%22&endBefore=5&limitToFirst=100");
  page.limit_to_first.reset();
  page.limit_to_last = 3;
  page.start_after.reset();
  page.end_before.reset();
  page.start_at = "true";
  page.end_at = "null";
  CHECK(to_parameters(page) == "orderBy=%22%24key%22&startAt=true&endAt=null&limitToLast=3");
  query names;
  names.shallow = true;
  CHECK(to_parameters(names) == "shallow=true");
  CHECK(to_parameters({}).empty());
}

TEST_CASE("contradictory queries are refused by field") {
  auto refused = [](auto change) {
    query q;
    q.order_by = "x";
    change(q);
    try {
      to_parameters(q);
    } catch (const std::invalid_argument& problem) {
      return std::string(problem.what());
    }
    return std::string("accepted");
  };
  CHECK_THAT(refused([](query& q) { q.order_by.clear(), q.equal_to = "1"; }),
             Catch::Contains("need order_by"));
  CHECK_THAT(refused([](query& q) { q.equal_to = "sent"; }), Catch::Contains("equalTo"));
  CHECK_THAT(refused([](query& q) { q.start_at = "[1]"; }), Catch::Contains("startAt"));
  CHECK_THAT(refused([](query& q) { q.limit_to_last = 0; }), Catch::Contains("limitToLast"));
  CHECK_THAT(refused([](query& q) { q.limit_to_last = q.limit_to_first = 1; }),
             Catch::Contains("exclude"));
  CHECK_THAT(refused([](query& q) { q.start_at = q.start_after = "1"; }),
             Catch::Contains("exclude"));
  CHECK_THAT(refused([](query& q) { q.end_at = q.end_before = "1"; }), Catch::Contains("exclude"));
  CHECK_THAT(refused([](query& q) { q.equal_to = q.end_before = "1"; }),
             Catch::Contains("excludes"));
  CHECK_THAT(refused([](query& q) { q.shallow = true; }), Catch::Contains("shallow"));
}

TEST_CASE("credentials go to the same origin, or from one Google database to another") {
  auto may = [](const char* home, const char* target) {
    return may_carry_credentials(split_url(home, "home"), split_url(target, "target"));
  };
  CHECK(may("https://home.example:8443", "https://home.example:8443/elsewhere"));
  CHECK(may("https://d.firebaseio.com", "https://s-usc1c-nss-1.firebaseio.com/a.json"));
  CHECK_FALSE(may("https://home.example:8443", "https://home.example:8444"));
  CHECK_FALSE(may("https://home.example", "http://home.example"));
  CHECK_FALSE(may("https://home.example", "https://d.firebaseio.com"));
  CHECK_FALSE(may("https://d.firebaseio.com", "https://evil.example"));
}
