#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/floor/observed.hpp"
#include "actors/floor/supervisor.hpp"
#include "adapters/control/client.hpp"
#include "tests/adapters/control/fake_floor.hpp"

using namespace outcry;
using namespace outcry::control;
using nlohmann::json;
using test::fake_floor;

namespace {

constexpr std::uint32_t flood = 100'000;

struct no_state {};
using plain_self = caf::stateful_actor<no_state, observed<caf::event_based_actor>>;

/// At its first message until the gate opens.
caf::behavior held(plain_self* self, std::shared_ptr<std::latch> gate) {
  self->observe({"held", "test", 0});
  self->tell_state([] { return std::string{R"({"well":true})"}; });
  return {[gate](const price_batch&) { gate->wait(); }};
}

/// Ends at its first message.
caf::behavior mayfly(plain_self* self, std::string seat_name) {
  self->observe({std::move(seat_name), "mayfly", 100});
  return {[self](const wake&) { self->quit(caf::make_error(ec::failed, "its day is over")); }};
}

json ask_once(fake_floor& floor, const std::string& op, const json& arguments) {
  json result;
  client me{floor.socket()};
  client::listener on;
  on.item = [&](const json& x) { result = x; };
  me.call(op, arguments, on);
  return result;
}

json row_of(const json& actors, const std::string& name) {
  for (const auto& x : actors)
    if (x["name"] == name) return x;
  return nullptr;
}

json rows(fake_floor& floor) {
  return ask_once(floor, "inspect", {{"parts", {"actors"}}})["snapshot"]["actors"];
}

}  // namespace

TEST_CASE("an actor with 100,000 messages in its mailbox is seen from afar and from near") {
  fake_floor floor;
  auto gate = std::make_shared<std::latch>(1);
  auto one = floor.system().spawn<caf::detached>(held, gate);
  for (std::uint32_t i = 0; i < flood; ++i) caf::anon_send(one, price_batch{"AAPL", {}, i});
  auto seen = row_of(rows(floor), "held");
  INFO(seen.dump(2));
  CHECK(seen["mailbox"] == flood);
  CHECK(seen["enqueued"] == flood);
  CHECK(seen["handled"] == 0);

  // It hangs: what it cannot tell is named, and nobody waits for it.
  auto page = ask_once(floor, "actor", {{"name", "held"}});
  INFO(page.dump(2));
  CHECK(page["actor"]["mailbox"].get<std::uint64_t>() >= flood);
  CHECK(page["unanswered"] == json{"state", "mailbox"});

  // The question stands before what waits: it is answered with the mailbox still full.
  std::thread opener{[&] { gate->count_down(); }};
  page = ask_once(floor, "actor", {{"name", "held"}});
  opener.join();
  INFO(page.dump(2));
  CHECK(page["state"] == json{{"well", true}});
  CHECK(page["mailbox"].size() <= 50);

  for (seen = row_of(rows(floor), "held"); seen["mailbox"] != 0;
       seen = row_of(rows(floor), "held")) {
  }
  // Each of the questions was one message more.
  CHECK(seen["handled"].get<std::uint64_t>() >= flood);
  CHECK(seen["handled"] == seen["enqueued"]);
  caf::anon_send_exit(one, caf::exit_reason::kill);
}

TEST_CASE("while actors die and start by the thousand, each look is whole and nothing is lost") {
  constexpr int families = 20;
  constexpr int deaths = 250;
  fake_floor floor;
  auto house = std::make_shared<const outcry::house>();
  std::vector<caf::actor> keepers;
  for (int i = 0; i < families; ++i) {
    child_spec spec;
    spec.name = fmt::format("mayfly:{}", i);
    spec.kind = "mayfly";
    spec.policy.max_restarts = 1'000'000;
    spec.policy.first_backoff_ns = spec.policy.max_backoff_ns = 0;
    spec.start = [seat_name = spec.name](caf::actor_system& system) {
      return caf::actor_cast<caf::actor>(system.spawn(mayfly, seat_name));
    };
    keepers.push_back(spawn_supervised(floor.system(), std::move(spec), house));
  }

  std::atomic<bool> over{false};
  std::size_t looks = 0;
  std::size_t short_looks = 0;
  std::thread watcher{[&] {
    while (!over) {
      std::size_t found = 0;
      for (const auto& x : rows(floor)) found += x["kind"] == "mayfly" ? 1 : 0;
      if (found != families) ++short_looks;
      ++looks;
    }
  }};
  caf::scoped_actor self{floor.system()};
  std::vector<caf::actor> dead(keepers.size());
  auto successor = [&](std::size_t which) {
    for (;;) {
      auto now = who_serves(keepers[which]);
      if (now && now != dead[which]) return now;
      std::this_thread::yield();
    }
  };
  for (int n = 0; n < deaths; ++n) {
    for (std::size_t i = 0; i < keepers.size(); ++i) {
      dead[i] = successor(i);
      self->monitor(dead[i]);
      caf::anon_send(dead[i], wake{});
      self->receive([](const caf::down_msg&) {});
    }
  }
  over = true;
  watcher.join();
  CHECK(looks > 0);
  CHECK(short_looks == 0);

  for (std::size_t i = 0; i < keepers.size(); ++i) successor(i);
  const auto seen = ask_once(floor, "inspect", json::object())["snapshot"];
  std::uint64_t restarts = 0;
  std::uint64_t handled = 0;
  for (const auto& x : seen["actors"]) {
    if (x["kind"] != "mayfly") continue;
    INFO(x.dump(2));
    CHECK(x["restarts"] == deaths);
    CHECK(x["state"] == "running");
    CHECK(x["last_exit"].get<std::string>().find("its day is over") != std::string::npos);
    restarts += x["restarts"].get<std::uint64_t>();
    handled += x["handled"].get<std::uint64_t>();
  }
  CHECK(restarts == families * deaths);
  CHECK(handled == families * deaths);
  CHECK(seen["graves"].size() == 100);
  for (const auto& x : keepers) caf::anon_send_exit(x, caf::exit_reason::kill);
}
