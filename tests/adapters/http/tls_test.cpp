#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/http/certificate.hpp"
#include "adapters/http/server.hpp"
#include "adapters/websocket/client.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/http/socket_server.hpp"
#include "tests/adapters/http/tls_client.hpp"
#include "tests/support/temp_dir.hpp"

namespace http = outcry::http;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using outcry::test::raw_client;
using outcry::test::socket_server;
using outcry::test::temp_dir;
using outcry::test::tls_client;

namespace {

/// A certificate in a folder of its own, made anew for each test.
struct certificate {
  explicit certificate(const std::string& name = "one") {
    files = {folder.path() / (name + ".crt"), folder.path() / (name + ".key")};
    http::own_certificate wanted;
    wanted.files = files;
    wanted.names = {"localhost", "127.0.0.1"};
    http::ensure_certificate(wanted);
  }
  http::options options() const {
    http::options opts;
    opts.tls = files;
    return opts;
  }
  tls_client::options trust() const {
    tls_client::options opts;
    opts.trusted = files.certificate.string();
    return opts;
  }
  temp_dir folder;
  http::tls_files files;
};

void echo(const http::request& asked, const http::responder& to) {
  if (asked.path != "/stream") return to.respond({200, {}, asked.path + asked.body});
  const auto writer = to.start_stream({200, {}, ""});
  writer.write("one");
  writer.write("two");
  writer.close();
}

std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost:9000\r\n" + more + "\r\n";
}

}  // namespace

TEST_CASE("requests of all sizes are answered over TLS") {
  const certificate made;
  http::server server(made.options(), echo);
  tls_client client(server.port(), made.trust());
  CHECK(client.version() == "TLSv1.3");
  client.send(get("/first") + get("/second"));
  CHECK_THAT(client.read_response(), StartsWith("HTTP/1.1 200") && Contains("/first"));
  CHECK_THAT(client.read_response(), Contains("/second"));
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i);
  client.send("POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  const std::string answer = client.read_response();
  CHECK(answer.substr(answer.find("\r\n\r\n") + 4) == "/big" + body);
  client.send(get("/last", "Connection: close\r\n"));
  CHECK_THAT(client.read_all(), Contains("/last") && !Contains("(cut)"));
}

TEST_CASE("a stream is sent over TLS and ended properly") {
  const certificate made;
  http::server server(made.options(), echo);
  tls_client client(server.port(), made.trust());
  client.send(get("/stream"));
  const std::string all = client.read_all();
  CHECK_THAT(all, Contains("one") && Contains("two") && Contains("\r\n0\r\n\r\n"));
  CHECK_THAT(all, !Contains("(cut)"));
}

TEST_CASE("the certificate is for the names it was made for") {
  const certificate made;
  http::server server(made.options(), echo);
  auto trust = made.trust();
  trust.name = "127.0.0.1";
  CHECK_NOTHROW(tls_client(server.port(), trust));
  trust.name = "elsewhere.example";
  CHECK_THROWS_WITH(tls_client(server.port(), trust), Contains("ostname mismatch"));
}

TEST_CASE("TLS 1.2 is good enough and 1.1 is not") {
  const certificate made;
  http::server server(made.options(), echo);
  auto trust = made.trust();
  trust.newest = TLS1_2_VERSION;
  CHECK(tls_client(server.port(), trust).version() == "TLSv1.2");
  trust.newest = TLS1_1_VERSION;
  CHECK_THROWS_WITH(tls_client(server.port(), trust), Contains("alert protocol version"));
}

TEST_CASE("WebSockets work over TLS") {
  const certificate made;
  socket_server with_sockets(made.options());
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> heard;
  bool open = false;
  int code = -1;
  outcry::websocket::client_options opts;
  opts.ca_file = made.files.certificate.string();
  outcry::websocket::client_handlers handlers;
  handlers.on_open = [&] {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  };
  handlers.on_message = [&](bool, std::string_view text) {
    const std::lock_guard lock(mutex);
    heard.emplace_back(text);
    changed.notify_all();
  };
  handlers.on_close = [&](const outcry::websocket::close_info& info) {
    const std::lock_guard lock(mutex);
    code = info.code;
    changed.notify_all();
  };
  outcry::websocket::client client(
      "wss://localhost:" + std::to_string(with_sockets.port()) + "/echo", opts, handlers);
  const auto wait = [&](const auto& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), condition);
  };
  REQUIRE(wait([&] { return open; }));
  const std::string large(500'000, 'x');
  REQUIRE(client.send("small"));
  REQUIRE(client.send(large));
  REQUIRE(wait([&] { return heard.size() == 2; }));
  CHECK(heard[0] == "small");
  CHECK(heard[1] == large);
  with_sockets.accepted("/echo").close();
  REQUIRE(wait([&] { return code != -1; }));
  CHECK(code == 1000);
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("plain HTTP on the port of TLS is sent to https, or told") {
  const certificate made;
  socket_server with_sockets(made.options());
  const auto ask = [&](const std::string& bytes) {
    raw_client client(with_sockets.port());
    client.send(bytes);
    return client.read_all();
  };
  CHECK_THAT(ask(get("/page?x=1")),
             StartsWith("HTTP/1.1 307") &&
                 Contains("\r\nLocation: https://localhost:9000/page?x=1\r\n") &&
                 Contains("This port speaks HTTPS"));
  CHECK_THAT(ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"),
             StartsWith("HTTP/1.1 400") && Contains("This port speaks HTTPS"));
  CHECK_THAT(ask("GET / HTTP/1.1\r\nHost: evil/..\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  CHECK_THAT(ask("GET / HTTP/1.0\r\n\r\n"), Contains(" 400 "));
  CHECK_THAT(ask(get("/echo", "Connection: Upgrade\r\nUpgrade: websocket\r\n")),
             StartsWith("HTTP/1.1 400"));
  CHECK_THAT(ask("NONSENSE\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_CASE("who does not finish the handshake of TLS is cut off, and nobody else") {
  const certificate made;
  auto opts = made.options();
  SECTION("in time") {
    opts.tls_timeout = std::chrono::milliseconds(50);
    http::server server(opts, echo);
    raw_client silent(server.port());
    raw_client slow(server.port());
    slow.send(std::string("\x16\x03\x01\x01\x00\x01", 6));
    CHECK(silent.read_all().empty());
    CHECK(slow.read_all().empty());
  }
  SECTION("at all") {
    http::server server(opts, echo);
    raw_client broken(server.port());
    broken.send(std::string("\x16\x03\x01\x00\x20", 5) + std::string(1000, 'x'));
    CHECK_THAT(broken.read_all(), !Contains("(open)") && !Contains("HTTP"));
    tls_client client(server.port(), made.trust());
    client.send(get("/fine"));
    CHECK_THAT(client.read_response(), Contains("/fine"));
  }
}

TEST_CASE("another certificate can be taken while the server runs") {
  const certificate first;
  const certificate second;
  http::server server(first.options(), echo);
  tls_client before(server.port(), first.trust());
  CHECK(before.fingerprint() == http::read_certificate(first.files.certificate).fingerprint);
  CHECK_THROWS_WITH(server.use_tls({first.folder.path() / "none", first.files.key}),
                    Contains("none"));
  server.use_tls(second.files);
  tls_client after(server.port(), second.trust());
  CHECK(after.fingerprint() == http::read_certificate(second.files.certificate).fingerprint);
  before.send(get("/still"));
  CHECK_THAT(before.read_response(), Contains("/still"));
  http::server plain({}, echo);
  CHECK_THROWS_AS(plain.use_tls(first.files), std::logic_error);
}

TEST_CASE("a certificate that cannot be used is named") {
  const certificate made;
  const certificate other;
  const auto start = [](const http::tls_files& files) {
    http::options opts;
    opts.tls = files;
    http::server server(opts, echo);
  };
  CHECK_THROWS_WITH(start({made.folder.path() / "missing.crt", made.files.key}),
                    Contains("certificate") && Contains("missing.crt"));
  CHECK_THROWS_WITH(start({made.files.certificate, made.folder.path() / "missing.key"}),
                    Contains("key") && Contains("missing.key"));
  CHECK_THROWS_WITH(start({made.files.certificate, other.files.key}), Contains("one.key"));
  std::ofstream(made.folder.path() / "nonsense") << "nonsense";
  CHECK_THROWS_WITH(start({made.folder.path() / "nonsense", made.files.key}),
                    Contains("nonsense") && Contains("PEM"));
}
