#include "adapters/redis/stream_reader.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/adapters/redis/redis_fixture.hpp"

using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

using texts = std::vector<std::string>;

/// A reader of stream "s" that notes "<delivery> <n>" of every entry.
struct worker {
  explicit worker(const std::string& address, std::string name = "me") {
    options.connection = at(address);
    options.link = quick_link();
    options.stream = "s";
    options.group = "g";
    options.consumer = std::move(name);
    options.block = 50ms;
    options.on_state = state.callback();
    options.on_group_lost = [this] { lost.add(1); };
    options.on_entries = [this](std::span<const stream_entry> entries, delivery how) {
      for (const auto& entry : entries) {
        auto kind = how == delivery::fresh     ? "fresh "
                    : how == delivery::pending ? "pending "
                                               : "claimed ";
        if (acknowledging) client->acknowledge(entry.id);
        heard.add(kind + std::string(entry.find("n").value_or("?")));
      }
    };
  }

  stream_reader& start() {
    client = std::make_unique<stream_reader>(options);
    client->start();
    return *client;
  }

  stream_reader_options options;
  std::atomic<bool> acknowledging = true;
  states state;
  seen<std::string> heard;
  seen<int> lost;
  std::unique_ptr<stream_reader> client;
};

void add(connection& link, std::string_view number) {
  std::vector<stream_field> fields{{"n", number}};
  REQUIRE(add_entry(link, "s", fields));
}

std::int64_t held(connection& link) {
  return pending(link, "s", "g").value().count;
}

}  // namespace

TEST_CASE("a reader gets what was there before it and what comes, and acknowledges") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  add(link, "1");
  worker reader(server.url());
  auto& client = reader.start();
  REQUIRE(reader.heard.wait_count(1));
  add(link, "2");
  add(link, "3");
  REQUIRE(reader.heard.wait_count(3));
  CHECK(reader.heard.all() == texts{"fresh 1", "fresh 2", "fresh 3"});
  REQUIRE(outcry::test::eventually([&] { return client.counters().acknowledged == 3; }));
  CHECK(held(link) == 0);
}

TEST_CASE("5000 entries come in batches, once each, in order") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  for (int i = 0; i < 5000; ++i) link.append({"XADD", "s", "*", "n", std::to_string(i)});
  for (int i = 0; i < 5000; ++i) REQUIRE(link.read());
  worker reader(server.url());
  auto& client = reader.start();
  REQUIRE(reader.heard.wait_count(5000));
  auto all = reader.heard.all();
  for (std::size_t i = 0; i < 5000; ++i) REQUIRE(all[i] == "fresh " + std::to_string(i));
  REQUIRE(outcry::test::eventually([&] { return client.counters().acknowledged == 5000; }));
  CHECK(held(link) == 0);
}

TEST_CASE("what a consumer left unacknowledged returns to it first") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  {
    worker before(server.url());
    before.acknowledging = false;
    before.start();
    for (auto number : {"1", "2", "3"}) add(link, number);
    REQUIRE(before.heard.wait_count(3));
  }
  REQUIRE(held(link) == 3);
  add(link, "4");
  worker after(server.url());
  after.options.batch = 2;
  after.start();
  REQUIRE(after.heard.wait_count(4));
  CHECK(after.heard.all() == texts{"pending 1", "pending 2", "pending 3", "fresh 4"});
  REQUIRE(outcry::test::eventually([&] { return held(link) == 0; }));
}

TEST_CASE("a dead consumer's entries are taken over") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  {
    worker dead(server.url(), "dead");
    dead.acknowledging = false;
    dead.start();
    for (auto number : {"1", "2", "3"}) add(link, number);
    REQUIRE(dead.heard.wait_count(3));
  }
  worker heir(server.url(), "heir");
  heir.options.claim_idle = 1ms;
  heir.options.claim_every = 10ms;
  heir.options.batch = 2;
  auto& client = heir.start();
  REQUIRE(heir.heard.wait_count(3));
  CHECK(heir.heard.all() == texts{"claimed 1", "claimed 2", "claimed 3"});
  REQUIRE(outcry::test::eventually([&] { return held(link) == 0; }));
  CHECK(client.counters().claimed == 3);
}

TEST_CASE("after a flush the group is made again from the beginning") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  worker reader(server.url());
  auto& client = reader.start();
  add(link, "1");
  REQUIRE(reader.heard.wait_count(1));
  SECTION("while it waits for entries") {
    REQUIRE(link.command({"FLUSHALL"}));
    REQUIRE(reader.lost.wait_count(1));
    add(link, "2");
  }
  SECTION("and a new stream is there before it looks") {
    link.append({"MULTI"});
    link.append({"FLUSHALL"});
    link.append({"XADD", "s", "*", "n", "2"});
    link.append({"EXEC"});
    for (int i = 0; i < 4; ++i) REQUIRE(link.read());
    REQUIRE(reader.lost.wait_count(1));
  }
  REQUIRE(reader.heard.wait_count(2));
  CHECK(reader.heard.all() == texts{"fresh 1", "fresh 2"});
  CHECK(client.counters().groups_lost == 1);
  CHECK(client.counters().connects == 1);
}

TEST_CASE("a reader survives kill -9 of a server that kept its data") {
  REQUIRE_REDIS();
  redis_server::options durable;
  durable.append_only = true;
  redis_server server(durable);
  worker reader(server.url());
  auto& client = reader.start();
  {
    auto link = connect(server);
    add(link, "1");
    REQUIRE(reader.heard.wait_count(1));
    REQUIRE(outcry::test::eventually([&] { return client.counters().acknowledged == 1; }));
  }
  server.kill();
  REQUIRE(reader.state.wait_for(link_state::down));
  server.start();
  auto link = connect(server);
  add(link, "2");
  REQUIRE(reader.heard.wait_count(2));
  CHECK(reader.heard.all() == texts{"fresh 1", "fresh 2"});
  CHECK(client.counters().connects == 2);
  CHECK(client.counters().groups_lost == 0);
}

TEST_CASE("an acknowledgement given while the server is away is not lost") {
  REQUIRE_REDIS();
  redis_server::options durable;
  durable.append_only = true;
  redis_server server(durable);
  worker reader(server.url());
  reader.acknowledging = false;
  seen<std::string> ids;
  auto note = reader.options.on_entries;
  reader.options.on_entries = [&](std::span<const stream_entry> entries, delivery how) {
    note(entries, how);
    for (const auto& entry : entries) ids.add(std::string(entry.id));
  };
  auto& client = reader.start();
  {
    auto link = connect(server);
    add(link, "1");
    REQUIRE(ids.wait_count(1));
  }
  server.kill();
  REQUIRE(reader.state.wait_for(link_state::down));
  CHECK(client.acknowledge(ids.all().front()));
  server.start();
  REQUIRE(outcry::test::eventually([&] { return client.counters().acknowledged == 1; }));
  // Acknowledged before anything is read again: it does not come twice.
  CHECK(reader.heard.all() == texts{"fresh 1"});
}

TEST_CASE("acknowledgements are bounded") {
  worker reader("redis://127.0.0.1:1");
  reader.options.max_acknowledgements = 2;
  stream_reader client(reader.options);
  CHECK(client.acknowledge("1-1"));
  CHECK(client.acknowledge("1-2"));
  CHECK_FALSE(client.acknowledge("1-3"));
  CHECK(client.counters().acks_dropped == 1);
}

TEST_CASE("a callback that throws leaves its entries pending") {
  REQUIRE_REDIS();
  redis_server server;
  worker reader(server.url());
  auto note = reader.options.on_entries;
  reader.options.on_entries = [&](std::span<const stream_entry> entries, delivery how) {
    if (entries.front().find("n") == "1") throw std::runtime_error("consumer");
    note(entries, how);
  };
  auto& client = reader.start();
  auto link = connect(server);
  add(link, "1");
  REQUIRE(outcry::test::eventually([&] { return client.counters().callback_errors == 1; }));
  add(link, "2");
  REQUIRE(reader.heard.wait_count(1));
  REQUIRE(outcry::test::eventually([&] { return client.counters().acknowledged == 1; }));
  CHECK(held(link) == 1);
}

TEST_CASE("a stream that is something else is said, and tried again") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  REQUIRE(link.command({"SET", "s", "text"}));
  worker reader(server.url());
  reader.start();
  REQUIRE(reader.state.wait_for(link_state::down, 2));
  CHECK(server_code(*reader.state.first(link_state::down).reason) == "WRONGTYPE");
  REQUIRE(link.command({"DEL", "s"}));
  REQUIRE(reader.state.wait_for(link_state::live));
}

TEST_CASE("a stream reader stops in every state") {
  REQUIRE_REDIS();
  redis_server server;
  worker reader(server.url());
  SECTION("waiting for entries") {
    reader.options.block = 1h;
    reader.start();
    REQUIRE(reader.state.wait_for(link_state::live));
  }
  SECTION("waiting for a frozen server") {
    reader.options.connection.command_timeout = 1h;
    reader.start();
    REQUIRE(reader.state.wait_for(link_state::live));
    server.freeze();
  }
  SECTION("waiting to try again") {
    server.kill();
    reader.options.link.backoff = {1h, 2h};
    reader.start();
    REQUIRE(reader.state.wait_for(link_state::down));
  }
  reader.client->stop();
  reader.client->stop();
  CHECK(reader.state.all().back().state == link_state::stopped);
  CHECK_FALSE(reader.client->is_live());
}
