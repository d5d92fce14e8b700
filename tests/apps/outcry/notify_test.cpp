#include "apps/outcry/notify.hpp"

#include <fstream>
#include <stdexcept>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/firebase/scripted_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::cli;
using namespace outcry::test;

namespace {

session at_topic(const std::string& url) {
  session at;
  at.settings.floor.name = "home";
  at.settings.notifications.url = url;
  at.settings.notifications.click = "https://floor.home";
  return at;
}

}  // namespace

TEST_CASE("notify test sends one message with the secret of its file and says that it was taken") {
  scripted_server server;
  server.then(200, R"({"id":"x","event":"message","topic":"floor"})");
  temp_dir dir;
  std::ofstream(dir.file("token")) << "tk_geheim\n";
  auto at = at_topic(server.origin() + "/floor");
  at.settings.notifications.token_file = dir.file("token");
  CHECK(notify_test(at) == all_done);
  const auto requests = server.requests(1);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].header("authorization") == "Bearer tk_geheim");
  const auto body = nlohmann::json::parse(requests[0].body);
  CHECK(body["topic"] == "floor");
  CHECK(body["message"] == "The floor \"home\" can reach this phone.");
  CHECK(body["click"] == "https://floor.home");
}

TEST_CASE("notify test fails when the server does not take it, or is not there") {
  scripted_server server;
  server.then(403, R"({"code":40301,"http":403,"error":"forbidden"})");
  CHECK(notify_test(at_topic(server.origin() + "/floor")) == not_done);
  CHECK(server.requests(1).size() == 1);
  CHECK(notify_test(at_topic("http://127.0.0.1:1/floor")) == not_done);
}

TEST_CASE("notify test without a server, or with a secret that is none, is a wrong configuration") {
  CHECK_THROWS_WITH(notify_test(at_topic("")), Catch::StartsWith("notifications.url: expected"));
  auto at = at_topic("https://ntfy.sh/floor");
  at.settings.notifications.token_file = "/nowhere/token";
  CHECK_THROWS_WITH(notify_test(at), Catch::StartsWith("notifications.token_file: /nowhere/token"));
  at.settings.notifications.token = "ge heim";
  CHECK_THROWS_WITH(notify_test(at), !Catch::Contains("heim"));
}
