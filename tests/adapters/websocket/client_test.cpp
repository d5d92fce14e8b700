#include "adapters/websocket/client.hpp"

#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/test_pki.hpp"
#include "tests/adapters/websocket/talk_server.hpp"
#include "tests/support/held_port.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::websocket::test {

using outcry::test::talk_server;

namespace {

/// A client and what it heard.
struct ear {
  std::unique_ptr<client> it;
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  std::vector<std::string> texts;
  std::vector<std::string> binaries;
  std::optional<close_info> end;
  int ends = 0;

  void connect(const std::string& url, client_options options = {}) {
    client_handlers to;
    to.on_open = [this] { note([&] { open = true; }); };
    to.on_message = [this](bool binary, std::string_view bytes) {
      note([&] { (binary ? binaries : texts).emplace_back(bytes); });
    };
    to.on_close = [this](const close_info& info) {
      note([&] {
        end = info;
        ++ends;
      });
    };
    it = std::make_unique<client>(url, std::move(options), std::move(to));
  }
  void connect(const talk_server& server, client_options options = {}) {
    connect("ws://127.0.0.1:" + std::to_string(server.port()) + "/path?a=b", std::move(options));
  }
  template <class Call>
  void note(Call call) {
    {
      const std::lock_guard lock(mutex);
      call();
    }
    changed.notify_all();
  }
  template <class Wanted>
  bool wait(Wanted wanted) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), wanted);
  }
  bool wait_open() {
    return wait([&] { return open || end; }) && open;
  }
  bool wait_end() {
    return wait([&] { return end.has_value(); });
  }
  bool wait_text(const std::string& text) {
    return wait([&] { return !texts.empty() && texts.back() == text; });
  }
};

}  // namespace

TEST_CASE("WebSocket: texts and binaries of all sizes, whole and in pieces") {
  talk_server server;
  ear e;
  e.connect(server, {.headers = {{"X-Own", "7"}}, .user_agent = "tester"});
  REQUIRE(e.wait_open());
  const auto head = server.handshake();
  CHECK(head.starts_with("GET /path?a=b HTTP/1.1\r\n"));
  CHECK(head.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n") !=
        std::string::npos);
  CHECK(head.find("X-Own: 7\r\n") != std::string::npos);
  CHECK(head.find("User-Agent: tester\r\n") != std::string::npos);
  for (const std::size_t size : {1, 125, 126, 65535, 65536, 300000}) {
    const std::string text(size, 'z');
    REQUIRE(e.it->send(text));
    CHECK(e.wait_text(text));
  }
  e.it->send("pieces");
  CHECK(e.wait_text("one two three"));
  e.it->send("binary 70000");
  CHECK(e.wait([&] { return e.binaries.size() == 1 && e.binaries[0].size() == 70000; }));
  e.it->send("ping");
  CHECK(e.wait_text("ponged mark"));
  e.it->close(4000, "enough");
  REQUIRE(e.wait_end());
  CHECK(server.closed() == 4000);
  CHECK(e.end->opened);
  CHECK(e.end->error == "");
  CHECK_FALSE(e.it->send("too late"));
}

TEST_CASE("WebSocket: what is sent comes in order, and before the close") {
  talk_server server;
  ear e;
  e.connect(server);
  REQUIRE(e.wait_open());
  for (int i = 0; i < 200; ++i) REQUIRE(e.it->send(std::to_string(i)));
  REQUIRE(e.wait([&] { return e.texts.size() == 200; }));
  for (int i = 0; i < 200; ++i) CHECK(e.texts[static_cast<std::size_t>(i)] == std::to_string(i));
  for (int i = 0; i < 50; ++i) e.it->send("last");
  e.it->close(4001);
  CHECK(server.closed() == 4001);
}

TEST_CASE("WebSocket: the peer's close code and words") {
  talk_server server;
  ear e;
  e.connect(server);
  REQUIRE(e.wait_open());
  e.it->send("close 4014");
  REQUIRE(e.wait_end());
  CHECK(e.end->code == 4014);
  CHECK(e.end->reason == "as told");
  CHECK(e.end->error == "");
  CHECK(e.ends == 1);
}

TEST_CASE("WebSocket: a connection that is cut, also in the middle of a frame") {
  talk_server server;
  ear e;
  e.connect(server);
  REQUIRE(e.wait_open());
  e.it->send(GENERATE("cut", "half"));
  REQUIRE(e.wait_end());
  CHECK(e.end->code == 0);
  CHECK(e.end->opened);
  CHECK(e.end->error.starts_with("receiving: "));
  CHECK(e.texts.empty());
}

TEST_CASE("WebSocket: a message beyond the bound ends the connection") {
  talk_server server;
  ear e;
  e.connect(server, {.max_message_bytes = 1000});
  REQUIRE(e.wait_open());
  e.it->send("binary 1000");
  REQUIRE(e.wait([&] { return e.binaries.size() == 1; }));
  e.it->send("binary 1001");
  REQUIRE(e.wait_end());
  CHECK_FALSE(e.end->error.empty());
  CHECK(e.binaries.size() == 1);
}

TEST_CASE("WebSocket: what waits to be sent is bounded") {
  talk_server server;
  ear e;
  e.connect(server, {.max_queued_bytes = 100});
  REQUIRE(e.wait_open());
  CHECK_FALSE(e.it->send(std::string(101, 'x')));
  CHECK(e.it->send(std::string(100, 'x')));
}

TEST_CASE("WebSocket: silence of the peer ends the connection") {
  talk_server server;
  ear e;
  e.connect(server, {.idle_timeout = std::chrono::milliseconds(100)});
  REQUIRE(e.wait_open());
  e.it->send("deaf");
  REQUIRE(e.wait_end());
  CHECK(e.end->error.find("receiving") == 0);
}

TEST_CASE("WebSocket: a close that is not answered ends in time") {
  talk_server server;
  ear e;
  e.connect(server, {.close_timeout = std::chrono::milliseconds(20)});
  REQUIRE(e.wait_open());
  e.it->send("deaf");
  e.it->close(4000);
  REQUIRE(e.wait_end());
  CHECK(e.end->error == "the peer did not answer the close");
}

TEST_CASE("WebSocket: connections that do not come about") {
  talk_server server;
  ear e;
  SECTION("refused") {
    const outcry::test::held_port nobody;
    e.connect("ws://127.0.0.1:" + std::to_string(nobody.number()));
    REQUIRE(e.wait_end());
    CHECK(e.end->error.starts_with("connecting to 127.0.0.1: "));
  }
  SECTION("another answer") {
    server.refuse(429);
    e.connect(server);
    REQUIRE(e.wait_end());
    CHECK(e.end->error == "the server answered HTTP 429 instead of a WebSocket");
  }
  SECTION("no answer") {
    server.ignore();
    e.connect(server, {.connect_timeout = std::chrono::milliseconds(50)});
    REQUIRE(e.wait_end());
    CHECK(e.end->error.starts_with("the handshake: "));
  }
  SECTION("no such name") {
    e.connect("wss://no-such-host.invalid/");
    REQUIRE(e.wait_end());
    CHECK(e.end->error.starts_with("no address for no-such-host.invalid: "));
  }
  SECTION("closed by us before") {
    server.ignore();
    e.connect(server);
    server.handshake();
    e.it->close(4000);
    REQUIRE(e.wait_end());
    CHECK(e.end->error == "closed before it was open");
  }
  CHECK_FALSE(e.end->opened);
  CHECK(e.end->code == 0);
}

TEST_CASE("WebSocket: a client can be destroyed at any time, and says nothing then") {
  const std::string how = GENERATE("at once", "unanswered", "open", "deaf");
  INFO(how);
  // A server for each: the one destroyed at once may still have been heard.
  talk_server server;
  if (how == "unanswered") server.ignore();
  ear e;
  e.connect(server);
  if (how == "unanswered") REQUIRE_FALSE(server.handshake().empty());
  if (how == "open" || how == "deaf") REQUIRE(e.wait_open());
  if (how == "deaf") e.it->send("deaf");
  e.it.reset();
  CHECK(e.ends == 0);
}

TEST_CASE("WebSocket: addresses that are refused, without their secrets") {
  ear e;
  for (const std::string url :
       {"http://x/", "ws://example.org/SECRET", "ws://10.0.0.1/", "wss://u:SECRET@x/", "wss:///x",
        "wss://x:0/", "wss://x:70000/", "wss://x:/", "wss://x/a b", "wss://"}) {
    INFO(url);
    CHECK_THROWS_AS(e.connect(url), std::invalid_argument);
    CHECK_THROWS_WITH(e.connect(url), !Catch::Contains("SECRET"));
  }
  CHECK_THROWS_WITH(e.connect("wss://localhost:1/", {.ca_file = "/no/such/file"}),
                    Catch::Contains("/no/such/file"));
}

TEST_CASE("WebSocket over TLS: only with a certificate that is trusted and names the host") {
  using namespace outcry::test;
  temp_dir folder;
  const auto key = make_rsa_key();
  const auto names = GENERATE("IP:127.0.0.1", "DNS:localhost");
  const auto certificate = self_signed(key.get(), names);
  const auto ca_file = folder.file("ca.pem");
  std::ofstream(ca_file) << certificate_pem(certificate.get());
  const auto context = server_context(key.get(), certificate.get());
  talk_server server(context.get());
  const bool by_name = std::string(names) == "DNS:localhost";
  const auto port = std::to_string(server.port());
  const auto right = std::string("wss://") + (by_name ? "localhost:" : "127.0.0.1:") + port;
  const auto wrong = std::string("wss://") + (by_name ? "127.0.0.1:" : "localhost:") + port;

  ear trusted;
  trusted.connect(right, {.ca_file = ca_file});
  REQUIRE(trusted.wait_open());
  trusted.it->send(std::string(100000, 's'));
  CHECK(trusted.wait_text(std::string(100000, 's')));
  trusted.it->close(4000);
  CHECK(server.closed() == 4000);
  trusted.it.reset();

  ear stranger;
  stranger.connect(right);
  REQUIRE(stranger.wait_end());
  CHECK(stranger.end->error.find("certificate verify failed") != std::string::npos);
  CHECK_FALSE(stranger.open);

  ear other_name;
  other_name.connect(wrong, {.ca_file = ca_file});
  REQUIRE(other_name.wait_end());
  CHECK(other_name.end->error.find("certificate verify failed") != std::string::npos);
}

}  // namespace outcry::websocket::test
