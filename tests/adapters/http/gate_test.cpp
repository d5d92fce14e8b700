#include "adapters/http/gate.hpp"

#include <catch2/catch.hpp>

namespace http = outcry::http;

namespace {

const http::gate& gate() {
  static const http::gate made({{"firebase", "box:9000"}, {"https://phone.example"}});
  return made;
}

int status(const std::string& host, const std::string& origin = {},
           const std::string& method = "GET") {
  http::request asked;
  asked.method = method;
  asked.headers.push_back({"host", host});
  if (!origin.empty()) asked.headers.push_back({"ORIGIN", origin});
  if (method == "OPTIONS") asked.headers.push_back({"Access-Control-Request-Method", "PUT"});
  const auto refused = gate().refuse(asked);
  return refused ? refused->status : 200;
}

}  // namespace

TEST_CASE("only known hosts are served") {
  for (const char* host : {"localhost", "LOCALHOST:9000", "127.0.0.1:1", "[::1]", "[::1]:9000",
                           "firebase", "firebase:80", "box:9000"}) {
    INFO(host);
    CHECK(status(host) == 200);
  }
  for (const char* host :
       {"evil.example", "localhost.evil.example", "box", "box:9001", "", "localhost:9000:1",
        "localhost:", "localhost:9x", "[::1", "127.0.0.2", "localhost@evil.example"}) {
    INFO(host);
    CHECK(status(host) == 403);
  }
  CHECK(gate().refuse({})->status == 403);
}

TEST_CASE("only known origins are served, and get CORS headers") {
  for (const char* origin :
       {"http://localhost:5173", "https://127.0.0.1", "http://firebase", "https://phone.example"}) {
    INFO(origin);
    CHECK(status("localhost", origin) == 200);
    CHECK(status("localhost", origin, "OPTIONS") == 204);
  }
  for (const char* origin : {"http://evil.example", "null", "https://phone.example.evil",
                             "http://phone.example", "file://", "http://localhost/"}) {
    INFO(origin);
    CHECK(status("localhost", origin) == 403);
    CHECK(status("localhost", origin, "OPTIONS") == 403);
  }
  http::request asked;
  CHECK(gate().cors_headers(asked).empty());
  asked.headers.push_back({"Origin", "http://localhost"});
  CHECK(gate().cors_headers(asked).front().value == "http://localhost");
}

TEST_CASE("hosts that come and go are served while they are there") {
  const auto more = std::make_shared<http::host_list>();
  const http::gate made({{}, {}, more});
  const auto served = [&](const char* host, const char* origin) {
    http::request asked;
    asked.headers = {{"Host", host}, {"Origin", origin}};
    return !made.refuse(asked);
  };
  CHECK_FALSE(served("192.168.1.20:9000", "https://192.168.1.20:9000"));
  more->set({"192.168.1.20:9000", "[fd00::1]:9000"});
  CHECK(served("192.168.1.20:9000", "https://192.168.1.20:9000"));
  CHECK(served("[fd00::1]:9000", "https://localhost"));
  CHECK_FALSE(served("192.168.1.20", "https://192.168.1.20:9000"));
  CHECK_FALSE(served("192.168.1.20:9001", "https://192.168.1.20:9000"));
  // Another server of the same machine.
  CHECK_FALSE(served("192.168.1.20:9000", "https://192.168.1.20:8080"));
  more->set({});
  CHECK_FALSE(served("192.168.1.20:9000", "https://192.168.1.20:9000"));
  CHECK(served("localhost", "https://localhost"));
}
