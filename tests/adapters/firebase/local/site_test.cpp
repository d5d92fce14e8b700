#include "adapters/firebase/local/site.hpp"

#include <fstream>
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.hpp"

namespace outcry::firebase::local {

using Catch::Matchers::Contains;

namespace {

http::request get(std::string path, std::string host = "localhost:9000") {
  http::request asked;
  asked.method = "GET";
  asked.path = std::move(path);
  asked.headers = {{"Host", std::move(host)}};
  return asked;
}

struct home {
  home() { std::ofstream(folder.path() / "index.html") << "<!doctype html><title>page</title>"; }
  test::temp_dir folder;
  http::gate door{{}};
};

}  // namespace

TEST_CASE("the page answers for what is not the database's") {
  CHECK(site::serves(get("/")));
  CHECK(site::serves(get("/logs/-Nx")));
  CHECK(site::serves(get("/assets/index-BqE3x_1a.js")));
  CHECK(site::serves(get("/manifest.webmanifest")));
  CHECK(site::serves(get("/outcry.json")));
  CHECK_FALSE(site::serves(get("/.json")));
  CHECK_FALSE(site::serves(get("/floor.json")));
  CHECK_FALSE(site::serves(get("/outcry.json.json")));
  CHECK_FALSE(site::serves(get("/healthz")));
  auto preflight = get("/logs");
  preflight.method = "OPTIONS";
  CHECK_FALSE(site::serves(preflight));
}

TEST_CASE("the page is told that it is at home") {
  const home at;
  const auto answer = site(at.folder.path(), at.door).answer(get("/outcry.json"));
  CHECK(answer.status == 200);
  const auto told = nlohmann::json::parse(answer.body);
  CHECK(told == nlohmann::json{{"mode", "home"}, {"namespace", "outcry"}});
}

TEST_CASE("the page is served under each of its own paths") {
  const home at;
  const site here(at.folder.path(), at.door);
  CHECK_THAT(here.answer(get("/")).body, Contains("<title>page"));
  CHECK_THAT(here.answer(get("/logs/-Nx")).body, Contains("<title>page"));
  CHECK(here.answer(get("/assets/none.js")).status == 404);
}

TEST_CASE("a name that points at this machine by deceit gets no page") {
  const home at;
  const site here(at.folder.path(), at.door);
  CHECK(here.answer(get("/", "evil.example")).status == 403);
  CHECK(here.answer(get("/outcry.json", "evil.example")).status == 403);
}

TEST_CASE("a folder without a page is named") {
  const test::temp_dir empty;
  const http::gate door{{}};
  CHECK_THROWS_WITH(site(empty.path(), door), Contains(empty.path().string()));
}

}  // namespace outcry::firebase::local
