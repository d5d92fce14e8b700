#include <fstream>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/local/model.hpp"
#include "tests/adapters/firebase/local/server_fixture.hpp"
#include "tests/adapters/http/raw_client.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using outcry::test::json;
using outcry::test::raw_client;
using outcry::test::rest_client;
using outcry::test::server_fixture;

namespace {

/// A stream as a client sees it, chunked encoding taken off line by line.
class listening {
public:
  listening(const server_fixture& with, const std::string& target, const std::string& token)
      : client_(with.server.port()) {
    client_.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" +
                 "Authorization: Bearer " + token + "\r\n\r\n");
    head = client_.read_to("\r\n\r\n");
  }

  struct event {
    std::string name;
    json data;
  };

  event next() {
    const std::string name = client_.read_to("\ndata: ");
    const std::string data = client_.read_to("\n\n");
    const std::size_t at = name.find("event: ");
    if (at == std::string::npos || data.empty()) return {"(end)", nullptr};
    return {name.substr(at + 7, name.size() - at - 14), json::parse(data)};
  }

  std::string rest() { return client_.read_all(); }

  std::string head;

private:
  raw_client client_;
};

}  // namespace

TEST_CASE("a stream begins with the value and goes on with every change") {
  server_fixture with;
  with.client.put("/a.json", R"({"x":1})");
  listening stream(with, "/a.json", with.token);
  CHECK_THAT(stream.head, StartsWith("HTTP/1.1 200") && Contains("text/event-stream"));
  auto event = stream.next();
  CHECK(event.name == "put");
  CHECK(event.data == json::parse(R"({"path":"/","data":{"x":1}})"));
  with.client.put("/a/y.json", "true");
  event = stream.next();
  CHECK(event.name == "put");
  CHECK(event.data == json::parse(R"({"path":"/y","data":true})"));
  with.client.patch("/.json", R"({"a/x":{".sv":"timestamp"},"b":1})");
  event = stream.next();
  CHECK(event.name == "patch");
  CHECK(event.data["data"]["x"] == server_fixture::now);
  with.client.ask("DELETE", "/.json");
  CHECK(stream.next().data == json::parse(R"({"path":"/","data":null})"));
}

TEST_CASE("a query's stream") {
  server_fixture with;
  with.client.put("/m.json", R"({"a":{"state":"sent"},"b":{"state":"done"}})");
  listening stream(with, "/m.json?orderBy=%22state%22&equalTo=%22sent%22", with.token);
  CHECK(stream.next().data["data"] == json::parse(R"({"a":{"state":"sent"}})"));
  with.client.put("/m/b/x.json", "1");
  with.client.put("/m/c.json", R"({"state":"sent"})");
  CHECK(stream.next().data == json::parse(R"({"path":"/c","data":{"state":"sent"}})"));
  with.client.put("/m/a/state.json", "\"working\"");
  CHECK(stream.next().data == json::parse(R"({"path":"/a","data":null})"));
  listening bad(with, "/m.json?equalTo=1", with.token);
  CHECK_THAT(bad.head, StartsWith("HTTP/1.1 400"));
}

TEST_CASE("a stream sees every write behind its first value once and in order") {
  server_fixture with;
  constexpr int writers = 3;
  constexpr int writes = 150;
  std::vector<std::thread> running;
  for (int i = 0; i < writers; ++i) {
    running.emplace_back([&, i] {
      rest_client client(with.server.port(), with.token);
      for (int k = 1; k <= writes; ++k) {
        client.put("/n/" + std::string(1, static_cast<char>('a' + i)) + ".json?print=silent",
                   std::to_string(k));
      }
    });
  }
  // Opened while the writes are under way.
  std::vector<std::unique_ptr<listening>> streams;
  for (int i = 0; i < 5; ++i) {
    streams.push_back(std::make_unique<listening>(with, "/n.json", with.token));
  }
  for (std::thread& one : running) one.join();
  with.client.put("/n/end.json", "true");
  for (const auto& stream : streams) {
    json copy;
    for (;;) {
      const auto event = stream->next();
      REQUIRE(event.name == "put");
      const std::string path = event.data["path"];
      if (path == "/") {
        REQUIRE(copy.is_null());
        copy = event.data["data"].is_null() ? json::object() : event.data["data"];
        continue;
      }
      const std::string key = path.substr(1);
      if (key == "end") break;
      REQUIRE(event.data["data"].get<int>() == copy.value(key, 0) + 1);
      copy[key] = event.data["data"];
    }
    CHECK(copy == json{{"a", writes}, {"b", writes}, {"c", writes}});
  }
}

TEST_CASE("an idle stream is kept alive") {
  outcry::firebase::local::server::options opts;
  opts.keep_alive = std::chrono::milliseconds(20);
  server_fixture with(opts);
  listening stream(with, "/a.json", with.token);
  CHECK(stream.next().name == "put");
  const auto event = stream.next();
  CHECK(event.name == "keep-alive");
  CHECK(event.data.is_null());
}

TEST_CASE("a stream ends when its token is replaced, others go on") {
  server_fixture with;
  const std::string floor = outcry::http::read_token(with.dir.path() / "floor.token");
  listening first(with, "/a.json", with.token);
  listening second(with, "/a.json", floor);
  CHECK(first.next().name == "put");
  CHECK(second.next().name == "put");
  std::ofstream(with.dir.path() / "operator.token") << "another-token-0123456789\n";
  with.server.reload_tokens();
  CHECK(first.next().name == "auth_revoked");
  CHECK_THAT(first.rest(), !Contains("(open)"));
  rest_client client(with.server.port(), "another-token-0123456789");
  CHECK(client.put("/a.json", "1").status == 200);
  CHECK(second.next().data["data"] == 1);
  CHECK(with.client.get("/a.json").status == 401);
}

TEST_CASE("a stream ends when the rules no longer allow it, others go on") {
  outcry::test::temp_dir dir;
  std::ofstream(dir.path() / "rules.json")
      << R"({"rules":{"a":{".read":"root.child('gate').val() === true"}}})";
  outcry::firebase::local::server::options opts;
  opts.rules = dir.path() / "rules.json";
  server_fixture with(opts);
  with.client.put("/gate.json", "true");
  listening anybody(with, "/a.json", "");
  listening floor(with, "/a.json", with.token);
  CHECK(anybody.next().name == "put");
  CHECK(floor.next().name == "put");
  with.server.reload_tokens();
  with.client.put("/a.json", "1");
  CHECK(anybody.next().data["data"] == 1);
  CHECK(floor.next().data["data"] == 1);
  with.client.put("/gate.json", "false");
  with.server.reload_tokens();
  const auto last = anybody.next();
  CHECK(last.name == "cancel");
  CHECK(last.data.is_null());
  CHECK_THAT(anybody.rest(), !Contains("(open)"));
  with.client.put("/a.json", "2");
  CHECK(floor.next().data["data"] == 2);
}

TEST_CASE("a stream's client that does not read is cut off, others get everything") {
  outcry::firebase::local::server::options opts;
  opts.http.max_stream_queue = 1u << 20;
  server_fixture with(opts);
  listening slow(with, "/a.json", with.token);
  listening quick(with, "/a.json", with.token);
  CHECK(quick.next().name == "put");
  const std::string body = '"' + std::string(1u << 18, 'x') + '"';
  // Far more than all buffers between the two ends hold.
  for (int i = 0; i < 80; ++i) {
    with.client.put("/a/b.json?print=silent", body);
    REQUIRE(quick.next().data["path"] == "/b");
  }
  std::string tail = slow.rest();
  CHECK_THAT(tail, !Contains("(open)"));
  CHECK(tail.size() < 80 * body.size());
}
