#include "adapters/postgres/schema.hpp"

#include <future>
#include <vector>

#include <catch2/catch.hpp>

#include "actors/signals/results.hpp"
#include "tests/adapters/postgres/rig.hpp"

using namespace outcry;
using namespace outcry::postgres;
using namespace outcry::postgres::test;

namespace {

/// What `work` is refused with.
template <class Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const failure& error) {
    CHECK(error.kind() == failure_kind::refused);
    return error.what();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace

TEST_CASE("floors that start at once make the schema once, and it may be run again") {
  NEEDS_POSTGRES();
  rig db;
  std::vector<std::future<rights>> floors;
  for (int i = 0; i < 8; ++i) {
    floors.push_back(std::async(std::launch::async, [&] {
      auto mine = db.as("postgres");
      return prepare(mine);
    }));
  }
  for (auto& x : floors) {
    const auto may = x.get();
    CHECK(may.read);
    CHECK(may.contribute);
    CHECK(may.trades);
  }
  CHECK(db.one("SELECT count(*) FROM outcry.schema_versions") == std::to_string(newest_schema()));
  migrate(db.owner);
  CHECK(schema_of(db.owner) == newest_schema());
}

TEST_CASE("the printed script makes the same, and may be run again") {
  NEEDS_POSTGRES();
  rig db;
  db.owner.run_script(schema_script());
  const auto id = db.one("SELECT value FROM outcry.about");
  db.owner.run_script(schema_script());
  CHECK(db.one("SELECT value FROM outcry.about") == id);
  CHECK(prepare(db.owner).contribute);
  push_rows(db.owner, {signal_row("1")}, true);
  CHECK(db.one("SELECT signals FROM outcry.source_results") == "1");
}

TEST_CASE("a schema that is missing, older or newer is refused with what to do") {
  NEEDS_POSTGRES();
  rig db;
  db.make_role("alice");
  auto alice = db.as("alice");
  CHECK(refusal([&] { prepare(alice); }) ==
        "database signals has no schema outcry and role alice may not create it: the database's "
        "owner must run \"outcry signals database init\"");
  migrate(db.owner);
  CHECK(refusal([&] { prepare(alice); }) ==
        "role alice may not use schema outcry of database signals: grant it outcry_reader, "
        "outcry_contributor or both");
  db.owner.run_script("GRANT outcry_reader TO alice");
  CHECK(prepare(alice).read);
  db.owner.run_script("DELETE FROM outcry.schema_versions");
  CHECK_THAT(refusal([&] { prepare(alice); }),
             Catch::Contains("role alice may not change schema outcry"));
  db.owner.run_script("INSERT INTO outcry.schema_versions VALUES (99)");
  CHECK_THAT(refusal([&] { prepare(alice); }), Catch::Contains("has schema 99"));
  CHECK_THAT(refusal([&] { prepare(db.owner); }), Catch::Contains("has schema 99"));
}

TEST_CASE("who owns the database and may make no roles gets the schema without them") {
  NEEDS_POSTGRES();
  rig db;
  db.make_role("dora");
  db.owner.run_script("ALTER DATABASE signals OWNER TO dora");
  auto dora = db.as("dora");
  const auto may = prepare(dora);
  CHECK(may.trades);
  CHECK(db.one("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'outcry%'") == "0");
  // Made later by somebody who may: they get their rights with the next migration.
  db.owner.run_script("CREATE ROLE outcry_reader NOLOGIN");
  migrate(dora);
  db.make_role("bob", "outcry_reader");
  auto bob = db.as("bob");
  CHECK(prepare(bob).read);
}

TEST_CASE("a contributor may insert and nothing else") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  db.make_role("carol", "outcry_contributor");
  auto carol = db.as("carol");
  const auto may = prepare(carol);
  CHECK(may.role == "carol");
  CHECK(may.contribute);
  CHECK_FALSE(may.read);
  CHECK_FALSE(may.trades);
  const auto done = push_rows(carol, {message_row("1"), signal_row("1"), update_row("2")}, false);
  for (const auto& x : done) CHECK(x.refusal.empty());
  CHECK(db.one("SELECT string_agg(contributor, ',') FROM (SELECT contributor FROM outcry.signals"
               " UNION ALL SELECT contributor FROM outcry.updates"
               " UNION ALL SELECT contributor FROM outcry.raw_messages) x") == "carol,carol,carol");
  for (const auto* sql :
       {"SELECT * FROM outcry.signals", "SELECT call FROM outcry.signals",
        "UPDATE outcry.signals SET call = '{}'", "DELETE FROM outcry.signals",
        "DELETE FROM outcry.raw_messages", "SELECT * FROM outcry.raw_messages",
        "UPDATE outcry.updates SET body = '{}'", "TRUNCATE outcry.signals",
        "SELECT * FROM outcry.source_results", "INSERT INTO outcry.schema_versions VALUES (7)",
        "UPDATE outcry.about SET value = ''", "CREATE TABLE outcry.mine (x int)",
        "DROP TABLE outcry.signals", "SELECT * FROM outcry.trades",
        "INSERT INTO outcry.signals (contributor) VALUES ('postgres')",
        "INSERT INTO outcry.signals (txid) VALUES ('1')",
        "INSERT INTO outcry.signals (id) VALUES (1)",
        "INSERT INTO outcry.trades (floor) VALUES ('x')"}) {
    INFO(sql);
    CHECK_THAT(refusal([&] { carol.run(sql); }),
               Catch::Contains("permission denied") || Catch::Contains("must be owner") ||
                   Catch::Contains("cannot insert a non-DEFAULT value"));
  }
  // Another's role cannot be worn.
  carol.run_script("SET ROLE outcry_contributor");
  push_rows(carol, {signal_row("2")}, false);
  CHECK(db.one("SELECT contributor FROM outcry.signals WHERE source_id = '2'") == "carol");
}

TEST_CASE("a reader may read and nothing else") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  push_rows(db.owner, {signal_row("1")}, true);
  db.make_role("bob", "outcry_reader");
  auto bob = db.as("bob");
  const auto may = prepare(bob);
  CHECK(may.read);
  CHECK_FALSE(may.contribute);
  CHECK_FALSE(may.trades);
  CHECK(bob.run("SELECT count(*) FROM outcry.signals").number(0, 0) == 1);
  CHECK(bob.run("SELECT signals FROM outcry.source_results").number(0, 0) == 1);
  for (const auto* sql :
       {"UPDATE outcry.signals SET call = '{}'", "DELETE FROM outcry.signals",
        "INSERT INTO outcry.signals (floor) VALUES ('x')", "DELETE FROM outcry.trades"}) {
    INFO(sql);
    CHECK_THAT(refusal([&] { bob.run(sql); }), Catch::Contains("permission denied"));
  }
}

TEST_CASE("the database counts results as the floor does") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  const std::vector<const char*> profits = {"40", "-30", "-20.5", "70", "-10", "0"};
  std::vector<outgoing_row> rows;
  std::vector<trade_record> trades;
  for (std::size_t i = 0; i < profits.size(); ++i) {
    const auto id = std::to_string(9 - i);
    rows.push_back(signal_row(id));
    rows.push_back(trade_row(id, profits[i], static_cast<std::int64_t>(i + 1)));
    trade_record x;
    x.source_id = id;
    x.state = signal_state::closed;
    x.entered = Quantity::from_integer(10);
    x.entry_price = Price::from_integer(100);
    x.first_stop = Price::from_integer(98);
    x.profit = *Money::parse(profits[i]);
    x.closed_ns = static_cast<timestamp_ns>(i + 1);
    trades.push_back(x);
  }
  rows.push_back(signal_row("1", "f1", "http:quiet"));
  push_rows(db.owner, rows, true);
  const auto floor = signals::result_of("discord:77", 6, trades);
  const auto found = db.owner.run("SELECT * FROM outcry.source_results ORDER BY source");
  REQUIRE(found.count() == 2);
  CHECK(found.text(0, 0) == "discord:77");
  CHECK(found.number(0, 1) == floor.signals);
  CHECK(found.number(0, 2) == floor.trades);
  CHECK(found.number(0, 3) == floor.wins);
  CHECK(found.number(0, 4) == floor.losses);
  CHECK(*Ratio::parse(found.text(0, 5)) == floor.average_r);
  CHECK(found.number(0, 6) == floor.r_trades);
  CHECK(*Money::parse(found.text(0, 7)) == floor.profit);
  CHECK(*Money::parse(found.text(0, 8)) == floor.drawdown);
  CHECK(to_string(floor.drawdown) == "50.5");
  CHECK(found.number(1, 1) == 1);
  CHECK(found.number(1, 2) == 0);
}
