#include "adapters/redis/topic.hpp"

#include <atomic>
#include <charconv>
#include <future>
#include <optional>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "adapters/redis/subscriber.hpp"
#include "tests/adapters/redis/redis_fixture.hpp"

using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

struct reading {
  int degrees = 0;
};

std::atomic<int> decodings = 0;

result<reading> decode_reading(std::string_view payload) {
  ++decodings;
  if (payload == "throw") throw std::runtime_error("a decoder that throws");
  reading value;
  auto [end, error] =
      std::from_chars(payload.data(), payload.data() + payload.size(), value.degrees);
  if (error != std::errc() || end != payload.data() + payload.size())
    return failure{failure_kind::malformed, "degrees: expected a number"};
  return value;
}

result<std::string> decode_text(std::string_view payload) {
  return std::string(payload);
}

const topic<reading> kitchen{"kitchen", decode_reading};
const topic<std::string> kitchen_text{"kitchen", decode_text};

struct house {
  house() {
    options.connection = at(server.url());
    options.link = quick_link();
    options.on_confirmed = [this](std::string_view name, bool active) {
      confirmed.add((active ? "+" : "-") + std::string(name));
    };
    options.on_malformed = [this](std::string_view channel, const failure& reason,
                                  std::string_view payload) {
      malformed.add(std::string(channel) + "|" + to_string(reason) + "|" + std::string(payload));
    };
  }

  void say(std::string_view payload) { REQUIRE(link.command({"PUBLISH", "kitchen", payload})); }

  redis_server server;
  connection link = connect(server);
  subscriber_options options;
  seen<std::string> confirmed;
  seen<std::string> malformed;
};

}  // namespace

TEST_CASE("typed topics call back with values, decoded once for all who listen") {
  REQUIRE_REDIS();
  house home;
  subscriber client(home.options);
  seen<int> first;
  seen<int> second;
  seen<std::string> texts;
  auto one = client.on<reading>(kitchen, [&](const reading& value) { first.add(value.degrees); });
  auto two = client.on<reading>(kitchen, [&](const reading& value) { second.add(value.degrees); });
  auto raw =
      client.on<std::string>(kitchen_text, [&](const std::string& text) { texts.add(text); });
  client.start();
  REQUIRE(home.confirmed.wait_count(1));
  decodings = 0;
  home.say("21");
  home.say("-4");
  REQUIRE(texts.wait_count(2));
  REQUIRE(first.wait_count(2));
  CHECK(first.all() == std::vector<int>{21, -4});
  REQUIRE(second.wait_count(2));
  CHECK(second.all() == first.all());
  CHECK(texts.all() == std::vector<std::string>{"21", "-4"});
  CHECK(decodings == 2);
}

TEST_CASE("a payload that cannot be decoded is told and counted, its neighbours are unharmed") {
  REQUIRE_REDIS();
  house home;
  subscriber client(home.options);
  seen<int> values;
  auto token = client.on<reading>(kitchen, [&](const reading& value) {
    values.add(value.degrees);
    if (value.degrees == 2) throw std::runtime_error("a callback that throws");
  });
  client.start();
  REQUIRE(home.confirmed.wait_count(1));
  for (auto payload : {"1", "warm", "2", "throw", "", "3"}) home.say(payload);
  REQUIRE(values.wait_count(3));
  CHECK(values.all() == std::vector<int>{1, 2, 3});
  CHECK(home.malformed.all() ==
        std::vector<std::string>{"kitchen|malformed: degrees: expected a number|warm",
                                 "kitchen|malformed: a decoder that throws|throw",
                                 "kitchen|malformed: degrees: expected a number|"});
  client.stop();
  CHECK(client.counters().malformed == 3);
  CHECK(client.counters().callback_errors == 1);
}

TEST_CASE("a token ends its callback, the last one ends the subscription") {
  REQUIRE_REDIS();
  house home;
  subscriber client(home.options);
  seen<int> first;
  seen<int> second;
  auto one = client.on<reading>(kitchen, [&](const reading& value) { first.add(value.degrees); });
  auto two = client.on<reading>(kitchen, [&](const reading& value) { second.add(value.degrees); });
  client.start();
  REQUIRE(home.confirmed.wait_count(1));
  home.say("1");
  REQUIRE(second.wait_count(1));
  one.reset();
  home.say("2");
  REQUIRE(second.wait_count(2));
  CHECK(first.all() == std::vector<int>{1});
  two = {};
  REQUIRE(home.confirmed.wait_count(2));
  CHECK(home.confirmed.all() == std::vector<std::string>{"+kitchen", "-kitchen"});
  CHECK(home.link.command({"PUBLISH", "kitchen", "3"})->integer() == 0);
}

TEST_CASE("a plain subscription outlives the tokens") {
  REQUIRE_REDIS();
  house home;
  subscriber client(home.options);
  client.subscribe("kitchen");
  client.subscribe("hall");
  {
    auto token = client.on<reading>(kitchen, [](const reading&) {});
  }
  client.start();
  REQUIRE(home.confirmed.wait_count(2));
  {
    auto token = client.on<reading>(kitchen, [](const reading&) {});
  }
  client.unsubscribe("hall");
  REQUIRE(home.confirmed.wait_count(3));
  CHECK(home.confirmed.all().back() == "-hall");
  CHECK(home.link.command({"PUBLISH", "kitchen", "3"})->integer() == 1);
}

TEST_CASE("a callback may remove itself, and a token may outlive the subscriber") {
  REQUIRE_REDIS();
  house home;
  seen<int> values;
  subscription late;
  {
    subscriber client(home.options);
    std::optional<subscription> token;
    std::atomic<bool> ready = false;
    token = client.on<reading>(kitchen, [&](const reading& value) {
      values.add(value.degrees);
      if (ready && value.degrees == 2) token.reset();
    });
    late = client.on<reading>(kitchen, [](const reading&) {});
    ready = true;
    client.start();
    REQUIRE(home.confirmed.wait_count(1));
    for (auto payload : {"1", "2", "3"}) home.say(payload);
    REQUIRE(outcry::test::eventually([&] { return client.counters().messages == 3; }));
    client.stop();
  }
  CHECK(values.all() == std::vector<int>{1, 2});
  late.reset();
}

TEST_CASE("removing a callback waits for the one that runs") {
  REQUIRE_REDIS();
  house home;
  subscriber client(home.options);
  std::promise<void> entered;
  std::promise<void> go_on;
  std::atomic<bool> left = false;
  auto token = client.on<reading>(kitchen, [&](const reading&) {
    entered.set_value();
    go_on.get_future().wait();
    left = true;
  });
  client.start();
  REQUIRE(home.confirmed.wait_count(1));
  home.say("1");
  entered.get_future().wait();
  auto removal = std::async(std::launch::async, [&] {
    token.reset();
    return left.load();
  });
  go_on.set_value();
  CHECK(removal.get());
}
