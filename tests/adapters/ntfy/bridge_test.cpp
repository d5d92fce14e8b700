#include "adapters/ntfy/bridge.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

#include "tests/adapters/firebase/scripted_server.hpp"

using namespace outcry;
using namespace outcry::test;

namespace {

constexpr std::chrono::seconds patience{20};

const std::string receipt = R"({"id":"hwQ2YpKdmg","event":"message","topic":"floor"})";

ntfy::client_options options_for(const scripted_server& server) {
  ntfy::client_options options;
  options.to = ntfy::parse_topic(server.origin() + "/floor");
  return options;
}

house_ptr home() {
  return std::make_shared<house>();
}

}  // namespace

TEST_CASE("the connection is as the last message found it") {
  scripted_server server;
  server.then(503, R"({"error":"later"})");
  server.then(401, R"({"error":"unauthorized"})");
  server.then(400, R"({"error":"no such message"})");
  server.then(200, receipt);
  caf::actor_system_config config;
  caf::actor_system system{config};
  {
    caf::scoped_actor self{system};
    const auto pusher = system.spawn(ntfy::bridge, options_for(server), home());
    const auto link = [&] {
      link_status result;
      self->request(pusher, patience, get_links{})
          .receive([&](const link_list& all) { result = all.links.at(0); },
                   [&](caf::error& reason) { FAIL(system.render(reason)); });
      return result;
    };
    const auto after_push = [&] {
      self->request(pusher, patience, push_request{})
          .receive([](const push_reply&) {},
                   [&](caf::error& reason) { FAIL(system.render(reason)); });
      return link();
    };
    CHECK(link().name == "ntfy");
    CHECK(link().state == link_state::live);
    CHECK(link().lag_ms == -1);
    auto now = after_push();
    CHECK(now.state == link_state::down);
    CHECK_FALSE(now.reason.empty());
    CHECK(now.lag_ms >= 0);
    CHECK(after_push().state == link_state::refused);
    // The server speaks to us again, though it does not want this one.
    now = after_push();
    CHECK(now.state == link_state::live);
    CHECK(now.reconnects == 1);
    now = after_push();
    CHECK(now.state == link_state::live);
    CHECK(now.reconnects == 1);
    self->send_exit(pusher, caf::exit_reason::user_shutdown);
  }
}

TEST_CASE("the bridge sends what it is told and answers how it ended, one after the other") {
  scripted_server server;
  server.then(200, receipt);
  server.then(503, R"({"error":"later"})");
  caf::actor_system_config config;
  caf::actor_system system{config};
  {
    caf::scoped_actor self{system};
    const pusher_actor pusher = system.spawn(ntfy::bridge, options_for(server), home());
    std::vector<push_outcome> outcomes;
    for (int i = 0; i < 2; ++i)
      self->request(pusher, patience, push_request{"title", "text", loudness::high, {}, {}})
          .receive([&](const push_reply& reply) { outcomes.push_back(reply.outcome); },
                   [&](caf::error& reason) { FAIL(system.render(reason)); });
    CHECK(outcomes == std::vector{push_outcome::delivered, push_outcome::retry_later});
    CHECK(server.requests(2).size() == 2);
    self->send_exit(pusher, caf::exit_reason::user_shutdown);
  }
}

TEST_CASE("a second message while one is on its way is for later, and an end answers the first") {
  scripted_server server;
  gate reached;
  server.then([&](scripted_connection& to, const scripted_request&) {
    reached.open();
    to.hang();
  });
  caf::actor_system_config config;
  caf::actor_system system{config};
  {
    caf::scoped_actor self{system};
    const pusher_actor pusher = system.spawn(ntfy::bridge, options_for(server), home());
    auto first = self->request(pusher, patience, push_request{});
    REQUIRE(reached.wait());
    self->request(pusher, patience, push_request{})
        .receive(
            [&](const push_reply& reply) { CHECK(reply.outcome == push_outcome::retry_later); },
            [&](caf::error& reason) { FAIL(system.render(reason)); });
    self->send_exit(pusher, caf::exit_reason::user_shutdown);
    first.receive(
        [&](const push_reply& reply) { CHECK(reply.outcome == push_outcome::retry_later); },
        [](caf::error&) { SUCCEED("its end is an answer too"); });
  }
}
