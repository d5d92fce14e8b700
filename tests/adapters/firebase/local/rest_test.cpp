#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/firebase/local/server_fixture.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nlohmann::json;
using outcry::test::rest_client;
using outcry::test::server_fixture;

namespace {

/// The text of an error body, or what came instead.
std::string error_of(const rest_client::answer& got) {
  const json body = json::parse(got.body, nullptr, false);
  return body.is_object() && body.contains("error") ? body["error"].get<std::string>()
                                                    : "(no error) " + got.body;
}

}  // namespace

TEST_CASE("the five verbs") {
  server_fixture with;
  rest_client& client = with.client;
  CHECK(client.get("/a.json").body == "null");
  auto got = client.put("/a.json", R"({"x":1,"gone":null,"list":["p","q"],"e":{}})");
  CHECK(got.status == 200);
  CHECK(got.body == R"({"list":["p","q"],"x":1})");
  CHECK_THAT(got.headers["content-type"], StartsWith("application/json"));
  CHECK(client.get("/a/list/1.json").body == R"("q")");

  got = client.patch("/a.json", R"({"x":null,"y/deep/er":true,"list/0":"P"})");
  CHECK(got.status == 200);
  CHECK(json::parse(got.body) == json::parse(R"({"x":null,"y/deep/er":true,"list/0":"P"})"));
  CHECK(client.get("/.json").body == R"({"a":{"list":["P","q"],"y":{"deep":{"er":true}}}})");

  got = client.ask("POST", "/log.json", R"("first")");
  CHECK(got.status == 200);
  const std::string name = json::parse(got.body).at("name");
  CHECK(name.size() == 20);
  CHECK(client.get("/log/" + name + ".json").body == R"("first")");

  got = client.ask("DELETE", "/a/list.json");
  CHECK(got.status == 200);
  CHECK(got.body == "null");
  CHECK(client.get("/a.json").body == R"({"y":{"deep":{"er":true}}})");
  CHECK(client.ask("HEAD", "/a.json").headers["content-length"] == "26");
  CHECK(client.ask("POST", "/a/y.json", "5", {"X-HTTP-Method-Override: PUT"}).body == "5");
  CHECK(client.get("/a.json").body == R"({"y":5})");
}

TEST_CASE("print and shallow") {
  server_fixture with;
  rest_client& client = with.client;
  auto got = client.put("/a.json?print=silent", R"({"b":{"c":1},"d":2})");
  CHECK(got.status == 204);
  CHECK(got.body.empty());
  CHECK(client.get("/a.json?print=silent").status == 204);
  CHECK(client.get("/a.json?print=pretty").body ==
        "{\n  \"b\": {\n    \"c\": 1\n  },\n  \"d\": 2\n}");
  CHECK(client.get("/a.json?shallow=true").body == R"({"b":true,"d":true})");
  CHECK(client.get("/a/d.json?shallow=true").body == "2");
  CHECK(client.get("/none.json?shallow=true").body == "null");
  CHECK(client.get("/a.json?shallow=true&orderBy=%22$key%22").status == 400);
  CHECK(client.get("/a.json?print=nice").status == 400);
  client.put("/list.json", "[1,2]");
  CHECK(client.get("/list.json?format=export").body == R"({"0":1,"1":2})");
}

TEST_CASE("server values") {
  server_fixture with;
  rest_client& client = with.client;
  CHECK(client.put("/at.json", R"({".sv":"timestamp"})").body ==
        std::to_string(server_fixture::now));
  CHECK(client.patch("/n.json", R"({"a":{".sv":{"increment":2}}})").body == R"({"a":2})");
  CHECK(client.patch("/n.json", R"({"a":{".sv":{"increment":-0.5}}})").body == R"({"a":1.5})");
  CHECK(client.get("/n.json").body == R"({"a":1.5})");
  CHECK(client.put("/n/a.json", R"({".sv":{"increment":0.5}})").body == "2");
}

TEST_CASE("increments that meet are all counted") {
  server_fixture with;
  constexpr int threads = 4;
  constexpr int times = 50;
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      rest_client client(with.server.port(), with.token);
      for (int k = 0; k < times; ++k) client.put("/n.json", R"({".sv":{"increment":1}})");
    });
  }
  for (std::thread& one : running) one.join();
  CHECK(with.client.get("/n.json").body == std::to_string(threads * times));
}

TEST_CASE("etags guard a value against others' changes") {
  server_fixture with;
  rest_client& client = with.client;
  const auto etag = [&] {
    return client.ask("GET", "/a.json", {}, {"X-Firebase-ETag: true"}).headers["etag"];
  };
  const auto guarded = [&](const std::string& method, const std::string& tag,
                           const std::string& target = "/a.json") {
    return client.ask(method, target, R"({"v":1})", {"if-match: " + tag});
  };
  CHECK(etag() == "null_etag");
  CHECK(client.get("/a.json").headers.count("etag") == 0);
  CHECK(guarded("PUT", "null_etag").status == 200);
  auto got = guarded("PUT", "null_etag");
  CHECK(got.status == 412);
  CHECK(got.body == R"({"v":1})");
  const std::string tag = got.headers["etag"];
  CHECK(tag == etag());
  got = client.ask("PUT", "/a.json", R"({"v":2})", {"if-match: " + tag, "X-Firebase-ETag: true"});
  CHECK(got.status == 200);
  CHECK(got.headers["etag"] == etag());
  CHECK(guarded("DELETE", tag).status == 412);
  CHECK(guarded("DELETE", etag()).status == 200);
  CHECK(client.get("/a.json").body == "null");
  CHECK(guarded("PUT", "null_etag", "/a.json?print=silent").status == 400);
  CHECK(guarded("PATCH", "null_etag").status == 400);
  CHECK(client.get("/a.json").body == "null");
}

TEST_CASE("one wins when many create the same thing") {
  server_fixture with;
  std::vector<std::thread> running;
  std::vector<long> status(6);
  for (std::size_t i = 0; i < status.size(); ++i) {
    running.emplace_back([&, i] {
      rest_client client(with.server.port(), with.token);
      status[i] = client.ask("PUT", "/one.json", std::to_string(i), {"if-match: null_etag"}).status;
    });
  }
  for (std::thread& one : running) one.join();
  CHECK(std::count(status.begin(), status.end(), 200) == 1);
  CHECK(std::count(status.begin(), status.end(), 412) == 5);
}

TEST_CASE("queries") {
  server_fixture with;
  rest_client& client = with.client;
  client.put("/d.json", R"({"1":{"h":3},"2":{"h":1,"x":{"y":"b"}},"10":{"h":"tall"},
                            "a":{"h":true},"b":{"x":{"y":"a"}},"c":{"h":{"deep":1}}})");
  const auto keys = [&](const std::string& query) {
    const auto got = client.get("/d.json?" + query);
    if (got.status != 200) return std::to_string(got.status) + " " + error_of(got);
    const json body = json::parse(got.body);
    std::string list;
    if (body.is_array()) {
      for (std::size_t i = 0; i < body.size(); ++i) {
        if (!body[i].is_null()) list += std::to_string(i) + " ";
      }
    } else {
      for (const auto& [key, value] : body.items()) list += key + " ";
    }
    return list;
  };
  // In Firebase's order by "h": b (null), a (true), 2, 1, 10 (string), c (object).
  const std::string h = "orderBy=%22h%22&";
  CHECK(keys(h) == "1 10 2 a b c ");
  CHECK(keys(h + "limitToFirst=2") == "a b ");
  CHECK(keys(h + "limitToLast=2") == "10 c ");
  CHECK(keys(h + "startAt=1&endAt=3") == "1 2 ");
  CHECK(keys(h + "startAfter=1&endAt=3") == "1 ");
  CHECK(keys(h + "startAt=1&endBefore=3") == "2 ");
  CHECK(keys(h + "startAt=1&limitToFirst=1") == "2 ");
  CHECK(keys(h + "equalTo=%22tall%22") == "10 ");
  CHECK(keys(h + "equalTo=null") == "b ");
  CHECK(keys(h + "equalTo=true") == "a ");
  CHECK(keys(h + "endAt=true") == "a b ");
  CHECK(keys(h + "equalTo=false") == "");
  CHECK(keys("orderBy=%22x/y%22&startAt=%22a%22") == "2 b ");
  const std::string key = "orderBy=%22$key%22&";
  CHECK(keys(key + "startAt=%222%22&endAt=%22a%22") == "10 2 a ");
  CHECK(keys(key + "startAfter=%222%22&endBefore=%22a%22") == "10 ");
  CHECK(keys(key + "limitToFirst=2") == "1 2 ");
  CHECK(keys(key + "limitToLast=2") == "b c ");
  CHECK(keys(key + "limitToLast=2&endAt=%22a%22") == "10 a ");
  CHECK(keys(key + "equalTo=%2210%22") == "10 ");
  CHECK(keys(key + "startAt=%22%22") == "1 10 2 a b c ");
  CHECK(client.get("/d/1/h.json?orderBy=%22$key%22").body == "null");
  client.put("/v.json", R"({"a":3,"b":1,"c":2})");
  CHECK(client.get("/v.json?orderBy=%22$value%22&limitToLast=2").body == R"({"a":3,"c":2})");

  CHECK_THAT(keys("limitToFirst=2"), StartsWith("400 orderBy must be defined when other query "
                                                "parameters are defined"));
  CHECK_THAT(keys("equalTo=1"), StartsWith("400 orderBy must be defined"));
  CHECK_THAT(keys("orderBy=h"), StartsWith("400 orderBy must be a valid JSON encoded path"));
  // None has a priority: by key.
  CHECK(keys("orderBy=%22$priority%22&limitToLast=3") == "a b c ");
  CHECK(keys(h + "startAt=1,%22b%22") == "1 10 c ");
  CHECK(keys(h + "equalTo=%22tall%22,%2210%22") == "10 ");
  CHECK_THAT(keys(key + "startAt=%222%22,%22a%22"), StartsWith("400 startAt"));
  CHECK_THAT(keys(h + "startAt=1,2"), StartsWith("400 startAt"));
  CHECK_THAT(keys("orderBy=%22$priority%22&equalTo=true"), StartsWith("400 equalTo"));
  CHECK_THAT(keys(h + "limitToFirst=0"), StartsWith("400"));
  CHECK_THAT(keys(h + "limitToFirst=x"), StartsWith("400"));
  CHECK_THAT(keys(h + "limitToFirst=1&limitToLast=1"), StartsWith("400"));
  CHECK_THAT(keys(h + "equalTo=1&startAt=1"), StartsWith("400"));
  CHECK_THAT(keys(h + "startAt=1&startAfter=1"), StartsWith("400"));
  CHECK_THAT(keys(h + "startAt=tall"), StartsWith("400 startAt"));
  CHECK_THAT(keys(key + "startAt=1"), StartsWith("400 startAt"));
}

TEST_CASE("priorities are written, shown on request and sorted by") {
  server_fixture with;
  rest_client& client = with.client;
  auto got = client.put("/p.json",
                        R"({"a":{".value":1,".priority":2},"b":{".value":5,".priority":1},"c":3})");
  CHECK(got.body == R"({"a":1,"b":5,"c":3})");
  CHECK(client.get("/p.json").body == R"({"a":1,"b":5,"c":3})");
  CHECK(json::parse(client.get("/p.json?format=export").body) ==
        json::parse(R"({"a":{".value":1,".priority":2},"b":{".value":5,".priority":1},"c":3})"));
  CHECK(client.get("/p.json?orderBy=%22$priority%22&startAt=1&limitToFirst=1").body ==
        R"({"b":5})");
  CHECK(client.put("/p/c/.priority.json", R"("x")").body == R"("x")");
  CHECK(client.get("/p/c/.priority.json").body == R"("x")");
  CHECK(
      json::parse(client.get("/p.json?orderBy=%22$priority%22&limitToLast=1&format=export").body) ==
      json::parse(R"({"c":{".value":3,".priority":"x"}})"));
  CHECK(client.put("/p/none/.priority.json", "1").status == 200);
  CHECK(client.get("/p/none/.priority.json").body == "null");
  // The node that gets the priority is made by the same request.
  CHECK(client.patch("/p.json", R"({"d/.priority":3,"d/e":1,"a/.priority":null})").status == 200);
  CHECK(json::parse(client.get("/p/d.json?format=export").body) ==
        json::parse(R"({"e":1,".priority":3})"));
  CHECK(client.get("/p/a.json?format=export").body == "1");
  CHECK(client.patch("/p/d.json", R"({".priority":{".sv":{"increment":4}}})").status == 200);
  CHECK(client.get("/p/d/.priority.json").body == "7");

  CHECK(client.put("/p/a/.priority.json", "true").status == 400);
  CHECK(client.put("/p/a.json", R"({"x":1,".priority":{"y":1}})").status == 400);
  CHECK(client.patch("/p/a/.priority.json", R"({"x":1})").status == 400);
  CHECK(client.ask("POST", "/p/a/.priority.json", "1").status == 400);
  CHECK(client.get("/p/.priority/a.json").status == 400);
  CHECK(client.get("/p/a.json").body == "1");
}

TEST_CASE("bad requests get Firebase's errors and change nothing") {
  server_fixture with;
  rest_client& client = with.client;
  client.put("/a.json", "1");
  const auto refused = [&](const std::string& method, const std::string& target,
                           const std::string& body) {
    const auto got = client.ask(method, target, body);
    return std::to_string(got.status) + " " + error_of(got);
  };
  CHECK_THAT(refused("PUT", "/a.json", "{"), StartsWith("400 Invalid data; couldn't parse JSON"));
  CHECK_THAT(refused("PUT", "/a.json", ""), StartsWith("400 Invalid data"));
  CHECK_THAT(refused("PUT", "/a.json", "\"\xff\""), StartsWith("400 Invalid data"));
  CHECK_THAT(refused("PUT", "/a.json", "NaN"), StartsWith("400"));
  CHECK_THAT(refused("PUT", "/a.json", "1e999"), StartsWith("400"));
  CHECK_THAT(refused("PUT", "/a.json", R"({"b.c":1})"), StartsWith("400 Invalid data"));
  CHECK_THAT(refused("PUT", "/a%2Eb.json", "1"), StartsWith("400 Invalid path"));
  CHECK_THAT(refused("PUT", "/a%2Fb.json", "1"), StartsWith("400 Invalid path"));
  CHECK_THAT(refused("PATCH", "/.json", "5"), StartsWith("400"));
  CHECK_THAT(refused("PATCH", "/.json", R"({"a":1,"a/b":2})"),
             StartsWith("400") && Contains("ancestor"));
  CHECK_THAT(refused("PATCH", "/.json", R"({"b/c":1,"b/c":2,"/b/c/":3})"), StartsWith("400"));
  CHECK_THAT(refused("PATCH", "/.json", R"({"/":1})"), StartsWith("400"));
  CHECK_THAT(refused("GET", "/a", ""), StartsWith("404"));
  CHECK_THAT(refused("TRACE", "/a.json", ""), StartsWith("405"));
  CHECK(client.get("/.json").body == R"({"a":1})");
  CHECK(client.patch("/.json", R"({"a":2,"ab":3})").status == 200);
}

TEST_CASE("nothing is served without a token, to a wrong host or to a foreign page") {
  server_fixture with;
  with.client.put("/a.json", "\"secret\"");
  rest_client nobody(with.server.port(), "");
  const auto ask = [&](const std::string& method, const std::string& target,
                       const std::vector<std::string>& headers = {}) {
    return nobody.ask(method, target, "1", headers);
  };
  for (const char* method : {"GET", "PUT", "PATCH", "POST", "DELETE"}) {
    INFO(method);
    const auto got = ask(method, "/a.json");
    CHECK(got.status == 401);
    CHECK(got.body == R"({"error":"Permission denied"})");
    CHECK(ask(method, "/a.json?auth=wrong").status == 401);
    CHECK(ask(method, "/a.json", {"Authorization: Bearer " + with.token + "x"}).status == 401);
  }
  CHECK(ask("GET", "/a.json", {"Accept: text/event-stream"}).status == 401);
  CHECK(ask("GET", "/a.json?auth=" + with.token).body == "\"secret\"");
  CHECK(ask("GET", "/a.json?access_token=" + with.token).body == "\"secret\"");
  const std::string floor = outcry::http::read_token(with.dir.path() / "floor.token");
  CHECK(ask("GET", "/a.json", {"Authorization: bearer " + floor}).body == "\"secret\"");
  const auto health = ask("GET", "/healthz");
  CHECK(health.status == 200);
  CHECK(health.body == R"({"status":"ok"})");

  const std::string open = "/a.json?auth=" + with.token;
  CHECK(ask("GET", open, {"Host: evil.example"}).status == 403);
  CHECK(ask("GET", open, {"Origin: http://evil.example"}).status == 403);
  CHECK(ask("OPTIONS", open, {"Origin: http://evil.example", "Access-Control-Request-Method: PUT"})
            .status == 403);
  auto got = ask("GET", open, {"Origin: http://localhost:5173"});
  CHECK(got.status == 200);
  CHECK(got.headers["access-control-allow-origin"] == "http://localhost:5173");
  CHECK(ask("GET", open).headers.count("access-control-allow-origin") == 0);
  got = ask("OPTIONS", "/a.json",
            {"Origin: http://localhost:5173", "Access-Control-Request-Method: PUT"});
  CHECK(got.status == 204);
  CHECK_THAT(got.headers["access-control-allow-methods"], Contains("PUT"));
  CHECK(with.client.get("/a.json").body == "\"secret\"");
}

TEST_CASE("a body that is too large is refused") {
  outcry::firebase::local::server::options opts;
  opts.http.max_body = 1000;
  server_fixture with(opts);
  CHECK(with.client.put("/a.json", '"' + std::string(2000, 'x') + '"').status == 413);
  CHECK(with.client.put("/a.json", '"' + std::string(900, 'x') + '"').status == 200);
}
