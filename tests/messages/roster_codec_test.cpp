#include "messages/roster_codec.hpp"

#include <limits>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/messages/samples.hpp"

using namespace outcry;
using nlohmann::json;

namespace {

const actor_status pit{"pit:BRK.B",
                       "pit",
                       actor_state::restarting,
                       1,
                       2,
                       3,
                       4,
                       5,
                       std::numeric_limits<std::uint64_t>::max(),
                       7,
                       "it \"threw\"\n"};

}  // namespace

TEST_CASE("roster codec: an actor comes back as it was") {
  const auto x = parse_actor_status(to_json(pit));
  REQUIRE(x);
  CHECK(x->name == pit.name);
  CHECK(x->kind == pit.kind);
  CHECK(x->state == pit.state);
  CHECK(x->since_ms == pit.since_ms);
  CHECK(x->mailbox == pit.mailbox);
  CHECK(x->mailbox_bound == pit.mailbox_bound);
  CHECK(x->handled == pit.handled);
  CHECK(x->errors == pit.errors);
  CHECK(x->refused == pit.refused);
  CHECK(x->restarts == pit.restarts);
  CHECK(x->last_exit == pit.last_exit);
}

TEST_CASE("roster codec: a bad actor is refused with its field") {
  const auto field = [](std::string_view from, std::string_view to) {
    const auto x = parse_actor_status(test::replaced(to_json(pit), from, to));
    return x ? std::string{"accepted"} : x.error().field;
  };
  CHECK(field("restarting", "asleep") == "state");
  CHECK(field("\"mailbox\":2", "\"mailbox\":-1") == "mailbox");
  CHECK(field("\"mailbox\":2", "\"mailbox\":1.5") == "mailbox");
  CHECK(field("\"mailbox\":2", "\"mailbox\":\"2\"") == "mailbox");
  CHECK(field("18446744073709551615", "18446744073709551616") == "refused");
  CHECK(field("\"restarts\":7", "\"restarts\":4294967296") == "restarts");
  CHECK(field("\"name\":\"pit:BRK.B\",", "") == "name");
  CHECK(field("{", "{\"name\":\"x\",") == "name");
  CHECK(field("}", "}}") == "");
  CHECK(field("\"since_ms\":1", "\"since_ms\":1e0") == "accepted");
}

TEST_CASE("roster codec: pits, links and the relay for the command line") {
  pit_status p{"AAPL",
               feed_state::live,
               5,
               true,
               {*Price::parse("107.5"), *Quantity::parse("3"), 8, 9},
               10,
               11,
               12};
  CHECK(json::parse(to_json(p)) == json::parse(R"({"ticker":"AAPL","state":"live","since_ns":5,
      "has_price":true,"last":{"price":"107.5","volume":"3","event_ns":8,"init_ns":9},"ticks":10,
      "conflated":11,"subscribers":12})"));
  p.has_price = false;
  CHECK(json::parse(to_json(p))["last"] == nullptr);
  const link_status l{"redis.subscriber", link_state::down, 4, "refused \xFF", 2};
  CHECK(json::parse(to_json(l)) == json::parse(R"({"name":"redis.subscriber","state":"down",
      "since_ms":4,"reason":"refused \ufffd","reconnects":2})"));
  CHECK(json::parse(to_json(relay_status{{l}, 1, 2, 3, 4, 5, 6, -7})) ==
        json{{"links", {json::parse(to_json(l))}},
             {"outbox_backlog", 1},
             {"history_backlog", 2},
             {"patches", 3},
             {"values", 4},
             {"refused_values", 5},
             {"last_stored_ms", 6},
             {"clock_skew_ms", -7}});
}
