#include "adapters/postgres/bridge.hpp"

#include <catch2/catch.hpp>

#include "adapters/postgres/shared_rows.hpp"
#include "adapters/sqlite/signal_schema.hpp"
#include "tests/adapters/postgres/bridge_rig.hpp"

using namespace outcry;
using namespace outcry::postgres;
using namespace outcry::postgres::test;

namespace {

/// A server and a system in which floors live.
struct bridge_rig : rig {
  sqlite::test::floor_config config{"sharing"};
  caf::actor_system system{config};

  std::string ids(const char* table) {
    auto owner_again = as("postgres");
    return owner_again
        .run(fmt::format("SELECT string_agg(source_id, ',' ORDER BY id) FROM outcry.{}", table)
                 .c_str())
        .text(0, 0);
  }
};

std::string numbers(int from, int to) {
  std::string result;
  for (int i = from; i <= to; ++i) result += (i == from ? "" : ",") + std::to_string(i);
  return result;
}

std::vector<std::string> words(int from, int to) {
  std::vector<std::string> result;
  for (int i = from; i <= to; ++i) result.push_back(std::to_string(i));
  return result;
}

}  // namespace

TEST_CASE("what a floor has is brought to the shared database, then owed no more") {
  NEEDS_POSTGRES();
  bridge_rig db;
  small_floor floor(db.system);
  auto x = storing("1");
  x.signals = {sample_signal("1")};
  x.signals[0].trade = {sample_trade(x.signals[0])};
  x.updates = {sample_update("1")};
  floor.ask<store_receipt>(x);
  floor.open(db.server.url(), true, true);
  REQUIRE(floor.wait_until_nothing_is_owed());
  CHECK(db.one("SELECT body || verdict || reply_to || author FROM outcry.raw_messages") ==
        x.message.text + "signal" + "3" + "Zoë");
  CHECK(db.one("SELECT call || ticker || confidence || said_ns FROM outcry.signals") ==
        x.signals[0].call + "XYZ93" + std::to_string(x.signals[0].said_ns));
  CHECK(
      db.one("SELECT body || edited_ns || target_source_id || handed_in_by FROM outcry.updates") ==
      x.updates[0].update + "01http:desk");
  CHECK(db.one("SELECT entry_price || ' ' || stop || ' ' || profit || ' ' || state FROM"
               " outcry.trades") == "107.5 0.000000000001 25 closed");
  CHECK(db.one("SELECT average_r FROM outcry.source_results") == "0.333333333333");
  const auto links = floor.links();
  REQUIRE(links.size() == 2);
  CHECK(links[0].name == "postgres.contribute");
  CHECK(links[0].state == link_state::live);
  CHECK(links[0].reason.empty());
  CHECK(links[0].lag_ms >= 0);
  CHECK(links[0].backlog == 0);
  CHECK(links[1].name == "postgres.read");

  SECTION("and its own rows do not come back to it") {
    push_rows(db.owner, {signal_row("2", "other")}, true);
    REQUIRE(floor.what->wait([&] { return !floor.what->cursors.empty(); }));
    CHECK(floor.what->heard == std::vector<std::string>{"2"});
  }
  SECTION("and a trade that goes on follows") {
    auto moved = floor.ask<signal_list>(find_signals{}).signals.at(0);
    moved.version = 2;
    moved.trade[0].version = 2;
    moved.trade[0].profit = Money::from_integer(30);
    floor.what->change([&] { floor.what->owed = -1; });
    floor.ask<store_receipt>(store_signals{{moved}, {}});
    REQUIRE(floor.wait_until_nothing_is_owed());
    CHECK(db.one("SELECT string_agg(profit::text, ',') FROM outcry.trades") == "30");
  }
}

TEST_CASE("a row the database will never take is marked so, and the others go on") {
  NEEDS_POSTGRES();
  bridge_rig db;
  const outcry::test::temp_dir dir;
  small_floor floor(db.system, dir.path().string());
  auto bad = storing("1");
  bad.message.text = std::string(40'001, 'x');
  floor.ask<store_receipt>(bad);
  auto no_json = storing("2");
  no_json.signals = {sample_signal("2")};
  no_json.signals[0].call = "no json";
  floor.ask<store_receipt>(no_json);
  floor.say("3");
  floor.open(db.server.url(), true, false);
  REQUIRE(floor.wait_until_nothing_is_owed());
  CHECK(db.ids("raw_messages") == "2,3");
  CHECK(db.ids("signals") == "3");
  const auto refusal = [&](const char* table, const char* id) {
    SQLite::Database file(sqlite::signals_path(dir.path().string()));
    return file.execAndGet(fmt::format("SELECT refusal FROM {} WHERE source_id = '{}'", table, id))
        .getString();
  };
  CHECK_THAT(refusal("messages", "1"), Catch::Contains("raw_messages_body_check"));
  CHECK_THAT(refusal("signals", "2"), Catch::Contains("json"));
  CHECK(refusal("messages", "2").empty());
  CHECK(refusal("signals", "3").empty());
}

TEST_CASE("what waits for a person's judgement is kept back until it has it") {
  NEEDS_POSTGRES();
  bridge_rig db;
  small_floor floor(db.system);
  floor.say("1", signal_state::quarantined);
  floor.say("2", signal_state::declined);
  floor.say("3", signal_state::expired);
  floor.say("4", signal_state::refused);
  floor.open(db.server.url(), true, false);
  REQUIRE(floor.wait_until_nothing_is_owed());
  CHECK(db.ids("signals") == "4");
  CHECK(db.ids("raw_messages") == "1,2,3,4");
  auto judged = floor.ask<signal_list>(find_signals{0, 0, "", "1", "", {}, 1}).signals.at(0);
  judged.state = signal_state::accepted;
  judged.version = 2;
  floor.what->change([&] { floor.what->owed = -1; });
  floor.ask<store_receipt>(store_signals{{judged}, {}});
  REQUIRE(floor.what->wait([&] { return floor.what->owed == 0; }));
  CHECK(db.ids("signals") == "4,1");
}

TEST_CASE("down at start: nothing waits for it, and all is delivered in order later") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  db.server.stop();
  small_floor floor(db.system);
  floor.open(db.server.url(), true, true);
  for (int i = 1; i <= 20; ++i) floor.say(std::to_string(i));
  REQUIRE(floor.what->wait([&] { return floor.what->owed == 40; }));
  REQUIRE(outcry::test::eventually([&] {
    const auto link = floor.links().at(0);
    return link.state == link_state::down &&
           link.reason.find("40 rows are owed") != std::string::npos;
  }));
  CHECK_THAT(floor.links().at(0).reason, !Catch::Contains("secret-of"));
  db.server.start();
  REQUIRE(floor.wait_until_nothing_is_owed());
  CHECK(db.ids("signals") == numbers(1, 20));
  CHECK(db.ids("raw_messages") == numbers(1, 20));
  CHECK(floor.links().at(0).reconnects == 1);
}

TEST_CASE("killed in the middle, again and again: nothing is lost, nothing is there twice") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  small_floor writer(db.system);
  small_floor reader(db.system);
  writer.open(db.server.url(), true, false);
  reader.open(db.server.url(), false, true);
  int id = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 25; ++i) writer.say(std::to_string(++id));
    db.server.kill();
    for (int i = 0; i < 25; ++i) writer.say(std::to_string(++id));
    db.server.start();
  }
  // What was counted before the last words counts for nothing.
  writer.what->change([&] { writer.what->owed = -1; });
  writer.say(std::to_string(++id));
  REQUIRE(writer.wait_until_nothing_is_owed());
  REQUIRE(reader.what->wait([&] { return reader.what->heard.size() >= 201; }));
  CHECK(db.ids("signals") == numbers(1, 201));
  CHECK(db.ids("raw_messages") == numbers(1, 201));
  CHECK(reader.what->heard == words(1, 201));
  CHECK(reader.owed() == 0);
}

TEST_CASE("a floor that dies between writing and marking writes nothing twice") {
  NEEDS_POSTGRES();
  bridge_rig db;
  small_floor floor(db.system);
  for (int i = 1; i <= 5; ++i) floor.say(std::to_string(i));
  floor.what->drop_marks = true;
  floor.open(db.server.url(), true, false);
  REQUIRE(floor.what->wait([&] { return floor.what->dropped > 0; }));
  CHECK(db.ids("signals") == numbers(1, 5));
  floor.close();
  CHECK(floor.owed() == 10);
  floor.what->change([&] {
    floor.what->drop_marks = false;
    floor.what->owed = -1;
  });
  floor.say("6");
  floor.open(db.server.url(), true, false);
  REQUIRE(floor.wait_until_nothing_is_owed());
  CHECK(db.ids("signals") == numbers(1, 6));
  CHECK(db.ids("raw_messages") == numbers(1, 6));
}

TEST_CASE("ten contributors of one channel make one signal for who reads") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  db.make_role("reader", "outcry_reader");
  small_floor reader(db.system);
  reader.open(db.server.url("reader"), false, true);
  std::vector<std::unique_ptr<small_floor>> floors;
  for (int i = 0; i < 10; ++i) {
    const auto role = "c" + std::to_string(i);
    db.make_role(role, "outcry_contributor");
    floors.push_back(std::make_unique<small_floor>(db.system));
    floors.back()->say("1");
    floors.back()->say("2");
    floors.back()->ask<store_receipt>(store_signals{{}, {sample_update("3")}});
    floors.back()->open(db.server.url(role), true, false);
  }
  for (auto& x : floors) REQUIRE(x->wait_until_nothing_is_owed());
  CHECK(db.ids("raw_messages").size() == 3);
  CHECK(db.ids("signals").size() == 3);
  CHECK(db.ids("updates") == "3");
  REQUIRE(reader.what->wait([&] { return reader.what->heard.size() >= 3; }));
  auto heard = reader.what->heard;
  std::sort(heard.begin(), heard.end());
  CHECK(heard == std::vector<std::string>{"1", "2", "u3"});
  for (const auto& x : reader.what->from) CHECK(x.starts_with("postgres:c"));
  // Nothing of that is owed back.
  CHECK(reader.owed() == 0);
  CHECK(reader.ask<signal_list>(find_signals{}).signals.size() == 2);
}

TEST_CASE("a reader that was away goes on where it was, in order") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  small_floor reader(db.system);
  reader.open(db.server.url(), false, true);
  push_rows(db.owner, {signal_row("1"), signal_row("2")}, true);
  REQUIRE(reader.what->wait([&] { return !reader.what->cursors.empty(); }));
  reader.close();
  for (int i = 3; i <= 12; ++i) push_rows(db.owner, {signal_row(std::to_string(i))}, true);
  reader.open(db.server.url(), false, true);
  REQUIRE(reader.what->wait([&] { return reader.what->heard.size() >= 12; }));
  CHECK(reader.what->heard == words(1, 12));
}

TEST_CASE("a desk that is away is asked again, what it finds invalid is passed over") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  small_floor reader(db.system);
  reader.what->desk_away = 1;
  reader.what->poison = "2";
  push_rows(db.owner, {signal_row("1"), signal_row("2"), signal_row("3")}, true);
  reader.open(db.server.url(), false, true);
  REQUIRE(reader.what->wait([&] { return !reader.what->cursors.empty(); }));
  CHECK(reader.what->heard == std::vector<std::string>{"1", "3"});
}

TEST_CASE("where to read on is kept only once the desk has answered") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  small_floor reader(db.system);
  reader.what->desk_away = 1'000'000;
  push_rows(db.owner, {signal_row("1")}, true);
  reader.open(db.server.url(), false, true);
  REQUIRE(reader.what->wait([&] { return reader.what->desk_away < 1'000'000; }));
  CHECK(reader.links().at(0).name == "postgres.read");
  CHECK_THAT(reader.links().at(0).reason, Catch::Contains("1 rows wait for the desk"));
  reader.close();
  CHECK(reader.ask<cursor_value>(get_cursor{"postgres.feed"}).value.empty());
  reader.what->desk_away = 0;
  reader.open(db.server.url(), false, true);
  REQUIRE(reader.what->wait([&] { return !reader.what->cursors.empty(); }));
  CHECK(reader.what->heard == std::vector<std::string>{"1"});
}

TEST_CASE("a role without rights is told so in the links, in clear words") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  db.make_role("mallory");
  small_floor floor(db.system);
  floor.say("1");
  floor.open(db.server.url("mallory"), true, true);
  REQUIRE(outcry::test::eventually([&] {
    const auto links = floor.links();
    return links.at(0).state == link_state::refused && links.at(1).state == link_state::refused;
  }));
  for (const auto& x : floor.links()) {
    CHECK_THAT(x.reason, Catch::Contains("role mallory may not use schema outcry"));
    CHECK_THAT(x.reason, !Catch::Contains("secret-of"));
  }
  db.owner.run_script("GRANT outcry_contributor TO mallory");
  REQUIRE(floor.wait_until_nothing_is_owed());
  CHECK(db.one("SELECT contributor FROM outcry.signals") == "mallory");
}

TEST_CASE("who reads hears of edits and deletions, also those said while it was away") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  db.make_role("carol", "outcry_contributor");
  db.make_role("reader", "outcry_reader");
  small_floor writer(db.system);
  small_floor reader(db.system);
  const auto say_later = [&](const std::string& id, const std::string& text, bool deleted) {
    auto x = storing(id, deleted ? 20 : 10);
    x.message.text = text;
    x.message.deleted = deleted;
    writer.ask<store_receipt>(x);
  };
  writer.say("1");
  writer.open(db.server.url("carol"), true, false);
  reader.open(db.server.url("reader"), false, true);
  REQUIRE(reader.what->wait([&] { return reader.what->heard.size() >= 1; }));
  say_later("1", "edited", false);
  REQUIRE(reader.what->wait([&] { return reader.what->heard.size() >= 2; }));
  REQUIRE(reader.what->wait([&] { return reader.what->cursors.size() >= 2; }));
  reader.close();
  say_later("1", "", true);
  writer.what->change([&] { writer.what->owed = -1; });
  writer.say("2");
  REQUIRE(writer.wait_until_nothing_is_owed());
  reader.open(db.server.url("reader"), false, true);
  REQUIRE(reader.what->wait([&] { return reader.what->heard.size() >= 4; }));
  CHECK(reader.what->heard == std::vector<std::string>{"1", "e1", "-1", "2"});
  for (const auto& x : reader.what->from) CHECK(x == "postgres:carol");
  const auto& edit = reader.what->messages.at(0);
  CHECK(edit.text == "edited");
  CHECK(edit.edited_ns == 10);
  CHECK(edit.source == storing("1").message.source);
  CHECK(edit.author_id == storing("1").message.author_id);
  CHECK(edit.sent_ns == storing("1").message.sent_ns);
  // None of it is owed back.
  CHECK(reader.owed() == 0);
}

TEST_CASE("what others than the named contributors write is passed over") {
  NEEDS_POSTGRES();
  bridge_rig db;
  migrate(db.owner);
  db.make_role("carol", "outcry_contributor");
  db.make_role("mallory", "outcry_contributor");
  auto carol = db.as("carol");
  auto mallory = db.as("mallory");
  push_rows(mallory, {signal_row("1"), update_row("2"), later_row("3", 10, "", true)}, false);
  push_rows(carol, {signal_row("4")}, false);
  push_rows(mallory, {signal_row("5")}, false);
  small_floor reader(db.system);
  reader.open(db.server.url(), false, true, {"carol"});
  REQUIRE(reader.what->wait([&] { return !reader.what->cursors.empty(); }));
  CHECK(reader.what->heard == std::vector<std::string>{"4"});
  CHECK(reader.what->from == std::vector<std::string>{"postgres:carol"});
  // Rows of nobody else alone are passed, too.
  const auto places = reader.what->cursors.size();
  push_rows(mallory, {signal_row("6")}, false);
  REQUIRE(reader.what->wait([&] { return reader.what->cursors.size() > places; }));
  push_rows(carol, {signal_row("7")}, false);
  REQUIRE(reader.what->wait([&] { return reader.what->heard.size() >= 2; }));
  CHECK(reader.what->heard == std::vector<std::string>{"4", "7"});
}
