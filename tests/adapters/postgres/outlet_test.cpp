#include "adapters/postgres/outlet.hpp"

#include <condition_variable>
#include <future>

#include <catch2/catch.hpp>

#include "tests/adapters/postgres/rig.hpp"

using namespace outcry::postgres;
using namespace outcry::postgres::test;

TEST_CASE("rows are stored once, one that cannot be is refused alone, with the reason") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  auto no_json = signal_row("3");
  no_json.json.replace(no_json.json.find("{\\\"ticker\\\":\\\"XYZ\\\"}"), 19, "no json here, no  ");
  auto nul = message_row("5", "a\\u0000b");
  const auto done =
      push_rows(db.owner,
                {message_row("1"), message_row("2", std::string(40'001, 'x')), nul, signal_row("1"),
                 no_json, signal_row("4"), signal_row(std::string(129, '9')), update_row("2")},
                true);
  REQUIRE(done.size() == 8);
  CHECK(done[0].refusal.empty());
  CHECK_THAT(done[1].refusal, Catch::Contains("raw_messages_body_check"));
  CHECK_FALSE(done[2].refusal.empty());
  CHECK(done[3].refusal.empty());
  CHECK_THAT(done[4].refusal, Catch::Contains("json"));
  CHECK(done[5].refusal.empty());
  CHECK_THAT(done[6].refusal, Catch::Contains("source_id"));
  CHECK(done[7].refusal.empty());
  push_rows(db.owner, {message_row("1"), signal_row("1", "f2"), update_row("2")}, true);
  CHECK(db.one("SELECT count(*) FROM outcry.raw_messages") == "1");
  CHECK(db.one("SELECT string_agg(source_id || floor, ',' ORDER BY id) FROM outcry.signals") ==
        "1f1,4f1");
  CHECK(db.one("SELECT count(*) FROM outcry.updates") == "1");
  CHECK(db.one("SELECT author || body FROM outcry.raw_messages") == "Zoëhello");
}

TEST_CASE("a trade is replaced by its version, and passed over by who may not write trades") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  const auto profit = [&] {
    return db.one("SELECT string_agg(profit::text, ',' ORDER BY floor) FROM outcry.trades");
  };
  push_rows(db.owner, {trade_row("1", "5", 1, 2)}, true);
  push_rows(db.owner, {trade_row("1", "3", 1, 1)}, true);
  CHECK(profit() == "5");
  push_rows(db.owner, {trade_row("1", "7.25", 1, 3)}, true);
  CHECK(profit() == "7.25");
  push_rows(db.owner, {trade_row("1", "-1", 1, 1, "f2")}, true);
  CHECK(profit() == "7.25,-1");
  const auto done = push_rows(db.owner, {trade_row("2", "1", 1)}, false);
  CHECK(done.at(0).refusal.empty());
  CHECK(profit() == "7.25,-1");
}

namespace {

/// An outlet and what it said.
struct talking_outlet {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<link_report> states;
  std::vector<std::vector<row_outcome>> answers;
  outlet out;

  explicit talking_outlet(const std::string& url)
      : out(options(url), [this](std::vector<row_outcome> x) {
          const std::lock_guard lock(mutex);
          answers.push_back(std::move(x));
          changed.notify_all();
        }) {
    out.start();
  }

  link_options options(const std::string& url) {
    link_options result;
    result.target = connection_string(url);
    result.shortest_pause = std::chrono::milliseconds(10);
    result.longest_pause = std::chrono::milliseconds(50);
    result.on_state = [this](const link_report& x) {
      const std::lock_guard lock(mutex);
      states.push_back(x);
      changed.notify_all();
    };
    return result;
  }

  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(30), condition);
  }

  bool wait_for(link_condition condition) {
    return wait([&] { return !states.empty() && states.back().condition == condition; });
  }
};

}  // namespace

TEST_CASE("a batch outlives the server's death and is stored once") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  talking_outlet out(db.server.url());
  REQUIRE(out.wait_for(link_condition::live));
  db.server.kill();
  REQUIRE(out.wait_for(link_condition::down));
  out.out.push({signal_row("1"), signal_row("2")});
  db.server.start();
  REQUIRE(out.wait([&] { return !out.answers.empty(); }));
  CHECK(out.answers[0].size() == 2);
  auto owner = db.as("postgres");
  CHECK(owner.run("SELECT count(*) FROM outcry.signals").number(0, 0) == 2);
  out.out.push({signal_row("2"), signal_row("3")});
  REQUIRE(out.wait([&] { return out.answers.size() == 2; }));
  CHECK(owner.run("SELECT count(*) FROM outcry.signals").number(0, 0) == 3);
}

TEST_CASE("a role that may not contribute is refused in clear words, and taken once it may") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  db.make_role("bob", "outcry_reader");
  talking_outlet out(db.server.url("bob"));
  REQUIRE(out.wait_for(link_condition::refused));
  {
    const std::lock_guard lock(out.mutex);
    CHECK(out.states.back().reason ==
          "role bob may not contribute to the shared database: grant it outcry_contributor");
  }
  db.owner.run_script("GRANT outcry_contributor TO bob");
  CHECK(out.wait_for(link_condition::live));
}
