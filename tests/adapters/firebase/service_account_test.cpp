#include "adapters/firebase/service_account.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include "adapters/firebase/client.hpp"
#include "tests/adapters/firebase/scripted_server.hpp"
#include "tests/adapters/firebase/test_pki.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase;
using namespace outcry::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::int64_t start = 1381239000;  // 2013-10-08 13:30:00 UTC
const std::string start_date = "Date: Tue, 08 Oct 2013 13:30:00 GMT";

/// A key file, a token endpoint and a clock under control.
struct fixture {
  fixture() {
    write(content());
    options.key_file = path;
    options.now = [this] { return std::chrono::system_clock::from_time_t(seconds); };
    options.random = [] { return 0.5; };
    options.warn = [this](const std::string& text) { warnings.push_back(text); };
    options.backoff_base = 1s;
    options.backoff_cap = 8s;
  }

  json content() const {
    return {{"type", "service_account"},
            {"client_email", "floor@demo.iam.gserviceaccount.com"},
            {"private_key", private_pem(key.get())},
            {"private_key_id", "kid-1"},
            {"token_uri", endpoint.origin() + "/token"}};
  }

  void write(const json& value) {
    std::ofstream(path + ".new") << value.dump();
    ::chmod((path + ".new").c_str(), 0600);
    std::filesystem::rename(path + ".new", path);
  }

  void grant_token(const std::string& token, int lifetime = 3600) {
    endpoint.then(200, json{{"access_token", token}, {"expires_in", lifetime}}.dump());
  }

  temp_dir dir;
  std::string path = dir.file("key.json");
  key_ptr key = make_rsa_key();
  scripted_server endpoint;
  std::atomic<std::int64_t> seconds{start};
  std::vector<std::string> warnings;
  service_account_options options;
};

std::string form_field(const std::string& body, const std::string& name) {
  return parameter(body, name);
}

}  // namespace

TEST_CASE_METHOD(fixture, "a signed assertion is exchanged for an access token") {
  auto identity = service_account(options);
  grant_token("access-1");
  const auto g = identity->apply({});
  CHECK(g.problem == credentials_problem::none);
  CHECK(g.auth.header == "Authorization: Bearer access-1");
  CHECK(g.auth.query.empty());

  const auto request = endpoint.requests(1).at(0);
  CHECK(request.method == "POST");
  CHECK(request.target == "/token");
  CHECK(request.header("Content-Type") == "application/x-www-form-urlencoded");
  CHECK(form_field(request.body, "grant_type") ==
        "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
  const auto jwt = form_field(request.body, "assertion");
  const auto first = jwt.find('.');
  const auto last = jwt.rfind('.');
  REQUIRE(first < last);
  CHECK(verify_rs256(key.get(), jwt.substr(0, last), from_base64url(jwt.substr(last + 1))));
  CHECK_FALSE(
      verify_rs256(key.get(), jwt.substr(0, last) + "x", from_base64url(jwt.substr(last + 1))));
  CHECK(json::parse(from_base64url(jwt.substr(0, first))) ==
        json{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "kid-1"}});
  CHECK(json::parse(from_base64url(jwt.substr(first + 1, last - first - 1))) ==
        json{{"iss", "floor@demo.iam.gserviceaccount.com"},
             {"scope",
              "https://www.googleapis.com/auth/userinfo.email "
              "https://www.googleapis.com/auth/firebase.database"},
             {"aud", endpoint.origin() + "/token"},
             {"iat", start},
             {"exp", start + 3600}});
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(fixture, "a token is kept until five minutes before its end") {
  auto identity = service_account(options);
  grant_token("access-1");
  grant_token("access-2", 60);
  grant_token("access-3");
  CHECK(identity->apply({}).auth.secret == "access-1");
  seconds = start + 3299;
  CHECK(identity->apply({}).auth.secret == "access-1");
  seconds = start + 3300;
  CHECK(identity->apply({}).auth.secret == "access-2");
  // A very short one is used for half its life.
  seconds = start + 3329;
  CHECK(identity->apply({}).auth.secret == "access-2");
  seconds = start + 3330;
  CHECK(identity->apply({}).auth.secret == "access-3");
  CHECK(endpoint.requests(3).size() == 3);
}

TEST_CASE_METHOD(fixture, "many callers share one exchange") {
  auto identity = service_account(options);
  std::latch ready(8);
  endpoint.then([&](scripted_connection& c, const scripted_request&) {
    ready.wait();
    c.answer(200, R"({"access_token":"access-1","expires_in":3600})");
  });
  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      ready.count_down();
      good += identity->apply({}).auth.secret == "access-1";
    });
  for (auto& caller : callers) caller.join();
  CHECK(good == 8);
  CHECK(endpoint.requests(1).size() == 1);
}

TEST_CASE_METHOD(fixture, "a refused key is final until the file changes") {
  auto identity = service_account(options);
  endpoint.then(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})",
                {start_date});
  auto g = identity->apply({});
  CHECK(g.problem == credentials_problem::key_refused);
  CHECK_THAT(g.error, Catch::Contains("HTTP 400 invalid_grant: Invalid JWT Signature.") &&
                          !Catch::Contains("clock"));
  seconds = start + 100 * 86400;
  CHECK(identity->apply({}).error == g.error);
  CHECK(endpoint.requests(1).size() == 1);
  write(content());
  grant_token("access-1");
  CHECK(identity->apply({}).auth.secret == "access-1");
}

TEST_CASE_METHOD(fixture, "a refusal under a wrong clock says so and is tried again later") {
  auto identity = service_account(options);
  seconds = start + 600;
  endpoint.then(400, R"({"error":"invalid_grant"})", {start_date});
  const auto g = identity->apply({});
  CHECK(g.problem == credentials_problem::key_refused);
  CHECK_THAT(g.error, Catch::Contains("clock is 600 s ahead of the endpoint's"));
  seconds = start + 607;
  CHECK(identity->apply({}).problem == credentials_problem::key_refused);
  CHECK(endpoint.requests(1).size() == 1);
  grant_token("access-1");
  seconds = start + 608;
  CHECK(identity->apply({}).auth.secret == "access-1");
}

TEST_CASE_METHOD(fixture, "an endpoint in trouble is asked again only after a backoff") {
  auto identity = service_account(options);
  auto failed_wait = [&] {
    const auto g = identity->apply({});
    CHECK(g.problem == credentials_problem::unreachable);
    return g.retry_after;
  };
  endpoint.then(503);
  CHECK(failed_wait() == 500ms);
  CHECK(endpoint.requests(1).size() == 1);
  CHECK(failed_wait() == 500ms);
  CHECK(endpoint.requests(1).size() == 1);
  seconds = start + 1;
  endpoint.then(200, "not json");
  CHECK(failed_wait() == 1000ms);
  seconds = start + 2;
  endpoint.then(429, "", {"Retry-After: 60"});
  CHECK(failed_wait() == 60s);
  seconds = start + 61;
  CHECK(failed_wait() == 1s);
  CHECK(endpoint.requests(3).size() == 3);
  seconds = start + 62;
  endpoint.then(200, R"({"access_token":"line\r\nbreak"})");
  CHECK(failed_wait() == 4s);
  seconds = start + 66;
  grant_token("access-1");
  CHECK(identity->apply({}).auth.secret == "access-1");
}

TEST_CASE_METHOD(fixture, "nobody listens at the token endpoint") {
  auto value = content();
  value["token_uri"] = "http://127.0.0.1:" + std::to_string(free_port()) + "/token";
  write(value);
  const auto g = service_account(options)->apply({});
  CHECK(g.problem == credentials_problem::unreachable);
  CHECK_THAT(g.error, Catch::Contains("token endpoint http://127.0.0.1:"));
}

TEST_CASE_METHOD(fixture, "a refused token is renewed, unless it is too young to be the cause") {
  auto identity = service_account(options);
  grant_token("access-1");
  const auto old = identity->apply({}).auth;
  seconds = start + 29;
  identity->invalidate(old);
  CHECK(identity->apply({}).auth == old);
  seconds = start + 30;
  identity->invalidate(authorization::by_header("another"));
  CHECK(identity->apply({}).auth == old);
  identity->invalidate(old);
  grant_token("access-2");
  CHECK(identity->apply({}).auth.secret == "access-2");
  identity->invalidate(old);
  CHECK(identity->apply({}).auth.secret == "access-2");
}

TEST_CASE_METHOD(fixture, "key files are refused by field") {
  auto refusal = [&](const json& value) {
    write(value);
    const auto g = service_account(options)->apply({});
    CHECK(g.problem == credentials_problem::bad_file);
    CHECK_THAT(g.error, !Catch::Contains("PRIVATE KEY"));
    return g.error;
  };
  for (const char* field : {"type", "client_email", "private_key", "token_uri"}) {
    auto value = content();
    value.erase(field);
    CHECK_THAT(refusal(value), Catch::Contains(std::string("the field ") + field + " is missing"));
    value[field] = 5;
    CHECK_THAT(refusal(value),
               Catch::Contains(std::string("the field ") + field + " must be a non-empty string"));
  }
  auto changed = [&](const char* field, const std::string& to) {
    auto value = content();
    value[field] = to;
    return refusal(value);
  };
  CHECK_THAT(changed("type", "authorized_user"), Catch::Contains("\"service_account\""));
  CHECK_THAT(changed("private_key", "nonsense"), Catch::Contains("RSA private key in PEM"));
  CHECK_THAT(changed("private_key", content()["private_key"].get<std::string>().substr(0, 200)),
             Catch::Contains("RSA private key in PEM"));
  CHECK_THAT(changed("token_uri", "http://oauth2.example/token"),
             Catch::Contains("must be https, found http to host 'oauth2.example'"));
  CHECK_THAT(changed("token_uri", "oauth2"), Catch::Contains("token_uri"));
  CHECK_THAT(refusal(json::array()), Catch::Contains("expected a JSON object"));
  std::filesystem::remove(path);
  const auto g = service_account(options)->apply({});
  CHECK_THAT(g.error, Catch::Contains(path) && Catch::Contains("cannot be read"));
  CHECK(endpoint.accepted() == 0);
}

TEST_CASE_METHOD(fixture, "a key file that others may read is warned about once") {
  ::chmod(path.c_str(), 0644);
  auto identity = service_account(options);
  grant_token("access-1", 60);
  grant_token("access-2");
  identity->apply({});
  seconds = start + 3600;
  CHECK(identity->apply({}).auth.secret == "access-2");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Contains(path) && Catch::Contains("0644"));
}

TEST_CASE_METHOD(fixture, "stop ends an exchange, the next caller takes over") {
  auto identity = service_account(options);
  gate arrived;
  endpoint.then([&](scripted_connection& c, const scripted_request&) {
    arrived.open();
    c.hang();
  });
  std::stop_source stop;
  std::thread stopper([&] {
    arrived.wait();
    stop.request_stop();
  });
  CHECK(identity->apply(stop.get_token()).problem == credentials_problem::aborted);
  stopper.join();
  grant_token("access-1");
  CHECK(identity->apply({}).auth.secret == "access-1");
}

TEST_CASE_METHOD(fixture, "an endpoint that quotes the assertion does not bring it into errors") {
  auto identity = service_account(options);
  std::string assertion;
  endpoint.then([&](scripted_connection& c, const scripted_request& request) {
    assertion = form_field(request.body, "assertion");
    c.answer(400, json{{"error", assertion.substr(0)}, {"error_description", assertion}}.dump());
  });
  const auto g = identity->apply({});
  CHECK(g.problem == credentials_problem::key_refused);
  CHECK_THAT(g.error, !Catch::Contains(assertion.substr(0, 40)));
}

TEST_CASE_METHOD(fixture, "the client carries the token and renews it when it is refused") {
  auto identity = service_account(options);
  scripted_server database;
  client db(database_url::parse(database.origin()), identity);
  grant_token("access-1");
  database.then(204);
  CHECK(db.put("/a", "1"));
  seconds = start + 1800;
  database.then(401, R"({"error":"Unauthorized request access-1."})");
  grant_token("access-2");
  database.then(204);
  CHECK(db.put("/a", "2"));
  const auto seen = database.requests(3);
  CHECK(seen.at(0).header("Authorization") == "Bearer access-1");
  CHECK(seen.at(2).header("Authorization") == "Bearer access-2");
  CHECK(seen.at(2).target == "/a.json?print=silent");
  // Refused at once again: the permission is missing, and the error does not tell the token.
  database.then(401, R"({"error":"no rights for access-2"})");
  const auto r = db.put("/a", "3");
  CHECK(r.kind == outcome::unauthorized);
  CHECK_THAT(r.error, !Catch::Contains("access-2"));
  CHECK(endpoint.requests(2).size() == 2);
}
