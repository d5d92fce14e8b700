#include "adapters/redis/subscriber.hpp"

#include <atomic>
#include <future>
#include <string>

#include <catch2/catch.hpp>

#include "adapters/redis/publisher.hpp"
#include "tests/adapters/redis/redis_fixture.hpp"

using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

struct received {
  std::string channel;
  std::string payload;
  std::string pattern;
  bool operator==(const received&) const = default;
};

/// A subscriber that notes everything it is told.
struct listener {
  explicit listener(const std::string& address) {
    options.connection = at(address);
    options.link = quick_link();
    options.on_state = state.callback();
    options.on_batch = [this](std::span<const message> batch) {
      for (const auto& [channel, payload, pattern] : batch)
        messages.add({std::string(channel), std::string(payload), std::string(pattern)});
    };
    options.on_confirmed = [this](std::string_view name, bool active) {
      confirmed.add((active ? "+" : "-") + std::string(name));
    };
    options.on_error = [this](std::string_view name, const failure& reason) {
      errors.add(std::string(name) + " " + to_string(reason));
    };
  }

  subscriber& start() {
    client = std::make_unique<subscriber>(options);
    client->start();
    return *client;
  }

  subscriber_options options;
  states state;
  seen<received> messages;
  seen<std::string> confirmed;
  seen<std::string> errors;
  std::unique_ptr<subscriber> client;
};

std::int64_t publish(connection& link, std::string_view channel, std::string_view payload) {
  return link.command({"PUBLISH", channel, payload})->integer();
}

}  // namespace

TEST_CASE("messages arrive by channel and by pattern, in order") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  auto& client = ears.start();
  client.subscribe("a");
  client.psubscribe("TICKER_*");
  REQUIRE(ears.confirmed.wait_count(2));
  auto link = connect(server);
  CHECK(publish(link, "a", "1") == 1);
  CHECK(publish(link, "b", "unheard") == 0);
  CHECK(publish(link, "TICKER_X", std::string("2\0\r\n", 4)) == 1);
  CHECK(publish(link, "a", "") == 1);
  REQUIRE(ears.messages.wait_count(3));
  CHECK(ears.messages.all() ==
        std::vector<received>{
            {"a", "1", ""}, {"TICKER_X", std::string("2\0\r\n", 4), "TICKER_*"}, {"a", "", ""}});
  CHECK(client.counters().messages == 3);
  CHECK(client.counters().last_message.time_since_epoch().count() > 0);
}

TEST_CASE("live is said when every first subscription is in force") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  ears.client = std::make_unique<subscriber>(ears.options);
  for (int i = 0; i < 500; ++i) ears.client->subscribe("channel" + std::to_string(i));
  ears.client->start();
  REQUIRE(ears.state.wait_for(link_state::live));
  CHECK(ears.client->is_live());
  auto link = connect(server);
  for (int i = 0; i < 500; ++i) REQUIRE(publish(link, "channel" + std::to_string(i), "x") == 1);
}

TEST_CASE("subscribing and unsubscribing works at any time and as often as one likes") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  auto& client = ears.start();
  REQUIRE(ears.state.wait_for(link_state::live));
  client.subscribe("a");
  client.subscribe("a");
  client.subscribe("b");
  REQUIRE(ears.confirmed.wait_count(2));
  CHECK(client.confirmed("a"));
  client.unsubscribe("a");
  client.unsubscribe("a");
  client.unsubscribe("never");
  REQUIRE(ears.confirmed.wait_count(3));
  CHECK_FALSE(client.confirmed("a"));
  auto link = connect(server);
  CHECK(publish(link, "a", "x") == 0);
  CHECK(publish(link, "b", "y") == 1);
  REQUIRE(ears.messages.wait_count(1));
  CHECK(ears.messages.all().front().channel == "b");
  CHECK(ears.confirmed.all() == std::vector<std::string>{"+a", "+b", "-a"});
}

TEST_CASE("100 000 messages arrive once each, in order, many at a time") {
  REQUIRE_REDIS();
  redis_server server;
  constexpr std::uint64_t total = 100'000;
  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> in_order = true;
  std::atomic<std::size_t> largest = 0;
  std::promise<void> all;
  subscriber_options options;
  options.connection = at(server.url());
  states state;
  options.on_state = state.callback();
  options.on_batch = [&](std::span<const message> batch) {
    largest = std::max(largest.load(), batch.size());
    for (const auto& entry : batch)
      if (entry.payload != std::to_string(next++)) in_order = false;
    if (next == total) all.set_value();
  };
  subscriber client(options);
  client.subscribe("flood");
  client.start();
  REQUIRE(state.wait_for(link_state::live));
  publisher_options sender;
  sender.connection = at(server.url());
  sender.max_commands = total;
  publisher mouth(sender);
  for (std::uint64_t i = 0; i < total; ++i)
    REQUIRE(mouth.publish("flood", std::to_string(i)) == submitted::queued);
  mouth.start();
  REQUIRE(all.get_future().wait_for(60s) == std::future_status::ready);
  CHECK(in_order);
  CHECK(largest > 1);
  CHECK(largest <= options.max_batch);
  client.stop();
  CHECK(client.counters().messages == total);
  CHECK(client.counters().batches < total / 2);
}

TEST_CASE("after kill -9 and a restart everything is subscribed again") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  auto& client = ears.start();
  client.subscribe("a");
  client.psubscribe("p*");
  REQUIRE(ears.confirmed.wait_count(2));
  server.kill();
  REQUIRE(ears.state.wait_for(link_state::down));
  CHECK_FALSE(client.is_live());
  CHECK_FALSE(client.confirmed("a"));
  auto lost = ears.state.first(link_state::down);
  REQUIRE(lost.reason);
  CHECK(lost.reason->kind == failure_kind::closed);
  CHECK(lost.attempt == 1);
  CHECK(lost.retry_in == 15ms);
  REQUIRE(ears.state.wait_for(link_state::down, 3));
  CHECK(ears.state.all().back().attempt > 1);
  client.subscribe("while down");
  client.unsubscribe("a");
  server.start();
  REQUIRE(ears.state.wait_for(link_state::live, 2));
  auto link = connect(server);
  CHECK(publish(link, "a", "x") == 0);
  CHECK(publish(link, "while down", "y") == 1);
  CHECK(publish(link, "p1", "z") == 1);
  REQUIRE(ears.messages.wait_count(2));
  CHECK(client.counters().reconnects == 1);
}

TEST_CASE("a subscriber started before its server finds it later") {
  REQUIRE_REDIS();
  redis_server server;
  server.kill();
  listener ears(server.url());
  auto& client = ears.start();
  client.subscribe("a");
  REQUIRE(ears.state.wait_for(link_state::down, 2));
  CHECK(ears.state.first(link_state::down).reason->kind == failure_kind::unreachable);
  server.start();
  REQUIRE(ears.confirmed.wait_count(1));
  REQUIRE(ears.state.wait_for(link_state::live));
}

TEST_CASE("a frozen server is noticed by its silence, a quiet one is not suspected") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  ears.options.link.ping_after = 50ms;
  ears.options.link.ping_timeout = 500ms;
  ears.options.connection.connect_timeout = 100ms;
  auto& client = ears.start();
  client.subscribe("a");
  REQUIRE(ears.confirmed.wait_count(1));
  // Ten pings' worth of silence on the channel, told by the bytes of their answers.
  auto before = client.counters().bytes;
  REQUIRE(outcry::test::eventually([&] { return client.counters().bytes > before + 100; }));
  CHECK(client.counters().connects == 1);
  server.freeze();
  REQUIRE(ears.state.wait_for(link_state::down));
  CHECK(ears.state.first(link_state::down).reason->kind == failure_kind::timed_out);
  server.thaw();
  REQUIRE(ears.state.wait_for(link_state::live, 2));
  auto link = connect(server);
  publish(link, "a", "back");
  REQUIRE(ears.messages.wait_count(1));
}

TEST_CASE("a consumer cut off for being slow hears why and comes back") {
  REQUIRE_REDIS();
  redis_server::options tight;
  tight.more = {"--client-output-buffer-limit", "pubsub 64kb 64kb 0"};
  redis_server server(tight);
  listener ears(server.url());
  std::promise<void> entered;
  std::promise<void> release;
  auto released = release.get_future().share();
  std::atomic<bool> first = true;
  ears.options.on_batch = [&, released](std::span<const message>) {
    if (first.exchange(false)) {
      entered.set_value();
      released.wait();
    }
  };
  auto& client = ears.start();
  client.subscribe("flood");
  REQUIRE(ears.confirmed.wait_count(1));
  auto link = connect(server);
  publish(link, "flood", "stuck");
  entered.get_future().wait();
  // The kernel takes some megabytes on the way; then the server's own buffer fills.
  std::string block(64 * 1024, 'x');
  for (int i = 0; i < 2000 && publish(link, "flood", block) == 1; ++i) {
  }
  CHECK(publish(link, "flood", "nobody listens") == 0);
  release.set_value();
  REQUIRE(ears.state.wait_for(link_state::cut_off));
  CHECK_THAT(ears.state.first(link_state::cut_off).reason->text,
             Catch::Contains("client-output-buffer-limit"));
  REQUIRE(ears.state.wait_for(link_state::live, 2));
  CHECK(client.counters().cut_offs == 1);
  CHECK(publish(link, "flood", "again") == 1);
}

TEST_CASE("a server that closes an idle connection is not called a cut-off") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  ears.start().subscribe("a");
  REQUIRE(ears.confirmed.wait_count(1));
  auto link = connect(server);
  publish(link, "a", "x");
  REQUIRE(ears.messages.wait_count(1));
  REQUIRE(link.command({"CLIENT", "KILL", "TYPE", "pubsub"}));
  REQUIRE(ears.state.wait_for(link_state::live, 2));
  CHECK(ears.state.first(link_state::down).reason->kind == failure_kind::closed);
  CHECK(ears.client->counters().cut_offs == 0);
}

TEST_CASE("a refused channel is named and its neighbours are heard") {
  REQUIRE_REDIS();
  redis_server::options limited;
  limited.users = {"bot on >secret resetchannels &a &b +@all"};
  redis_server server(limited);
  listener ears("redis://bot:secret@127.0.0.1:" + std::to_string(server.port()));
  auto& client = ears.start();
  client.subscribe("a");
  client.subscribe("forbidden");
  client.subscribe("b");
  REQUIRE(ears.errors.wait_count(1));
  REQUIRE(ears.confirmed.wait_count(2));
  CHECK_THAT(ears.errors.all().front(), Catch::StartsWith("forbidden server_error: NOPERM"));
  CHECK(ears.confirmed.all() == std::vector<std::string>{"+a", "+b"});
  REQUIRE(ears.state.wait_for(link_state::live));
  CHECK(client.counters().connects == 1);
}

TEST_CASE("a wrong password is said and not printed") {
  REQUIRE_REDIS();
  redis_server::options locked;
  locked.password = "right";
  redis_server server(locked);
  listener ears("redis://:hunter2@127.0.0.1:" + std::to_string(server.port()));
  ears.start();
  REQUIRE(ears.state.wait_for(link_state::down));
  auto reason = ears.state.first(link_state::down).reason;
  CHECK(reason->kind == failure_kind::auth_failed);
  CHECK_THAT(reason->text, !Catch::Contains("hunter2"));
}

TEST_CASE("a payload over the limit is dropped, its neighbours are not") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  ears.options.max_message_bytes = 1024 * 1024;
  auto& client = ears.start();
  client.subscribe("a");
  REQUIRE(ears.confirmed.wait_count(1));
  auto link = connect(server);
  std::string fits(1024 * 1024, 'f');
  publish(link, "a", "before");
  publish(link, "a", fits + "x");
  publish(link, "a", fits);
  publish(link, "a", "after");
  REQUIRE(ears.messages.wait_count(3));
  auto all = ears.messages.all();
  CHECK(all[0].payload == "before");
  CHECK(all[1].payload == fits);
  CHECK(all[2].payload == "after");
  CHECK(client.counters().oversized == 1);
  CHECK(ears.errors.all().size() == 1);
  CHECK(client.counters().connects == 1);
}

TEST_CASE("a callback that throws is counted and loses nothing behind it") {
  REQUIRE_REDIS();
  redis_server server;
  listener ears(server.url());
  auto note = ears.options.on_batch;
  ears.options.on_batch = [note](std::span<const message> batch) {
    note(batch);
    throw std::runtime_error("consumer");
  };
  ears.options.on_state = [note = ears.state.callback()](const link_report& report) {
    note(report);
    throw 1;
  };
  auto& client = ears.start();
  client.subscribe("a");
  REQUIRE(ears.confirmed.wait_count(1));
  auto link = connect(server);
  publish(link, "a", "1");
  REQUIRE(ears.messages.wait_count(1));
  publish(link, "a", "2");
  REQUIRE(ears.messages.wait_count(2));
  client.stop();
  CHECK(client.counters().callback_errors >= 4);
}

TEST_CASE("a subscriber stops in every state") {
  REQUIRE_REDIS();
  SECTION("never started") {
    listener ears("redis://127.0.0.1:1");
    subscriber client(ears.options);
    client.stop();
    client.start();
    CHECK(ears.state.all().empty());
  }
  SECTION("live, twice") {
    redis_server server;
    listener ears(server.url());
    auto& client = ears.start();
    REQUIRE(ears.state.wait_for(link_state::live));
    client.stop();
    client.stop();
    CHECK(ears.state.all().back().state == link_state::stopped);
    CHECK_FALSE(client.is_live());
  }
  SECTION("waiting to try again") {
    listener ears("redis://127.0.0.1:" + std::to_string(outcry::test::free_port()));
    ears.options.link.backoff = {1h, 2h};
    auto& client = ears.start();
    REQUIRE(ears.state.wait_for(link_state::down));
    client.stop();
    CHECK(ears.state.all().back().state == link_state::stopped);
  }
  SECTION("connecting to a frozen server") {
    redis_server server;
    server.freeze();
    listener ears(server.url());
    ears.options.connection.connect_timeout = 1h;
    auto& client = ears.start();
    REQUIRE(ears.state.wait_for(link_state::connecting));
    client.stop();
    CHECK(ears.state.all().back().state == link_state::stopped);
  }
  SECTION("in a flood") {
    redis_server server;
    listener ears(server.url());
    auto& client = ears.start();
    client.subscribe("flood");
    REQUIRE(ears.confirmed.wait_count(1));
    std::atomic<bool> enough = false;
    auto flood = std::async(std::launch::async, [&] {
      auto link = connect(server);
      while (!enough) {
        for (int i = 0; i < 1000; ++i) link.append({"PUBLISH", "flood", "x"});
        for (int i = 0; i < 1000; ++i) (void)link.read();
      }
    });
    REQUIRE(ears.messages.wait_count(10'000));
    client.stop();
    enough = true;
    CHECK(ears.state.all().back().state == link_state::stopped);
  }
}
