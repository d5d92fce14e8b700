#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "adapters/firebase/client.hpp"
#include "tests/adapters/firebase/scripted_server.hpp"

using namespace outcry::firebase;
using outcry::test::scripted_server;

namespace {

/// The same access token in both ways a request can carry it.
class both_ways : public credentials {
public:
  explicit both_ways(bool header) : header_(header) {}
  grant apply(const std::stop_token&) override {
    grant result;
    result.auth = header_ ? authorization::by_header("hush") : authorization::by_query("hush");
    return result;
  }
  void invalidate(const authorization&) override { ++invalidated; }
  int invalidated = 0;

private:
  bool header_;
};

bool carries_secret(const outcry::test::scripted_request& request) {
  return request.target.find("hush") != std::string::npos ||
         request.header("Authorization").find("hush") != std::string::npos;
}

std::string location(const scripted_server& server, const std::string& rest) {
  return "Location: " + server.origin() + rest;
}

}  // namespace

TEST_CASE("a redirect to another host keeps method and body, and drops the credentials") {
  const bool header = GENERATE(false, true);
  CAPTURE(header);
  scripted_server home;
  scripted_server other;
  auto identity = std::make_shared<both_ways>(header);
  client db(database_url::parse(home.origin() + "?ns=demo"), identity);
  home.then(307, "", {location(other, "/a.json?print=silent&ns=moved&auth=hush")});
  other.then(204);
  CHECK(db.patch("/a", R"({"x":1})"));
  REQUIRE(carries_secret(home.requests(1).at(0)));
  const auto there = other.requests(1).at(0);
  CHECK(there.method == "PATCH");
  CHECK(there.body == R"({"x":1})");
  CHECK(there.target == "/a.json?print=silent&ns=moved");
  CHECK_FALSE(carries_secret(there));

  // The next request goes there directly, in the name space it was sent to.
  other.then(200, "5");
  CHECK(db.get("/b").body == "5");
  CHECK(other.requests(2).at(1).target == "/b.json?ns=moved");
  CHECK_FALSE(carries_secret(other.requests(2).at(1)));

  // Its 401 says nothing about credentials it never saw; the error ends the detour.
  other.then(401);
  CHECK(db.get("/c").kind == outcome::unauthorized);
  CHECK(identity->invalidated == 0);
  home.then(200, "6");
  CHECK(db.get("/d").body == "6");
  CHECK(carries_secret(home.requests(2).at(1)));
}

TEST_CASE("a redirect on the same host keeps the credentials") {
  scripted_server home;
  client db(database_url::parse(home.origin()), std::make_shared<both_ways>(false));
  home.then(308, "", {"Location: /elsewhere.json?x=1"});
  home.then(200, "1");
  home.then(200, "2");
  CHECK(db.get("/a").body == "1");
  CHECK(home.requests(2).at(1).target == "/elsewhere.json?x=1&auth=hush");
  // Another path is the server's answer to this request only.
  CHECK(db.get("/a").body == "2");
  CHECK(home.requests(3).at(2).target == "/a.json?auth=hush");
}

TEST_CASE("an unreachable redirect target is forgotten") {
  scripted_server home;
  client db(database_url::parse(home.origin()));
  {
    scripted_server other;
    home.then(307, "", {location(other, "/a.json")});
    other.then(200, "1");
    CHECK(db.get("/a"));
  }
  CHECK(db.get("/a").kind == outcome::unreachable);
  home.then(200, "2");
  CHECK(db.get("/a").body == "2");
}

TEST_CASE("redirects that lead nowhere good are not followed") {
  scripted_server home;
  client db(database_url::parse(home.origin()), std::make_shared<both_ways>(false));
  reply r;
  SECTION("in circles") {
    for (int i = 0; i < 7; ++i) home.then(307, "", {"Location: /a.json"});
    r = db.get("/a");
    CHECK(home.requests(6).size() == 6);
    CHECK_THAT(r.error, Catch::Contains("more than 5 redirects"));
  }
  SECTION("to plain http elsewhere") {
    home.then(307, "", {"Location: http://example.com/a.json"});
    r = db.get("/a");
    CHECK_THAT(r.error, Catch::Contains("plain http to host 'example.com' refused"));
  }
  SECTION("to another protocol") {
    home.then(307, "", {"Location: file:///etc/passwd"});
    r = db.get("/a");
  }
  SECTION("without a target") {
    home.then(307, "");
    r = db.get("/a");
  }
  SECTION("with a password in it") {
    home.then(307, "", {"Location: https://u:hush@example.com/"});
    r = db.get("/a");
  }
  CHECK(r.kind == outcome::unreachable);
  CHECK(r.http_status == 307);
  CHECK_THAT(r.error, Catch::Contains("redirect") && !Catch::Contains("hush"));
}
