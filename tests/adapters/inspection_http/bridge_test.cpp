#include "adapters/inspection_http/bridge.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include "actors/floor/floor.hpp"
#include "messages/error.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/inspection_http/made_view.hpp"

using namespace outcry;
using namespace outcry::inspection_http;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

/// A floor with the bridge alone.
struct bridged_floor {
  bridged_floor() {
    config.set("scheduler.max-threads", 2u);
    system = std::make_unique<caf::actor_system>(config);
    options.http.door.open = true;
    options.http.views.fresh = 0ms;
    options.on_open = [this](std::uint16_t chosen) { opened.set_value(chosen); };
  }
  ~bridged_floor() { caf::anon_send_exit(actor, caf::exit_reason::kill); }

  void open() {
    actor = system->spawn(bridge, options);
    auto ready = opened.get_future();
    REQUIRE(ready.wait_for(20s) == std::future_status::ready);
    port = ready.get();
  }
  std::string health() {
    raw_client client(port);
    REQUIRE(client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    return client.read_response();
  }

  floor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  bridge_options options;
  std::promise<std::uint16_t> opened;
  caf::actor actor;
  std::uint16_t port = 0;
};

}  // namespace

TEST_CASE_METHOD(bridged_floor, "questions over HTTP are asked on the actor's own thread") {
  std::atomic<int> questions = 0;
  std::atomic<bool> lost = false;
  options.ask = [&](caf::event_based_actor&, const view_sink& to) {
    ++questions;
    if (lost) return;
    to({std::make_shared<view>(view{made_snapshot().dump(), ""}), {}});
  };
  open();
  CHECK(health().find("200 OK") != std::string::npos);
  lost = true;
  CHECK(health().find(" 503 ") != std::string::npos);
  lost = false;
  CHECK(health().find("200 OK") != std::string::npos);
  CHECK(questions == 3);
}

TEST_CASE_METHOD(bridged_floor, "an actor that is killed takes its port and its threads with it") {
  std::promise<void> asked;
  options.ask = [&](caf::event_based_actor&, const view_sink&) { asked.set_value(); };
  open();
  CHECK(health().find(" 503 ") != std::string::npos);
  REQUIRE(asked.get_future().wait_for(20s) == std::future_status::ready);
  caf::scoped_actor self{*system};
  self->monitor(actor);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  bool down = false;
  self->receive([&](const caf::down_msg&) { down = true; }, caf::after(20s) >> [] {});
  CHECK(down);
}

TEST_CASE_METHOD(bridged_floor, "a port that is taken is told of") {
  options.ask = [](caf::event_based_actor&, const view_sink&) {};
  open();
  bridge_options second = options;
  second.http.port = port;
  second.on_open = {};
  caf::scoped_actor self{*system};
  auto late = self->spawn<caf::monitored>(bridge, second);
  caf::error why;
  self->receive([&](const caf::down_msg& x) { why = x.reason; }, caf::after(20s) >> [] {});
  CHECK(why == ec::refused);
}
