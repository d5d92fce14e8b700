// Clients that are destroyed on their own thread: there the last reference to their actor may end.

#include <memory>
#include <utility>

#include <catch2/catch.hpp>

#include "adapters/redis/command_reader.hpp"
#include "adapters/redis/publisher.hpp"
#include "adapters/redis/stream_reader.hpp"
#include "adapters/redis/subscriber.hpp"
#include "tests/adapters/redis/redis_fixture.hpp"

using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

/// Begins a client that is destroyed by its own word that it is live, and waits until its thread
/// has ended.
template <class Client, class Options>
void ends_itself(Options options) {
  redis_server server;
  auto heard = std::make_shared<seen<link_state>>();
  auto it = std::make_shared<std::unique_ptr<Client>>();
  options.connection = at(server.url());
  options.link = quick_link();
  options.on_state = [heard, it](const link_report& report) {
    if (report.state == link_state::live) it->reset();
    heard->add(report.state);
  };
  *it = std::make_unique<Client>(std::move(options));
  (*it)->start();
  CHECK(heard->wait(
      [](const auto& all) { return !all.empty() && all.back() == link_state::stopped; }));
  CHECK(*it == nullptr);
}

}  // namespace

TEST_CASE("a publisher may be destroyed on its own thread") {
  REQUIRE_REDIS();
  ends_itself<publisher>(publisher_options{});
}

TEST_CASE("a subscriber may be destroyed on its own thread") {
  REQUIRE_REDIS();
  ends_itself<subscriber>(subscriber_options{});
}

TEST_CASE("a reader of commands may be destroyed on its own thread") {
  REQUIRE_REDIS();
  command_reader_options options;
  options.group = "outcry";
  options.consumer = "floor";
  ends_itself<command_reader>(std::move(options));
}

TEST_CASE("a reader of a stream may be destroyed on its own thread") {
  REQUIRE_REDIS();
  stream_reader_options options;
  options.stream = "s";
  options.group = "outcry";
  options.consumer = "floor";
  ends_itself<stream_reader>(std::move(options));
}
