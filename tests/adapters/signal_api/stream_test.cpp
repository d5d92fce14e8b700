#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/adapters/signal_api/fake_page.hpp"

using namespace outcry;
using namespace outcry::signal_api;
using test::both_token;
using test::event_reader;
using test::fake_page;
using test::reader_token;
using mood = test::page_world::mood;

namespace {

/// "signal 3 (3)": name, the signal's number, the event's id.
std::string next(event_reader& from) {
  const auto x = from.next();
  if (x.name.empty()) return "end";
  return x.name + ' ' + std::to_string(x.data["id"].get<int>()) + " (" + x.id + ')';
}

}  // namespace

TEST_CASE("a stream tells what the store holds, then what comes") {
  fake_page page;
  REQUIRE(page.world().wait_for_watcher());
  page.world().add_signal("SOL");
  page.world().add_signal("ETH");
  event_reader all{page.port(), "&after=0"};
  CHECK(all.head().find("Content-Type: text/event-stream") != std::string::npos);
  CHECK(next(all) == "signal 1 (1)");
  CHECK(next(all) == "signal 2 (2)");
  page.post("/messages", R"({"text":"call ADA"})");
  const auto third = all.next();
  CHECK(third.id == "3");
  CHECK(third.data == page.get("/signals?after=2").json()["signals"][0]);
  page.world().change(1, signal_state::closed);
  const auto change = all.next();
  CHECK(change.name == "change");
  CHECK(change.id.empty());
  CHECK(change.data["state"] == "closed");
  page.post("/messages", R"({"text":"said SOL"})");
  const auto update = all.next();
  CHECK(update.name == "update");
  CHECK(update.id.empty());
  CHECK(update.data["target_source_id"] == "1");
}

TEST_CASE("a stream is asked for by header or parameter, and goes on behind its last event") {
  fake_page page;
  for (int i = 0; i < 4; ++i) page.world().add_signal("SOL");
  event_reader a{page.port(), "&after=1", "Last-Event-ID: 3\r\n"};
  CHECK(next(a) == "signal 4 (4)");
  event_reader b{page.port(), "&after=2"};
  CHECK(next(b) == "signal 3 (3)");
  test::raw_client c{page.port()};
  c.send("GET /signals?after=3 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
         std::string{reader_token} + "\r\nAccept: text/event-stream\r\n\r\n");
  CHECK(c.read_to("event: signal").find("id: 4") != std::string::npos);
}

TEST_CASE("a stream of one ticker, and of one state") {
  fake_page page;
  REQUIRE(page.world().wait_for_watcher());
  page.world().add_signal("SOL");
  page.world().add_signal("ETH");
  page.world().add_signal("ADA");
  page.world().change(3, signal_state::closed);
  event_reader eth{page.port(), "&after=0&ticker=eth"};
  event_reader closed{page.port(), "&after=0&state=closed"};
  CHECK(next(eth) == "signal 2 (2)");
  // Behind the third the stream has read what was stored: what closes now comes as a change.
  CHECK(next(closed) == "signal 3 (3)");
  page.world().change(1, signal_state::closed);
  CHECK(next(closed) == "change 1 ()");
  page.world().add_signal("SOL");
  page.world().add_signal("ETH");
  CHECK(next(eth) == "signal 5 (5)");
}

TEST_CASE(
    "readers that leave and come back under live inserts miss nothing and see nothing twice") {
  fake_page page{[](bridge_options& x) {
    x.limits.per_peer = x.limits.per_token = {60'000, 1'000, 9};
  }};
  REQUIRE(page.world().wait_for_watcher());
  constexpr int total = 400;
  std::atomic<int> read{0};
  std::thread writer{[&] {
    // Half of them nobody tells of before the next one comes. The writer never runs far ahead, so
    // that readers meet it live and behind.
    for (int i = 1; i <= total; ++i) {
      while (read < i - 50) std::this_thread::yield();
      page.world().add_signal("SOL", i % 2 == 0);
    }
  }};
  std::string last = "0";
  int expected = 1;
  while (expected <= total) {
    event_reader reader{page.port(), "&after=0", "Last-Event-ID: " + last + "\r\n"};
    for (int i = 0; i < 23 && expected <= total; ++i) {
      const auto x = reader.next();
      if (x.name == "change") continue;
      if (x.id != std::to_string(expected)) {
        read = total;
        writer.join();
        FAIL("expected " << expected << ", found " << x.name << ' ' << x.id);
      }
      last = x.id;
      read = expected++;
    }
  }
  writer.join();
  CHECK(expected == total + 1);
}

TEST_CASE("pings keep a stream alive and find what nobody told of") {
  fake_page page{[](bridge_options& x) { x.ping = std::chrono::milliseconds(5); }};
  REQUIRE(page.world().wait_for_watcher());
  event_reader all{page.port(), "&after=0"};
  CHECK(all.ping());
  page.world().forget_watchers();  // as a desk that was restarted
  page.world().add_signal("SOL", false);
  CHECK(next(all) == "signal 1 (1)");
  CHECK(page.world().wait_for_watcher());
}

TEST_CASE("a store that is away delays a stream") {
  fake_page page;
  page.world().set_store(mood::is_down);
  page.world().add_signal("SOL");
  event_reader all{page.port(), "&after=0"};
  page.world().set_store(mood::answers);
  CHECK(next(all) == "signal 1 (1)");
}

TEST_CASE("a token has so many streams, and gets a place back when a reader leaves") {
  fake_page page{[](bridge_options& x) {
    x.limits.streams_per_token = 2;
    x.limits.per_peer = x.limits.per_token = {60'000, 1'000, 9};
  }};
  page.world().add_signal("SOL");
  event_reader kept{page.port(), "&after=0"};
  CHECK(next(kept) == "signal 1 (1)");
  {
    event_reader gone{page.port(), "&after=0"};
    CHECK(next(gone) == "signal 1 (1)");
    const auto third = page.get("/signals?stream=1", reader_token);
    CHECK(third.status == 429);
    CHECK(third.header("Retry-After") == "5");
  }
  // The server hears of it when its socket does.
  for (int i = 0; i < 900; ++i) {
    event_reader again{page.port(), "&after=0"};
    if (again.head().find(" 200 ") != std::string::npos) {
      CHECK(next(again) == "signal 1 (1)");
      return;
    }
  }
  FAIL("the place was never given back");
}

TEST_CASE("a reader that does not read is cut off, others go on") {
  fake_page page{[](bridge_options& x) {
    x.limits.streams_per_token = 2;
    x.max_stream_queue = std::size_t{64} << 10U;
    x.limits.per_peer = x.limits.per_token = {60'000, 1'000, 9};
  }};
  REQUIRE(page.world().wait_for_watcher());
  event_reader good{page.port(), "&after=0"};
  test::raw_client slow{page.port()};
  slow.send("GET /signals?stream=1&after=0 HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " +
            std::string{reader_token} + "\r\n\r\n");
  CHECK(slow.read_to("\r\n\r\n").find(" 200 ") != std::string::npos);
  CHECK(page.get("/signals?stream=1", reader_token).status == 429);
  // What the kernel buffers for the slow one is finite: its place becomes free.
  bool freed = false;
  page.world().pad_calls(20'000);
  for (int i = 1; i <= 10'000 && !freed; ++i) {
    page.world().add_signal("SOL");
    CHECK(next(good) == "signal " + std::to_string(i) + " (" + std::to_string(i) + ')');
    if (i % 50 == 0) {
      event_reader probe{page.port(), ""};
      freed = probe.head().find(" 200 ") != std::string::npos;
    }
  }
  CHECK(freed);
  CHECK(slow.read_all().find("(open)") == std::string::npos);
}
