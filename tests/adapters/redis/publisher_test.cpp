#include "adapters/redis/publisher.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "adapters/redis/numsub.hpp"
#include "adapters/redis/subscriber.hpp"
#include "tests/adapters/redis/redis_fixture.hpp"

using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

/// A publisher and what its callbacks heard, as text.
struct speaker {
  explicit speaker(const std::string& address) {
    options.connection = at(address);
    options.link = quick_link();
    options.on_state = state.callback();
  }

  publisher& start() {
    if (!client) client = std::make_unique<publisher>(options);
    client->start();
    return *client;
  }

  publisher::published note(std::string name) {
    return [this, name](const result<std::int64_t>& reached) {
      heard.add(
          name + " " +
          (reached ? std::to_string(*reached) : std::string(to_string(reached.error().kind))));
    };
  }

  publisher_options options;
  states state;
  seen<std::string> heard;
  std::unique_ptr<publisher> client;
};

}  // namespace

TEST_CASE("a publisher says how many it reached, in order") {
  REQUIRE_REDIS();
  redis_server server;
  auto listener = connect(server);
  REQUIRE(listener.command({"SUBSCRIBE", "a"}));
  speaker mouth(server.url());
  auto& client = mouth.start();
  CHECK(client.publish("a", "1", mouth.note("first")) == submitted::queued);
  CHECK(client.publish("b", "2", mouth.note("second")) == submitted::queued);
  REQUIRE(mouth.heard.wait_count(2));
  CHECK(mouth.heard.all() == std::vector<std::string>{"first 1", "second 0"});
  auto received = listener.read();
  REQUIRE(received);
  CHECK((*received)[2].text() == "1");
}

TEST_CASE("any command goes the same way, an error reaches its own callback") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  auto& client = mouth.start();
  seen<std::string> answers;
  auto note = [&](const result<reply>& answer) {
    answers.add(answer ? std::string(answer->text()) : to_string(answer.error()));
  };
  client.command({"SET", "lease", "me", "PX", "60000", "NX"}, note);
  client.command({"SET", "lease", "other", "PX", "60000", "NX"}, note);
  client.command({"LPUSH", "lease", "x"}, note);
  client.command({"GET", "lease"}, note);
  seen<std::int64_t> counted;
  std::vector<std::string> channels{"a"};
  client.command(numsub(channels), [&](const result<reply>& answer) {
    counted.add(parse_numsub(*answer).value().front().second);
  });
  REQUIRE(counted.wait_count(1));
  auto all = answers.all();
  REQUIRE(all.size() == 4);
  CHECK(all[0] == "OK");
  CHECK(all[1].empty());
  CHECK_THAT(all[2], Catch::StartsWith("server_error: WRONGTYPE"));
  CHECK(all[3] == "me");
  CHECK(counted.all() == std::vector<std::int64_t>{0});
  REQUIRE(client.drain(10s));
  CHECK(client.counters().answered == 5);
  CHECK(client.counters().server_errors == 1);
  CHECK(client.counters().outstanding == 0);
}

TEST_CASE("what is queued leaves in few writes and is all executed in order") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  mouth.client = std::make_unique<publisher>(mouth.options);
  std::atomic<int> answered = 0;
  std::atomic<bool> in_order = true;
  for (int i = 0; i < 20'000; ++i)
    REQUIRE(mouth.client->command({"RPUSH", "list", std::to_string(i)},
                                  [&, i](const result<reply>& answer) {
                                    if (answered++ != i || answer->integer() != i + 1)
                                      in_order = false;
                                  }) == submitted::queued);
  mouth.start();
  REQUIRE(mouth.client->drain(30s));
  CHECK(answered == 20'000);
  CHECK(in_order);
  CHECK(mouth.client->counters().writes < 500);
  auto link = connect(server);
  auto list = link.command({"LRANGE", "list", "0", "-1"});
  REQUIRE(list->size() == 20'000);
  bool sorted = true;
  for (std::size_t i = 0; i < list->size(); ++i)
    sorted = sorted && (*list)[i].text() == std::to_string(i);
  CHECK(sorted);
}

TEST_CASE("commands from many threads keep each thread's order") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  auto& client = mouth.start();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&client, thread] {
      for (int i = 0; i < 2000; ++i)
        client.command({"RPUSH", "list" + std::to_string(thread), std::to_string(i)});
    });
  for (auto& thread : threads) thread.join();
  REQUIRE(client.drain(30s));
  auto link = connect(server);
  for (int thread = 0; thread < 4; ++thread) {
    auto list = link.command({"LRANGE", "list" + std::to_string(thread), "0", "-1"});
    REQUIRE(list->size() == 2000);
    for (std::size_t i = 0; i < 2000; ++i) REQUIRE((*list)[i].text() == std::to_string(i));
  }
}

TEST_CASE("a full queue refuses the newest at once and keeps the rest") {
  REQUIRE_REDIS();
  redis_server server;
  server.kill();
  speaker mouth(server.url());
  mouth.options.max_commands = 3;
  auto& client = mouth.start();
  REQUIRE(mouth.state.wait_for(link_state::down));
  CHECK(client.publish("a", "1", mouth.note("1")) == submitted::queued);
  CHECK(client.publish("a", "2", mouth.note("2")) == submitted::queued);
  CHECK(client.publish("a", "3", mouth.note("3")) == submitted::queued);
  CHECK(client.publish("a", "4", mouth.note("4")) == submitted::full);
  CHECK(client.counters().full == 1);
  CHECK_FALSE(client.drain(0ms));
  server.start();
  REQUIRE(client.drain(20s));
  CHECK(mouth.heard.all() == std::vector<std::string>{"1 0", "2 0", "3 0"});
  CHECK(client.publish("a", "5", mouth.note("5")) == submitted::queued);
  REQUIRE(mouth.heard.wait_count(4));
}

TEST_CASE("the queue is bounded by bytes too") {
  speaker mouth("redis://127.0.0.1:1");
  mouth.options.max_bytes = 1000;
  publisher client(mouth.options);
  CHECK(client.publish("a", std::string(700, 'x')) == submitted::queued);
  CHECK(client.publish("a", std::string(700, 'x')) == submitted::full);
  CHECK(client.publish("a", "small") == submitted::queued);
}

TEST_CASE("what was sent but not answered is unknown, what was not sent comes later") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  // On a busy machine the large message alone may take seconds.
  mouth.options.connection.command_timeout = 30s;
  auto& client = mouth.start();
  client.publish("a", "0", mouth.note("answered"));
  REQUIRE(mouth.heard.wait_count(1));
  server.freeze();
  client.publish("a", "1", mouth.note("sent"));
  REQUIRE(outcry::test::eventually([&] { return client.counters().writes >= 2; }));
  // More than the sockets hold: its end cannot have left.
  client.publish("a", std::string(40 * 1024 * 1024, 'x'), mouth.note("partly"));
  client.publish("a", "2", mouth.note("waiting"));
  server.kill();
  REQUIRE(mouth.heard.wait_count(2));
  CHECK(mouth.heard.all().back() == "sent unknown_outcome");
  REQUIRE(mouth.state.wait_for(link_state::down));
  server.start();
  REQUIRE(client.drain(20s));
  for (const auto& report : mouth.state.all()) {
    auto said = report.reason ? to_string(*report.reason) : std::string(to_string(report.state));
    UNSCOPED_INFO(said);
  }

  CHECK(mouth.heard.all() ==
        std::vector<std::string>{"answered 0", "sent unknown_outcome", "partly 0", "waiting 0"});
  CHECK(client.counters().unknown == 1);
  CHECK(client.counters().reconnects == 1);
}

TEST_CASE("a frozen server is noticed with an answer owed and without") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  mouth.options.connection.command_timeout = 100ms;
  mouth.options.connection.connect_timeout = 100ms;
  mouth.options.link.ping_after = 50ms;
  auto& client = mouth.start();
  REQUIRE(mouth.state.wait_for(link_state::live));
  server.freeze();
  SECTION("owed") {
    client.publish("a", "1", mouth.note("1"));
  }
  SECTION("idle") {}
  REQUIRE(mouth.state.wait_for(link_state::down));
  CHECK(mouth.state.first(link_state::down).reason->kind == failure_kind::timed_out);
  server.thaw();
  REQUIRE(mouth.state.wait_for(link_state::live, 2));
  REQUIRE(client.drain(10s));
}

TEST_CASE("the lag tells how long the server takes now") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  mouth.options.link.ping_after = 60s;
  auto& client = mouth.start();
  REQUIRE(mouth.state.wait_for(link_state::live));
  CHECK(client.counters().lag_ms == -1);
  client.publish("a", "1");
  REQUIRE(client.drain(10s));
  CHECK(client.counters().lag_ms >= 0);
  server.freeze();
  const auto before = client.counters().lag_ms;
  client.publish("a", "2", mouth.note("2"));
  CHECK(outcry::test::eventually([&] { return client.counters().lag_ms > before; }));
  CHECK(client.counters().outstanding == 1);
  server.thaw();
  REQUIRE(client.drain(10s));
  CHECK(client.counters().lag_ms > before);
}

TEST_CASE("where nothing is sent the PING of our own tells the lag") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  mouth.options.link.ping_after = 20ms;
  auto& client = mouth.start();
  CHECK(outcry::test::eventually([&] { return client.counters().lag_ms >= 0; }));
  CHECK(client.counters().queued == 0);
}

TEST_CASE("a publisher's callback that throws is counted and costs nothing else") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  auto& client = mouth.start();
  client.publish("a", "1", [](const result<std::int64_t>&) { throw std::runtime_error("user"); });
  client.publish("a", "2", mouth.note("2"));
  REQUIRE(mouth.heard.wait_count(1));
  REQUIRE(client.drain(10s));
  CHECK(client.counters().callback_errors == 1);
  CHECK(client.counters().answered == 2);
}

TEST_CASE("a callback may publish again") {
  REQUIRE_REDIS();
  redis_server server;
  speaker mouth(server.url());
  auto& client = mouth.start();
  client.publish("a", "1", [&](const result<std::int64_t>&) {
    client.publish("a", "2", mouth.note("second"));
  });
  REQUIRE(mouth.heard.wait_count(1));
}

TEST_CASE("a publisher stops in every state and settles every command") {
  REQUIRE_REDIS();
  SECTION("never started") {
    speaker mouth("redis://127.0.0.1:1");
    publisher client(mouth.options);
    client.publish("a", "1", mouth.note("1"));
    client.stop();
    CHECK(mouth.heard.all() == std::vector<std::string>{"1 cancelled"});
    CHECK(client.publish("a", "2") == submitted::stopped);
  }
  SECTION("live") {
    redis_server server;
    speaker mouth(server.url());
    auto& client = mouth.start();
    REQUIRE(mouth.state.wait_for(link_state::live));
    client.stop();
    client.stop();
    CHECK(mouth.state.all().back().state == link_state::stopped);
    CHECK_FALSE(client.is_live());
  }
  SECTION("waiting to try again") {
    speaker mouth("redis://127.0.0.1:" + std::to_string(outcry::test::free_port()));
    mouth.options.link.backoff = {1h, 2h};
    auto& client = mouth.start();
    client.publish("a", "1", mouth.note("1"));
    REQUIRE(mouth.state.wait_for(link_state::down));
    client.stop();
    CHECK(mouth.heard.all() == std::vector<std::string>{"1 cancelled"});
    CHECK(client.counters().cancelled == 1);
  }
  SECTION("an answer owed by a frozen server") {
    redis_server server;
    speaker mouth(server.url());
    mouth.options.connection.command_timeout = 1h;
    auto& client = mouth.start();
    REQUIRE(mouth.state.wait_for(link_state::live));
    server.freeze();
    client.publish("a", "1", mouth.note("1"));
    REQUIRE(outcry::test::eventually([&] { return client.counters().writes == 1; }));
    client.stop();
    CHECK(mouth.heard.all() == std::vector<std::string>{"1 unknown_outcome"});
  }
}
