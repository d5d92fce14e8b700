#include "adapters/postgres/feed.hpp"

#include <condition_variable>
#include <mutex>

#include <catch2/catch.hpp>

#include "adapters/postgres/inlet.hpp"
#include "tests/adapters/postgres/rig.hpp"

using namespace outcry::postgres;
using namespace outcry::postgres::test;

namespace {

const char* mark_of(const feed_row& x) {
  if (x.kind == feed_kind::update) return "u";
  if (x.kind == feed_kind::message) return x.deleted ? "-" : "e";
  return "";
}

/// All that the feed has now, as "1,2,u3".
std::string all(feed& from, connection& over, int limit = 100) {
  std::string ids;
  while (true) {
    const auto page = from.read(over, limit);
    if (page.rows.empty()) return ids;
    for (const auto& x : page.rows)
      ids += (ids.empty() ? "" : ",") + std::string(mark_of(x)) + x.source_id;
    from.accept();
  }
}

}  // namespace

TEST_CASE("a position is written as it is read") {
  const feed_position x{18'446'744'073'709'551'615U, 1, 7};
  CHECK(to_string(x) == "18446744073709551615:1:7");
  CHECK(parse_feed_position(to_string(x)) == x);
  for (const auto* bad : {"", "1", "1:2", "1:2:x", "-1:0:0", "1:0:3 "})
    CHECK_THROWS_AS(parse_feed_position(bad), failure);
}

TEST_CASE("others' rows come in order, calls before what is said of them, own ones never") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  push_rows(db.owner, {signal_row("1"), update_row("2"), signal_row("3", "mine")}, true);
  feed from("mine", {});
  const auto page = from.read(db.owner, 100);
  REQUIRE(page.rows.size() == 2);
  const auto& call = page.rows[0];
  CHECK(call.kind == feed_kind::call);
  CHECK(call.source == "discord:77");
  CHECK(call.source_id == "1");
  CHECK(call.author_id == "41");
  CHECK(call.author == "Zoë");
  CHECK(call.body == R"({"ticker":"XYZ"})");
  CHECK(call.contributor == "postgres");
  CHECK(call.said_ns == 5);
  CHECK(page.rows[1].kind == feed_kind::update);
  CHECK(page.rows[1].edited_ns == 9);
  CHECK(page.rows[1].body == R"({"kind":"stop"})");
  // Not accepted: they come again.
  CHECK(all(from, db.owner) == "1,u2");
  CHECK(all(from, db.owner).empty());
  db.owner.run_script("BEGIN");
  push_rows(db.owner, {update_row("5"), signal_row("4")}, true);
  db.owner.run_script("COMMIT");
  CHECK(all(from, db.owner) == "4,u5");
}

TEST_CASE("edits and deletions come behind what they are about, what was first said does not") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  push_rows(db.owner, {message_row("1"), signal_row("1"), update_row("2")}, true);
  push_rows(db.owner, {later_row("1", 10, "edited"), later_row("1", 20, "", true)}, true);
  push_rows(db.owner, {later_row("3", 30, "mine", false, "mine")}, true);
  feed from("mine", {});
  const auto page = from.read(db.owner, 100);
  REQUIRE(page.rows.size() == 4);
  const auto& edit = page.rows[2];
  CHECK(edit.kind == feed_kind::message);
  CHECK(edit.source == "discord:77");
  CHECK(edit.source_id == "1");
  CHECK(edit.edited_ns == 10);
  CHECK(edit.author_id == "41");
  CHECK(edit.author == "Zoë");
  CHECK(edit.body == "edited");
  CHECK(edit.contributor == "postgres");
  CHECK(edit.said_ns == 1);
  CHECK_FALSE(edit.deleted);
  CHECK_FALSE(edit.trusted);
  CHECK(edit.reply_to == "5");
  CHECK(page.rows[3].deleted);
  CHECK(all(from, db.owner) == "1,u2,e1,-1");
  // One that is committed late is not skipped, and nothing comes twice meanwhile.
  auto slow = db.as("postgres");
  slow.run_script("BEGIN");
  push_rows(slow, {later_row("4", 10, "late")}, true);
  push_rows(db.owner, {later_row("5", 10, "quick"), signal_row("6")}, true);
  CHECK(all(from, db.owner) == "e5,6");
  CHECK(all(from, db.owner).empty());
  slow.run_script("COMMIT");
  CHECK(all(from, db.owner) == "e4");
  CHECK(all(from, db.owner).empty());
}

TEST_CASE("a page's end loses nothing") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  std::string expected;
  db.owner.run_script("BEGIN");
  for (int i = 100; i < 110; ++i) push_rows(db.owner, {signal_row(std::to_string(i))}, true);
  db.owner.run_script("COMMIT");
  for (int i = 110; i < 120; ++i) push_rows(db.owner, {signal_row(std::to_string(i))}, true);
  for (int i = 100; i < 120; ++i) expected += (expected.empty() ? "" : ",") + std::to_string(i);
  feed from("mine", {});
  CHECK(all(from, db.owner, 3) == expected);
  feed resumed("mine", from.position());
  CHECK(all(resumed, db.owner).empty());
}

TEST_CASE("a row that is committed late is not skipped, and nothing waits for it") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  auto slow = db.as("postgres");
  auto quick = db.as("postgres");
  slow.run_script("BEGIN");
  push_rows(slow, {signal_row("1")}, true);
  push_rows(quick, {signal_row("2"), update_row("3")}, true);
  feed from("mine", {});
  CHECK(all(from, db.owner) == "2,u3");
  const auto saved = from.position();
  push_rows(quick, {signal_row("4")}, true);
  CHECK(all(from, db.owner) == "4");
  CHECK(all(from, db.owner).empty());
  slow.run_script("COMMIT");
  CHECK(all(from, db.owner) == "1");
  CHECK(all(from, db.owner).empty());
  // One that starts again where the late row was still open reads it, too.
  feed resumed("mine", saved);
  CHECK_THAT(all(resumed, db.owner), Catch::Contains("1"));
  push_rows(quick, {signal_row("5")}, true);
  CHECK(all(from, db.owner) == "5");
}

TEST_CASE("one that has never read starts with what is recent, and with what is still open") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  push_rows(db.owner, {signal_row("1"), signal_row("2")}, true);
  db.owner.run_script(
      "UPDATE outcry.signals SET recorded_at = recorded_at - interval '2 days'"
      " WHERE source_id = '1'");
  auto slow = db.as("postgres");
  slow.run_script("BEGIN");
  push_rows(slow, {signal_row("3")}, true);
  const auto start = feed::since(db.owner, std::chrono::hours(24));
  slow.run_script("COMMIT");
  push_rows(db.owner, {signal_row("4")}, true);
  // Both calls of the first batch are of one transaction.
  feed from("mine", start);
  CHECK(all(from, db.owner) == "1,2,3,4");
  const auto none = feed::since(db.owner, std::chrono::seconds(0));
  feed later("mine", none);
  push_rows(db.owner, {signal_row("5")}, true);
  CHECK(all(later, db.owner) == "5");
}

TEST_CASE("rows of a dump are numbered anew when the schema is looked after") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  push_rows(db.owner, {signal_row("1")}, true);
  db.owner.run_script("UPDATE outcry.signals SET txid = '99999999999'");
  const auto before = database_id(db.owner);
  migrate(db.owner);
  CHECK(database_id(db.owner) != before);
  feed from("mine", {});
  CHECK(all(from, db.owner) == "1");
  CHECK(from.position().txid < 99999999999U);
  const auto after = database_id(db.owner);
  migrate(db.owner);
  CHECK(database_id(db.owner) == after);
}

namespace {

/// An inlet that takes all it is given, or holds it back.
struct taking_inlet {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> ids;
  std::string resume;
  int live = 0;
  link_report last;
  bool hold = false;
  int held = 0;
  inlet in;

  taking_inlet(const std::string& url, const std::string& from)
      : in(link_to(url), place(from), [this](delivery x) { take(std::move(x)); }) {
    in.start();
  }
  ~taking_inlet() { in.stop(); }

  static inlet_options place(const std::string& from) {
    inlet_options result;
    result.floor_id = "mine";
    result.from = from;
    result.page = 2;
    result.poll = std::chrono::hours(1);  // only notifications wake it
    return result;
  }

  link_options link_to(const std::string& url) {
    link_options result;
    result.target = connection_string(url);
    result.shortest_pause = std::chrono::milliseconds(10);
    result.longest_pause = std::chrono::milliseconds(50);
    result.on_state = [this](const link_report& x) {
      const std::lock_guard lock(mutex);
      last = x;
      live += x.condition == link_condition::live ? 1 : 0;
      changed.notify_all();
    };
    return result;
  }

  void take(delivery x) {
    {
      const std::lock_guard lock(mutex);
      changed.notify_all();
      if (hold) {
        ++held;
        return;
      }
      for (const auto& row : x.rows) ids.push_back(row.source_id);
      resume = x.resume;
    }
    in.accept();
  }

  bool wait_for_rows(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(30), [&] { return ids.size() >= count; });
  }
};

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("an inlet hears of rows as they come, and catches up in order after it was away") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  std::string resume;
  {
    taking_inlet in(db.server.url(), "");
    push_rows(db.owner, {signal_row("1")}, true);
    REQUIRE(in.wait_for_rows(1));
    // It has looked and found no more: from here on only a notification can tell it.
    REQUIRE(outcry::test::eventually([&] {
      return db.one(
                 "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%oldest%' AND state ="
                 " 'idle' AND state_change < clock_timestamp() - interval '300 ms' AND"
                 " pid <> pg_backend_pid()") == "1";
    }));
    push_rows(db.owner, {signal_row("2")}, true);
    REQUIRE(in.wait_for_rows(2));
    const auto pid = db.owner
                         .run(
                             "SELECT pid FROM pg_stat_activity WHERE query LIKE '%oldest%' AND"
                             " pid <> pg_backend_pid()")
                         .text(0, 0);
    db.owner.run("SELECT pg_terminate_backend($1::int)", {pid});
    push_rows(db.owner, {signal_row("3")}, true);
    REQUIRE(in.wait_for_rows(3));
    CHECK(in.ids == list{"1", "2", "3"});
    resume = in.resume;
  }
  for (int i = 4; i < 9; ++i) push_rows(db.owner, {signal_row(std::to_string(i))}, true);
  taking_inlet again(db.server.url(), resume);
  REQUIRE(again.wait_for_rows(5));
  CHECK(again.ids == list{"4", "5", "6", "7", "8"});
}

TEST_CASE("a killed server's rows are read on when it is back, none twice") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  taking_inlet in(db.server.url(), "");
  push_rows(db.owner, {signal_row("1"), signal_row("2"), signal_row("3")}, true);
  REQUIRE(in.wait_for_rows(3));
  db.server.kill();
  db.server.start();
  auto owner = db.as("postgres");
  push_rows(owner, {signal_row("4")}, true);
  REQUIRE(in.wait_for_rows(4));
  CHECK(in.ids == list{"1", "2", "3", "4"});
}

TEST_CASE("what was delivered and not accepted is delivered to the next one again") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  {
    taking_inlet in(db.server.url(), "");
    {
      const std::lock_guard lock(in.mutex);
      in.hold = true;
    }
    push_rows(db.owner, {signal_row("1")}, true);
    std::unique_lock lock(in.mutex);
    REQUIRE(in.changed.wait_for(lock, std::chrono::seconds(30), [&] { return in.held == 1; }));
  }
  taking_inlet again(db.server.url(), "");
  REQUIRE(again.wait_for_rows(1));
  CHECK(again.ids == list{"1"});
}

TEST_CASE("a position in another database counts for nothing") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  push_rows(db.owner, {signal_row("1")}, true);
  taking_inlet in(db.server.url(), "0123456789abcdef/99999999999:0:0");
  REQUIRE(in.wait_for_rows(1));
  CHECK(in.ids == list{"1"});
}

TEST_CASE("a role that may not read is refused in clear words") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  db.make_role("carol", "outcry_contributor");
  taking_inlet in(db.server.url("carol"), "");
  std::unique_lock lock(in.mutex);
  REQUIRE(in.changed.wait_for(lock, std::chrono::seconds(30),
                              [&] { return in.last.condition == link_condition::refused; }));
  CHECK(in.last.reason == "role carol may not read the shared database: grant it outcry_reader");
}
