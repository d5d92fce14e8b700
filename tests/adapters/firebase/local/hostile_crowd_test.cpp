// Too many clients, clients that vanish, clients that do not read: over real sockets, with good
// clients beside them that must not notice.

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/http/open_files.hpp"
#include "tests/adapters/firebase/local/server_fixture.hpp"
#include "tests/adapters/firebase/local/wire_client.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

using Catch::Matchers::Contains;
using json = nlohmann::json;
using outcry::test::captured_log;
using outcry::test::eventually;
using outcry::test::frame_client;
using outcry::test::raw_client;
using outcry::test::rest_client;
using outcry::test::server_fixture;
using outcry::test::wire_client;

namespace {

/// Enough for both ends of a crowd in this process.
bool crowd_fits() {
  return outcry::http::allow_open_files(16'000) >= 16'000;
}

/// A client that comes now and one that has been there are both served.
void check_served(const server_fixture& with, wire_client& old, int value) {
  rest_client fresh(with.server.port(), with.token);
  REQUIRE(fresh.put("/a.json", std::to_string(value)).status == 200);
  REQUIRE(old.next_push()["b"]["d"] == value);
  REQUIRE(old.status("p", {{"p", "/b"}, {"d", value}}) == "ok");
}

void listen(wire_client& to, const char* place) {
  REQUIRE(to.status("q", {{"p", place}, {"h", ""}}) == "ok");
  to.next_push();
}

}  // namespace

TEST_CASE("ten thousand connections that say nothing keep nobody out") {
  if (!crowd_fits()) OUTCRY_SKIP("fewer than 16,000 open files are allowed");
  const captured_log log;
  server_fixture with;
  wire_client old(with.server.port(), with.token);
  listen(old, "/a");
  std::vector<std::unique_ptr<raw_client>> crowd;
  for (int i = 1; i <= 10'000; ++i) {
    crowd.push_back(std::make_unique<raw_client>(with.server.port()));
    if (i % 3 == 0) crowd.back()->send("PUT /a.json HTTP/1.1\r\nContent-Length: 9\r\n");
    if (i % 1'000 == 0) check_served(with, old, i);
  }
  // Those that had to go are gone.
  CHECK(crowd.front()->read_all().empty());
  CHECK_THAT(log.text(), Contains("cut off or turned away"));
  CHECK(log.text().size() < 2'000);
}

TEST_CASE("five thousand strangers' sockets keep nobody out") {
  if (!crowd_fits()) OUTCRY_SKIP("fewer than 16,000 open files are allowed");
  const captured_log log;
  server_fixture with;
  wire_client old(with.server.port(), with.token);
  listen(old, "/a");
  std::vector<std::unique_ptr<frame_client>> crowd;
  for (int i = 1; i <= 5'000; ++i) {
    crowd.push_back(std::make_unique<frame_client>(with.server.port(), "/.ws?v=5&ns=outcry"));
    if (i % 1'000 != 0) continue;
    check_served(with, old, i);
    wire_client fresh(with.server.port(), with.token);
    REQUIRE(fresh.status("p", {{"p", "/c"}, {"d", i}}) == "ok");
  }
  CHECK_THAT(log.text(), Contains("too many WebSockets"));
}

TEST_CASE("strangers that poll keep nobody out") {
  const captured_log log;
  server_fixture with;
  rest_client stranger(with.server.port(), "");
  const char* const begin = "/.lp?start=t&cb=1&v=5&ns=outcry";
  for (int i = 0; i < 1'100; ++i) {
    const auto got = stranger.get(begin);
    REQUIRE(got.status == 200);
    REQUIRE_THAT(got.body, Contains("pLPCommand('start'"));
  }
  CHECK_THAT(log.text(), Contains("too much at once"));
}

TEST_CASE("a phone that vanishes is noticed, and what it left to be written is written") {
  outcry::firebase::local::server::options opts;
  opts.http.socket_ping = std::chrono::seconds(1);
  opts.http.socket_pong_timeout = std::chrono::seconds(1);
  server_fixture with(opts);
  wire_client phone(with.server.port(), with.token);
  REQUIRE(phone.status("o", {{"p", "/online/phone"}, {"d", nullptr}}) == "ok");
  REQUIRE(phone.status("p", {{"p", "/online/phone"}, {"d", true}}) == "ok");
  CHECK(with.client.get("/online/phone.json").body == "true");
  // From now on it is there, and says nothing, not even to a ping.
  CHECK(eventually([&] { return with.client.get("/online/phone.json").body == "null"; }));
  CHECK(phone.frames.close_code() == -1);
}

TEST_CASE("a phone that does not read is cut off, others hear everything") {
  outcry::firebase::local::server::options opts;
  opts.http.max_socket_queue = 1u << 20;
  server_fixture with(opts);
  wire_client slow(with.server.port(), with.token);
  wire_client quick(with.server.port(), with.token);
  listen(slow, "/a");
  listen(quick, "/a");
  const std::string value(1u << 18, 'x');
  constexpr int writes = 80;
  for (int i = 0; i < writes; ++i) {
    REQUIRE(with.client.put("/a/b.json?print=silent", '"' + value + '"').status == 204);
    REQUIRE(quick.next_push()["b"]["d"].get_ref<const std::string&>().size() == value.size());
  }
  int heard = 0;
  while (!slow.next_push().is_null()) ++heard;
  CHECK(heard < writes);
  CHECK(quick.status("p", {{"p", "/a"}, {"d", nullptr}}) == "ok");
}
