#include <optional>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

#include "adapters/sqlite/signal_bridge.hpp"
#include "tests/adapters/sqlite/floor_config.hpp"
#include "tests/adapters/sqlite/signal_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

/// Message `id` of that time, held by the shared database.
void keep(signal_engine& engine, const std::string& id, timestamp_ns received,
          std::optional<signal_state> call = {}, bool is_owed = false) {
  auto x = storing(id);
  x.message.received_ns = received;
  if (call) {
    x.signals = {sample_signal(id)};
    x.signals[0].state = *call;
  }
  one<store_receipt>(engine, x);
  if (is_owed) return;
  find_messages query;
  query.source_id = id;
  const auto row = one<message_list>(engine, query).messages.at(0).id;
  one<unshared_count>(engine, mark_shared{{{row, 1, ""}}, {}, {}});
}

std::string ids(signal_engine& engine) {
  std::string result;
  for (const auto& x : one<message_list>(engine, find_messages{}).messages)
    result = x.message.source_id + (result.empty() ? "" : ",") + result;
  return result;
}

std::string forget(signal_engine& engine, timestamp_ns before, std::int64_t after = 0,
                   std::uint32_t limit = 500) {
  return one<cursor_value>(engine, forget_messages{before, after, limit}).value;
}

}  // namespace

TEST_CASE("old messages are forgotten, not those of calls that are not over, nor those owed") {
  const outcry::test::temp_dir dir;
  signal_engine engine(dir.path().string());
  using enum signal_state;
  keep(engine, "1", 10);
  keep(engine, "2", 10, quarantined);
  keep(engine, "3", 10, open);
  keep(engine, "4", 10, closed);
  keep(engine, "5", 10, {}, true);
  keep(engine, "6", 100);
  keep(engine, "7", 10);
  CHECK(forget(engine, 10).empty());
  CHECK(ids(engine) == "1,2,3,4,5,6,7");
  CHECK(forget(engine, 100).empty());
  // The first that is young enough ends the round.
  CHECK(ids(engine) == "2,3,5,6,7");
  CHECK(one<signal_list>(engine, find_signals{}).signals.size() == 3);
  CHECK(one<last_source_id>(engine, get_last_source_id{"discord:77"}).source_id == "7");
}

TEST_CASE("messages are forgotten in batches, each behind the last") {
  const outcry::test::temp_dir dir;
  signal_engine engine(dir.path().string());
  for (int i = 1; i <= 7; ++i)
    keep(engine, std::to_string(i), 10, i == 2 ? std::optional(signal_state::open) : std::nullopt);
  CHECK(forget(engine, 100, 0, 3) == "3");
  CHECK(ids(engine) == "2,4,5,6,7");
  CHECK(forget(engine, 100, 3, 3) == "6");
  CHECK(forget(engine, 100, 6, 3).empty());
  CHECK(ids(engine) == "2");
}

TEST_CASE("a store that is opened forgets what is too old, batch after batch") {
  const outcry::test::temp_dir dir;
  constexpr int many = 1100;
  const auto clock = std::make_shared<outcry::test::manual_clock>();
  const auto now = clock->now();
  {
    signal_engine engine(dir.path().string());
    engine.store().begin();
    for (int i = 1; i <= many; ++i) {
      auto x = storing(std::to_string(i));
      x.message.received_ns = i == many ? now : now - 101;
      x.message.contributor = "postgres:carol";
      REQUIRE(engine.store().apply(x));
    }
    engine.store().commit();
  }
  floor_config config{"sharing"};
  caf::actor_system system{config};
  caf::scoped_actor self{system, true};
  auto home = std::make_shared<house>();
  home->time = clock;
  signal_options options{dir.path().string()};
  options.keep_messages_ns = 100;
  options.house = home;
  const auto store = caf::actor_cast<signal_store_actor>(system.spawn(signal_bridge, options));
  std::vector<stored_message> left;
  // Each answer comes behind one more batch.
  for (int i = 0; i < 5; ++i)
    self->request(store, patience, find_messages{})
        .receive([&](message_list& x) { left = std::move(x.messages); },
                 [&](caf::error& x) { FAIL(system.render(x)); });
  REQUIRE(left.size() == 1);
  CHECK(left.front().message.source_id == std::to_string(many));
  self->send_exit(store, caf::exit_reason::user_shutdown);
  self->wait_for(store);
}
