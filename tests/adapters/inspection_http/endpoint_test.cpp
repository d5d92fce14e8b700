#include "adapters/inspection_http/endpoint.hpp"

#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/inspection_http/made_view.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::inspection_http;
using namespace outcry::test;

namespace {

struct open_endpoint {
  explicit open_endpoint(bool for_others = false) {
    endpoint::options wanted;
    wanted.door.open = !for_others;
    wanted.door.data_dir = dir.path();
    wanted.door.token = "0123456789abcdef0123456789abcdef";
    at = std::make_unique<endpoint>(wanted, floor.source());
  }

  std::string ask(const std::string& line, const std::string& headers = "Host: localhost\r\n") {
    raw_client client(at->port());
    REQUIRE(client.send(line + " HTTP/1.1\r\n" + headers + "\r\n"));
    return client.read_response();
  }

  temp_dir dir;
  made_source floor;
  std::unique_ptr<endpoint> at;
};

bool begins(const std::string& text, const std::string& with) {
  return text.rfind(with, 0) == 0;
}

}  // namespace

TEST_CASE_METHOD(open_endpoint, "the endpoint answers over HTTP") {
  CHECK(begins(ask("GET /healthz"), "HTTP/1.1 200 "));
  const auto told = ask("GET /metrics");
  CHECK(begins(told, "HTTP/1.1 200 "));
  CHECK(told.find("# TYPE outcry_actors gauge\n") != std::string::npos);
  CHECK(begins(ask("GET /metrics", "Host: evil.example\r\n"), "HTTP/1.1 403 "));
  CHECK(begins(ask("GET /metrics", "Host: localhost\r\nOrigin: http://evil.example\r\n"),
               "HTTP/1.1 403 "));
  CHECK(begins(ask("POST /metrics", "Host: localhost\r\nContent-Length: 0\r\n"), "HTTP/1.1 405 "));
  // A WebSocket needs no Origin check where there is none.
  CHECK_FALSE(
      begins(ask("GET /snapshot",
                 "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                 "Origin: http://evil.example\r\n"),
             "HTTP/1.1 101 "));
}

TEST_CASE("other machines are asked who they are, in both ways") {
  open_endpoint at(true);
  const auto refused = at.ask("GET /metrics");
  CHECK(begins(refused, "HTTP/1.1 401 "));
  CHECK(refused.find("WWW-Authenticate: Basic ") != std::string::npos);
  CHECK(refused.find("WWW-Authenticate: Bearer ") != std::string::npos);
  CHECK(begins(at.ask("GET /metrics",
                      "Host: localhost\r\n"
                      "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n"),
               "HTTP/1.1 200 "));
}

TEST_CASE("an endpoint that ends while a view is being made hangs nowhere") {
  view_sink kept;
  endpoint::options wanted;
  wanted.door.open = true;
  endpoint at(wanted, [&](view_sink to) { kept = std::move(to); });
  raw_client client(at.port());
  REQUIRE(client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  raw_client other(at.port());
  REQUIRE(other.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  CHECK(begins(other.read_response(), "HTTP/1.1 200 "));  // both have been read by now
  at.stop();
  if (kept) kept({nullptr, "too late"});
  CHECK(client.read_all().find("200 OK") == std::string::npos);
}
