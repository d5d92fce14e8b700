#include "adapters/inspection_http/page.hpp"

#include <memory>

#include "adapters/firebase/auth/passcode.hpp"
#include "tests/adapters/inspection_http/asked.hpp"
#include "tests/adapters/inspection_http/made_view.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::inspection_http;
using namespace outcry::test;
using nlohmann::json;

namespace {

struct made_page {
  explicit made_page(bool open = true) {
    doorkeeper::options at;
    at.open = open;
    at.data_dir = dir.path();
    door = std::make_unique<doorkeeper>(at);
    http::gate::options guard;
    guard.hosts = {"floor.home"};
    shown = std::make_unique<page>(guard, floor.source(), latest_view::options{}, *door);
  }

  http::response ask(const http::request& asked) {
    return answer_of<http::response>([&](auto to) { shown->serve(asked, std::move(to)); });
  }
  http::response ask(const std::string& path, std::vector<http::header> more = {}) {
    return ask(get(path, std::move(more)));
  }
  /// The status with these headers instead of a Host of this machine.
  int from(std::vector<http::header> headers, const std::string& path = "/snapshot") {
    auto asked = get(path);
    asked.headers = std::move(headers);
    return ask(asked).status;
  }

  temp_dir dir;
  made_source floor;
  std::unique_ptr<doorkeeper> door;
  std::unique_ptr<page> shown;
};

}  // namespace

TEST_CASE_METHOD(made_page, "the snapshot is given as it came, or one part of it") {
  const auto whole = ask("/snapshot");
  CHECK(whole.status == 200);
  CHECK(header_of(whole, "Content-Type") == "application/json; charset=utf-8");
  CHECK(header_of(whole, "Cache-Control") == "no-store");
  CHECK(header_of(whole, "X-Content-Type-Options") == "nosniff");
  CHECK(json::parse(whole.body) == made_snapshot());
  for (const char* part : {"floor", "actors", "pits", "links", "messages", "graves"})
    CHECK(json::parse(ask('/' + std::string{part}).body) == made_snapshot()[part]);
  CHECK(json::parse(ask("/verdict").body) == made_verdict());
  CHECK(ask("/").body.find("/metrics\n") != std::string::npos);
}

TEST_CASE_METHOD(made_page, "metrics come in the format of Prometheus") {
  const auto told = ask("/metrics");
  CHECK(told.status == 200);
  CHECK(header_of(told, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(told.body.find("outcry_verdict{level=\"bad\"} 1\n") != std::string::npos);
}

TEST_CASE_METHOD(made_page, "a floor that does not answer is told of at each address") {
  floor.answer = {nullptr, "the roster has not answered"};
  for (const char* path : {"/healthz", "/metrics", "/snapshot", "/actors", "/verdict"}) {
    const auto refused = ask(path);
    CHECK(refused.status == 503);
    CHECK(header_of(refused, "Retry-After") == "1");
    CHECK(refused.body.find("the roster has not answered") != std::string::npos);
  }
}

TEST_CASE_METHOD(made_page, "a view that is no JSON harms nobody") {
  floor.answer.seen = std::make_shared<view>(view{"{\"actors\":[", "\xff"});
  CHECK(ask("/metrics").status == 503);
  CHECK(ask("/actors").status == 503);
}

TEST_CASE_METHOD(made_page, "a floor without a verdict says so") {
  floor.answer.seen = std::make_shared<view>(view{"{}", ""});
  CHECK(ask("/verdict").status == 404);
  CHECK(ask("/metrics").status == 200);
}

TEST_CASE_METHOD(made_page, "nothing else is there, and nothing can be changed") {
  CHECK(ask("/nothing").status == 404);
  CHECK(ask("/seq").status == 404);
  CHECK(ask("/metrics/").status == 404);
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    auto asked = get("/snapshot");
    asked.method = method;
    const auto refused = ask(asked);
    CHECK(refused.status == 405);
    CHECK(header_of(refused, "Allow") == "GET, HEAD");
  }
}

TEST_CASE_METHOD(made_page, "a name that is pointed at this machine gets nothing") {
  CHECK(from({{"Host", "127.0.0.1:9464"}}) == 200);
  CHECK(from({{"Host", "localhost:9464"}}) == 200);
  CHECK(from({{"Host", "[::1]:9464"}}) == 200);
  CHECK(from({{"Host", "floor.home"}}) == 200);
  for (const char* path : {"/snapshot", "/metrics", "/healthz", "/"}) {
    CHECK(from({{"Host", "evil.example"}}, path) == 403);
    CHECK(from({{"Host", "evil.example:9464"}}, path) == 403);
    CHECK(from({{"Host", "localhost.evil.example"}}, path) == 403);
    CHECK(from({{"Host", "127.0.0.1.evil.example:9464"}}, path) == 403);
    CHECK(from({}, path) == 403);
  }
  CHECK(floor.questions == 1);  // the view is given out again; nobody refused has asked
}

TEST_CASE_METHOD(made_page, "pages of another origin get nothing") {
  const http::header host{"Host", "localhost:9464"};
  CHECK(from({host, {"Origin", "http://localhost:9464"}}) == 200);
  CHECK(from({host, {"Sec-Fetch-Site", "same-origin"}}) == 200);
  CHECK(from({host, {"Sec-Fetch-Site", "none"}}) == 200);
  for (const char* origin : {"https://evil.example", "http://localhost:3000", "null",
                             "http://127.0.0.1:9464", "http://localhost", ""})
    CHECK(from({host, {"Origin", origin}}) == 403);
  // An image or a script of another page comes without an Origin.
  CHECK(from({host, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}) == 403);
  CHECK(from({host, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Mode", "no-cors"}}) == 403);
  CHECK(from({host, {"Sec-Fetch-Site", "cross-site"}}) == 403);
  // A link that was followed shows it to the operator, not to the page.
  CHECK(from({host, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}}) == 200);
  auto preflight = get(
      "/snapshot", {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "GET"}});
  preflight.method = "OPTIONS";
  CHECK(ask(preflight).status == 403);
}

TEST_CASE("where other machines reach it the passcode is asked for, but for the health") {
  made_page at(false);
  firebase::auth::passcode_file(at.dir.path()).set("correct horse", {16, 1, 1});
  for (const char* path : {"/", "/metrics", "/snapshot", "/actors", "/verdict", "/nothing"}) {
    CHECK(at.ask(path).status == 401);
    CHECK(at.ask(path, {with_passcode("wrong horse")}).status != 200);
  }
  CHECK(at.floor.questions == 0);
  const auto health = at.ask("/healthz");
  CHECK(health.status == 200);
  CHECK(health.body == R"({"status":"ok"})");
  made_page fresh(false);
  firebase::auth::passcode_file(fresh.dir.path()).set("correct horse", {16, 1, 1});
  CHECK(fresh.ask("/metrics", {with_passcode("correct horse")}).status == 200);
  CHECK(fresh.ask("/nothing", {with_passcode("correct horse")}).status == 404);
}
