#include <regex>
#include <string>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/local/server_fixture.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/support/process.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using outcry::test::eventually;
using outcry::test::raw_client;
using outcry::test::rest_client;
using outcry::test::server_fixture;

namespace {

/// A client that polls, as the SDK's script tags do.
class polling {
public:
  explicit polling(const server_fixture& with) : http_(with.server.port(), "") {
    const std::string script = http_.get("/.lp?start=t&cb=1&v=5&ns=outcry").body;
    std::smatch found;
    REQUIRE(std::regex_search(script, found,
                              std::regex("pLPCommand\\('start','([0-9a-f]+)','([0-9a-f]+)'\\)")));
    session_ = "id=" + found[1].str() + "&pw=" + found[2].str();
    greeting = script;
  }

  /// Sends one piece, `data` in base64; the script that answers.
  std::string send(const std::string& data) {
    const std::string piece = "&seg0=" + std::to_string(count_++) + "&ts0=1&d0=" + data;
    return http_.get("/.lp?" + session_ + "&ser=1" + piece).body;
  }

  std::string goodbye() { return http_.ask("POST", "/.lp?disconn=t&" + session_).body; }

  std::string greeting;

private:
  rest_client http_;
  std::string session_;
  int count_ = 0;
};

std::string base64(const std::string& text) {
  static constexpr char letters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push_back(i + k <= text.size() ? letters[bits >> (18 - 6 * k) & 63] : '.');
    }
  }
  return out;
}

std::string request(const std::string& number, const std::string& action, const std::string& body) {
  return base64(R"({"t":"d","d":{"r":)" + number + R"(,"a":")" + action + R"(","b":)" + body +
                "}}");
}

/// The first line of the answer to a WebSocket's handshake.
std::string handshake(const server_fixture& with, const std::string& target,
                      const std::string& headers) {
  raw_client client(with.server.port());
  client.send("GET " + target + " HTTP/1.1\r\n" + headers +
              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  return client.read_to("\r\n");
}

}  // namespace

TEST_CASE("a client that polls signs in, writes, and leaves something for the disconnect") {
  server_fixture with;
  polling client(with);
  CHECK_THAT(client.greeting, Contains(R"("t":"h")") && Contains(R"("v":"5")"));
  CHECK_THAT(client.greeting,
             Contains(R"("h":"127.0.0.1:)" + std::to_string(with.server.port()) + '"'));
  CHECK_THAT(client.send(request("1", "p", R"({"p":"/a","d":1})")), Contains("permission_denied"));
  CHECK_THAT(client.send(request("2", "gauth", R"({"cred":")" + with.token + R"("})")),
             Contains(R"("s":"ok")"));
  CHECK_THAT(client.send(request("3", "p", R"({"p":"/a","d":{"x":1}})")), Contains(R"("s":"ok")"));
  CHECK(with.client.get("/a.json").body == R"({"x":1})");
  CHECK_THAT(client.send(request("4", "o", R"({"p":"/a/gone","d":true})")),
             Contains(R"("s":"ok")"));
  client.goodbye();
  CHECK(eventually([&] { return with.client.get("/a/gone.json").body == "true"; }));
  CHECK_THAT(client.send(request("5", "s", "{}")), Contains("pLPCommand('close'"));
}

TEST_CASE("long-polling refuses what it cannot serve") {
  server_fixture with;
  rest_client client(with.server.port(), "");
  CHECK(client.get("/.lp?start=t&v=5").status == 400);
  CHECK(client.get("/.lp?start=t&v=5&cb=a%22%5D").status == 400);
  CHECK(client.get("/.lp?start=t&v=4&cb=1").status == 400);
  CHECK(client.get("/.lp?id=none&pw=none").body == "pLPCommand('close');");
  CHECK(client.ask("PUT", "/.lp?id=none&pw=none").status == 405);
  CHECK(client.ask("GET", "/.lp?start=t&v=5&cb=1", {}, {"Host: evil.example"}).status == 403);
  CHECK(client.ask("GET", "/.lp?start=t&v=5&cb=1", {}, {"Origin: http://evil.example"}).status ==
        403);
  CHECK_THAT(client.get("/.lp?dframe=t&id=%3Cb%3E&pw=1").body, !Contains("<b>"));
}

TEST_CASE("values of a depth that would take all memory are refused before they are read") {
  server_fixture with;
  const std::string deep(8u << 20, '[');
  CHECK(with.client.put("/a.json", deep).status == 400);
  CHECK(with.client.put("/a.json", R"({"a":"[[[[","b":"\\"}")").status == 400);
  CHECK(with.client.put("/a.json", R"({"a":"[[[[","b":"\""})").status == 200);
}

TEST_CASE("clients that poll are counted out when the server ends") {
  outcry::test::temp_dir dir;
  std::string token;
  {
    server_fixture with;
    polling client(with);
    client.send(request("1", "gauth", R"({"cred":")" + with.token + R"("})"));
    client.send(request("2", "o", R"({"p":"/left","d":true})"));
    with.server.stop();
    std::filesystem::copy(with.dir.path(), dir.path() / "copy",
                          std::filesystem::copy_options::recursive);
    token = with.token;
  }
  outcry::firebase::local::server::options opts;
  opts.data_dir = dir.path() / "copy";
  outcry::firebase::local::server again(opts);
  rest_client reader(again.port(), token);
  CHECK(reader.get("/left.json").body == "true");
}

TEST_CASE("a WebSocket is opened for the protocol only, and for pages that may ask") {
  server_fixture with;
  const std::string host = "Host: localhost\r\n";
  CHECK_THAT(handshake(with, "/.ws?v=5&ns=outcry", host), StartsWith("HTTP/1.1 101"));
  CHECK_THAT(handshake(with, "/.ws?v=4", host), StartsWith("HTTP/1.1 400"));
  CHECK_THAT(handshake(with, "/other?v=5", host), StartsWith("HTTP/1.1 404"));
  CHECK_THAT(handshake(with, "/.ws?v=5", "Host: evil.example\r\n"), StartsWith("HTTP/1.1 403"));
  CHECK_THAT(handshake(with, "/.ws?v=5", host + "Origin: http://evil.example\r\n"),
             StartsWith("HTTP/1.1 403"));
  CHECK_THAT(handshake(with, "/.ws?v=5", host + "Origin: http://localhost:5173\r\n"),
             StartsWith("HTTP/1.1 101"));
}
