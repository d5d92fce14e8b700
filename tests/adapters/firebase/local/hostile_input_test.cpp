// What no honest client sends: broken frames, tricks with paths and keys. Over real sockets, with a
// good client beside them that must not notice.

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/firebase/local/server_fixture.hpp"
#include "tests/adapters/firebase/local/wire_client.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/websocket_frames.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using json = nlohmann::json;
using outcry::test::announce;
using outcry::test::captured_log;
using outcry::test::client_frame;
using outcry::test::raw_client;
using outcry::test::rest_client;
using outcry::test::server_fixture;
using outcry::test::websocket_frame;
using outcry::test::wire_client;
namespace opcode = outcry::test::opcode;

namespace {

std::string text_frame(const std::string& message) {
  return client_frame(opcode::text, message);
}

/// The answer to a request whose target is sent as it is.
std::string ask_raw(const server_fixture& with, const std::string& method,
                    const std::string& target, const std::string& body = {}) {
  raw_client client(with.server.port());
  client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
              "Authorization: Bearer " + with.token +
              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  return client.read_all();
}

}  // namespace

TEST_CASE("frames that lie end their own connection and no other") {
  const captured_log log;
  server_fixture with;
  wire_client good(with.server.port(), with.token);
  const std::string mask(4, '\0');
  const std::vector<std::pair<const char*, std::string>> lies = {
      {"longer than allowed", announce(2u << 20)},
      {"of 2^63 bytes", std::string("\x81\xff\x80\0\0\0\0\0\0\0", 10) + mask},
      {"of 2^62 bytes", std::string("\x81\xff\x40\0\0\0\0\0\0\0", 10) + mask},
      {"without a mask", websocket_frame(opcode::text, "{}")},
      {"of an unknown kind", client_frame(3, "x")},
      {"with bits that mean nothing", std::string("\xf1\x80", 2) + mask},
      {"a part of nothing", client_frame(opcode::more, "x")},
      {"a ping that is too long", client_frame(opcode::ping, std::string(126, 'x'))},
      {"binary", client_frame(opcode::binary, "{}")},
      {"not UTF-8", text_frame("\xff\xfe")},
      {"many parts of one frame", client_frame(opcode::text, std::string(600'000, 'x'), false) +
                                      client_frame(opcode::more, std::string(600'000, 'x'), false)},
      {"a million messages to come", text_frame("999999")},
      {"no message at all", text_frame("000000")},
      {"not JSON", text_frame("1000000")},
      {"no object", text_frame("[1]")},
      {"no envelope", text_frame(R"({"t":"d"})")},
      {"a number for text", text_frame(R"({"t":5,"d":{}})")},
      {"deep", text_frame(std::string(900'000, '['))},
      {"deep and whole", text_frame(R"({"t":"d","d":)" + std::string(400'000, '[') +
                                    std::string(400'000, ']') + "}")}};
  int round = 0;
  for (const auto& [name, bytes] : lies) {
    CAPTURE(name);
    wire_client liar(with.server.port());
    liar.frames.raw.send(bytes);
    CHECK(liar.frames.message() == "(end)");
    REQUIRE(good.status("p", {{"p", "/a"}, {"d", ++round}}) == "ok");
  }
  CHECK(with.client.get("/a.json").body == std::to_string(lies.size()));
  CHECK_THAT(log.text(), Contains("what is not the protocol"));
}

TEST_CASE("a message of more frames than ever come holds nobody up") {
  server_fixture with;
  wire_client good(with.server.port(), with.token);
  std::vector<std::unique_ptr<wire_client>> liars;
  for (int i = 0; i < 50; ++i) {
    liars.push_back(std::make_unique<wire_client>(with.server.port()));
    liars.back()->frames.send("16384");
    liars.back()->frames.send("{\"t\":");
  }
  CHECK(good.status("p", {{"p", "/a"}, {"d", std::string(100'000, 'x')}}) == "ok");
}

TEST_CASE("strangers' unfinished messages make room for those who have signed in") {
  const captured_log log;
  server_fixture with;
  wire_client good(with.server.port(), with.token);
  std::vector<std::unique_ptr<wire_client>> strangers;
  const std::string piece = text_frame(std::string(1'000'000, 'x'));
  const auto alive = [](wire_client& one) {
    return one.frames.raw.send(client_frame(opcode::ping, "?")) &&
           one.frames.read().opcode == opcode::pong;
  };
  // 75 MB together.
  for (int i = 0; i < 5; ++i) {
    strangers.push_back(std::make_unique<wire_client>(with.server.port()));
    strangers.back()->frames.send("16");
    for (int k = 0; k < 15; ++k) strangers.back()->frames.raw.send(piece);
  }
  // Longer than what is left, and nobody who has signed in goes for it.
  const std::string value(9'000'000, 'v');
  CHECK(good.status("p", {{"p", "/large"}, {"d", value}}) == "ok");
  CHECK(with.client.get("/large.json").body.size() == value.size() + 2);
  std::size_t left = 0;
  for (const auto& one : strangers) left += alive(*one) ? 1 : 0;
  CHECK(left >= 1);
  CHECK(left <= 4);
  CHECK_THAT(log.text(), Contains("unfinished messages exceed"));
}

TEST_CASE("a message that is too large is refused by its own name, and the client goes on") {
  const captured_log log;
  server_fixture with;
  wire_client client(with.server.port(), with.token);
  CHECK(client.status("p", {{"p", "/a"}, {"d", std::string(17u << 20, 'x')}}) == "write_too_big");
  CHECK(client.status("p", {{"p", "/a"}, {"d", 1}}) == "ok");
  CHECK_THAT(log.text(), Contains("too much at once"));
}

TEST_CASE("paths lead nowhere but into the tree") {
  outcry::test::temp_dir outside;
  const auto folder = outside.path() / "page";
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "index.html") << "<!doctype html><title>page</title>";
  std::ofstream(outside.path() / "secret.json") << R"("the secret")";
  outcry::firebase::local::server::options opts;
  opts.page = folder;
  server_fixture with(opts);
  REQUIRE(with.client.put("/a.json", "1").status == 200);
  const std::string nul = std::string("/a%00b") + ".json";
  const std::vector<std::string> refused = {
      "/../secret.json",
      "/a/../../secret.json",
      "/%2e%2e/secret.json",
      "/%2E%2E%2Fsecret.json",
      "/..%2fsecret.json",
      "/..%5csecret.json",
      "/./a.json",
      "/a%2eb.json",
      "/a%2fb.json",
      "/a%5b0%5d.json",
      "/a%23b.json",
      "/$a.json",
      "/a%24.json",
      nul,
      "/a%0d%0ab.json",
      "/a%7f.json",
      "/%zz.json",
      "/%.json",
      "/" + std::string(769, 'k') + ".json",
      "/" + std::string(70'000, 'k') + ".json",
      "/.priority/a.json",
      "a.json",
      "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/1/2/3/4/5/6/7.json"};
  for (const std::string& target : refused) {
    CAPTURE(target.substr(0, 100));
    const std::string got = ask_raw(with, "GET", target);
    CHECK_THAT(got, StartsWith("HTTP/1.1 4") && !Contains("the secret"));
    CHECK_THAT(ask_raw(with, "PUT", target, "2"), StartsWith("HTTP/1.1 4"));
  }
  // Empty parts are none, as with the real service.
  CHECK_THAT(ask_raw(with, "PUT", "//b///c.json", "2"), StartsWith("HTTP/1.1 200"));
  CHECK(with.client.get("/.json").body == R"({"a":1,"b":{"c":2}})");
  for (const char* target : {"/../secret.json", "/%2e%2e/secret.json", "/..%2f..%2fsecret.json",
                             "/page/../../secret.json", "/%00", "/../firebase.db"}) {
    const std::string got = ask_raw(with, "GET", target);
    CHECK_THAT(got, !Contains("the secret") && !Contains("SQLite"));
  }

  wire_client client(with.server.port(), with.token);
  const std::vector<std::string> wire_paths = {"/../secret",
                                               "/a/./b",
                                               "/a.b",
                                               "/a#b",
                                               "/a$b",
                                               "/a[0]",
                                               std::string("/a\0b", 4),
                                               "/a\x01"
                                               "b",
                                               "/a\x7f",
                                               "/" + std::string(769, 'k'),
                                               "/" + std::string(200'000, 'k')};
  for (const std::string& path : wire_paths) {
    CAPTURE(path.substr(0, 100));
    CHECK(client.status("p", {{"p", path}, {"d", 2}}) == "failure");
    CHECK(client.status("m", {{"p", "/"}, {"d", {{path.substr(1), 2}}}}) == "failure");
    CHECK(client.status("q", {{"p", path}, {"h", ""}}) == "failure");
    CHECK(client.status("o", {{"p", path}, {"d", 2}}) == "failure");
  }
  CHECK(with.client.get("/.json").body == R"({"a":1,"b":{"c":2}})");
}

TEST_CASE("names that mean something in other languages are names like others") {
  server_fixture with;
  wire_client listener(with.server.port(), with.token);
  REQUIRE(listener.status("q", {{"p", "/"}, {"h", ""}}) == "ok");
  listener.next_push();
  const json tree = R"({"__proto__":{"admin":true,"toString":1},"constructor":{"prototype":{"x":1}},
    "hasOwnProperty":true,"length":5,"then":{"then":1},"toJSON":"x","valueOf":false})"_json;
  REQUIRE(with.client.put("/.json", tree.dump()).status == 200);
  CHECK(listener.next_push()["b"]["d"] == tree);
  CHECK(json::parse(with.client.get("/.json").body) == tree);
  CHECK(with.client.patch("/.json", R"({"__proto__/admin":false,"constructor/name":"y"})").status ==
        200);
  CHECK(listener.next_push()["b"]["d"] ==
        R"({"__proto__/admin":false,"constructor/name":"y"})"_json);
  CHECK(with.client.get("/__proto__/admin.json").body == "false");
  CHECK(with.client.get("/constructor/prototype/x.json").body == "1");
  CHECK(with.client.get("/.json?orderBy=%22$key%22&equalTo=%22__proto__%22").body ==
        R"({"__proto__":{"admin":false,"toString":1}})");
  CHECK(with.client.get("/isPrototypeOf.json").body == "null");
}
