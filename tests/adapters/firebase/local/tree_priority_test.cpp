#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/nodes.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "adapters/firebase/local/store.hpp"
#include "tests/adapters/firebase/local/tree_model.hpp"
#include "tests/support/temp_dir.hpp"

namespace local = outcry::firebase::local;
using Catch::Matchers::Contains;
using outcry::test::json;

namespace {

bool write_priority(local::store& to, const std::string& path, const json& value) {
  const std::string place = local::parse_place(path, false);
  return to.replace(place, local::flatten(value, place, 1234));
}

json exported(local::store& from, const std::string& path) {
  return json::parse(
      local::render_node(from, local::parse_place(path, false), local::form::exported));
}

json parsed(const char* text) {
  return json::parse(text);
}

int schema_of(const std::string& file) {
  SQLite::Database db(file, SQLite::OPEN_READWRITE);
  return db.execAndGet("PRAGMA user_version").getInt();
}

}  // namespace

TEST_CASE("priorities are kept beside values and leave plain values as they are") {
  const outcry::test::temp_dir dir;
  local::store store(dir.file("t.db"));
  store.begin();
  const json value = parsed(R"({"a":{".value":"x",".priority":1.5},"b":{".priority":"p","0":true,
                                "1":{".value":2,".priority":-7}},".priority":3,"c":[1,2]})");
  write_priority(store, "n", value);
  CHECK(local::render_node(store, local::parse_place("n", false)) ==
        R"({"a":"x","b":[true,2],"c":[1,2]})");
  CHECK(exported(store, "n") ==
        parsed(R"({"a":{".value":"x",".priority":1.5},"b":{".priority":"p","0":true,
                   "1":{".value":2,".priority":-7}},".priority":3,"c":{"0":1,"1":2}})"));
  CHECK(exported(store, "n/a") == parsed(R"({".value":"x",".priority":1.5})"));
  CHECK(exported(store, "n/a/.priority") == json(1.5));
  CHECK(exported(store, "n/c/.priority") == json());
  CHECK(local::render_shallow(store, local::parse_place("n", false)) ==
        R"({"a":true,"b":true,"c":true})");
  store.commit();
}

TEST_CASE("a priority lives and goes with its node") {
  const outcry::test::temp_dir dir;
  local::store store(dir.file("t.db"));
  store.begin();
  // There is nothing that could have a priority.
  CHECK_FALSE(write_priority(store, "n/.priority", 1));
  CHECK_FALSE(write_priority(store, ".priority", 1));
  CHECK(exported(store, "") == json());

  write_priority(store, "n/a/b", 1);
  CHECK(write_priority(store, "n/a/.priority", "p"));
  CHECK(write_priority(store, "n/a/b/.priority", 2));
  CHECK(write_priority(store, ".priority", 9));
  CHECK(exported(store, "") == parsed(R"({".priority":9,"n":{"a":{".priority":"p",
                                          "b":{".value":1,".priority":2}}}})"));
  // A leaf that gets a child keeps its priority, a plain value removes it.
  write_priority(store, "n/a/b/c", 3);
  CHECK(exported(store, "n/a/b") == parsed(R"({".priority":2,"c":3})"));
  write_priority(store, "n/a/b", 4);
  CHECK(exported(store, "n/a") == parsed(R"({".priority":"p","b":4})"));
  CHECK(write_priority(store, "n/a/.priority", nullptr));
  CHECK(exported(store, "n/a") == parsed(R"({"b":4})"));

  // The last child takes the priorities of all who are gone with it.
  write_priority(store, "n/a/.priority", "p");
  write_priority(store, "n/.priority", "q");
  write_priority(store, "m", 0);
  write_priority(store, "n/a/b", nullptr);
  CHECK(exported(store, "") == parsed(R"({".priority":9,"m":0})"));
  write_priority(store, "n/a/b", 5);
  CHECK(exported(store, "n") == parsed(R"({"a":{"b":5}})"));
  write_priority(store, "", nullptr);
  write_priority(store, "m", 1);
  CHECK(exported(store, "") == parsed(R"({"m":1})"));
  store.commit();
}

TEST_CASE("what may be a priority, and where") {
  const auto flat = [](const char* text, const char* path = "") {
    const std::string place = local::parse_place(path, false);
    return local::render(local::flatten(parsed(text), place, 1234), place, local::form::exported);
  };
  CHECK(flat(R"({".value":1,".priority":"p"})") == R"({".value":1,".priority":"p"})");
  CHECK(flat(R"({".value":1,".priority":null})") == "1");
  CHECK(flat(R"({".value":null,".priority":5})") == "null");
  CHECK(flat(R"({"a":null,".priority":5})") == "null");
  CHECK(flat(R"({".sv":"timestamp",".priority":5})") == R"({".value":1234,".priority":5})");
  CHECK(flat(R"({".value":{".sv":"timestamp"},".priority":{".sv":"timestamp"}})") ==
        R"({".value":1234,".priority":1234})");
  CHECK(flat("7", "a/.priority") == "7");
  CHECK(flat("null", "a/.priority") == "null");
  CHECK(local::flatten(parsed(R"({".sv":{"increment":2}})"), local::parse_place(".priority", false),
                       0)
            .front()
            .increment);
  for (const char* wrong :
       {R"({".value":1,".priority":true})", R"({"a":1,".priority":{"b":1}})",
        R"({"a":1,".priority":[1]})", R"({"a":1,".priority":{".sv":"timestamp","b":1}})",
        R"({".value":{"a":1},".priority":1})", R"({".value":{".sv":"timestamp","a":1}})"}) {
    INFO(wrong);
    CHECK_THROWS_AS(flat(wrong), local::refusal);
  }
  CHECK_THROWS_WITH(flat("true", "a/.priority"), Contains(".priority") && Contains("boolean"));
  CHECK_THROWS_WITH(flat(R"({"b":1})", "a/.priority"), Contains(".priority"));
  CHECK_THROWS_WITH(local::parse_place("a/.priority/b", false), Contains(".priority"));
  CHECK_THROWS_WITH(local::parse_place("a/.priority/.priority", false), Contains(".priority"));
  CHECK_THROWS_AS(local::parse_place("a/.value", false), local::refusal);

  // A priority is no level of its own.
  std::string deep;
  for (int i = 0; i < 32; ++i) deep += "/d";
  CHECK(local::depth(local::parse_place(deep + "/.priority", false)) == 32);
  CHECK(local::to_text(local::parse_place("a/.priority", false)) == "a/.priority");
}

TEST_CASE("stored priorities agree with a tree in memory, whatever is written") {
  const outcry::test::temp_dir dir;
  outcry::test::priority_maker random(4711);
  outcry::test::model_node tree;
  local::store store(dir.file("t.db"));
  for (int i = 0; i < 4000; ++i) {
    if (i % 500 == 0) store.begin();
    std::string path = random.path(4);
    json value = random.below(4) == 0 ? json() : random.exported(3);
    if (random.below(5) == 0) {
      path += "/.priority";
      value = random.priority();
    }
    write_priority(store, path, value);
    outcry::test::write_at(tree, path, value);
    const std::string look = random.path(2);
    INFO("after writing " << value << " at " << path << ", looking at " << look);
    const auto* expected = tree.find(look);
    REQUIRE(exported(store, look) == (expected ? outcry::test::export_of(*expected) : json()));
    if (i % 500 == 499) store.commit();
  }
  CHECK(outcry::test::normal(json::parse(local::render_node(store, {}))) ==
        outcry::test::export_of(tree, true));
}

TEST_CASE("only a file that has priorities asks for a program that knows them") {
  const outcry::test::temp_dir dir;
  const std::string file = dir.file("t.db");
  {
    local::store store(file);
    store.begin();
    write_priority(store, "a/b", 1);
    CHECK_FALSE(write_priority(store, "none/.priority", 1));
    write_priority(store, "a/.priority", nullptr);
    store.commit();
    CHECK_FALSE(store.has_priorities());
    // What is rolled back was never there.
    store.begin();
    write_priority(store, "a/.priority", 1);
    CHECK(store.has_priorities());
    store.rollback();
    CHECK_FALSE(store.has_priorities());
    CHECK(exported(store, "") == parsed(R"({"a":{"b":1}})"));
  }
  CHECK(schema_of(file) == 1);
  {
    local::store store(file);
    store.begin();
    write_priority(store, "a", parsed(R"({"b":{".value":2,".priority":"p"}})"));
    store.commit();
  }
  CHECK(schema_of(file) == 2);
  local::store again(file);
  CHECK(again.has_priorities());
  CHECK(exported(again, "a") == parsed(R"({"b":{".value":2,".priority":"p"}})"));
}

TEST_CASE("files of earlier programs open and take priorities") {
  const outcry::test::temp_dir dir;
  const std::string file = dir.file("t.db");
  {
    SQLite::Database db(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec("CREATE TABLE leaves (place BLOB PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID");
    db.exec("PRAGMA application_id = 1330988610");
    db.exec("PRAGMA user_version = 1");
    // The place of "a/-7".
    db.exec("INSERT INTO leaves VALUES (x'036100027FFFFFF9000201', 'x')");
  }
  {
    local::store store(file);
    CHECK(exported(store, "") == parsed(R"({"a":{"-7":"x"}})"));
    CHECK_FALSE(store.has_priorities());
    store.begin();
    CHECK(write_priority(store, "a/-7/.priority", 2));
    store.commit();
    CHECK(exported(store, "") == parsed(R"({"a":{"-7":{".value":"x",".priority":2}}})"));
  }
  CHECK(schema_of(file) == 2);
}

TEST_CASE("priorities are found without looking at the values between them") {
  const outcry::test::temp_dir dir;
  local::store store(dir.file("t.db"));
  store.begin();
  write_priority(store, "", parsed(R"({"a":{".value":1,".priority":5},"b":{"c":2,"-1":3},
                              "d":{"e":{".value":4,".priority":"p"},".priority":6}})"));
  std::string found;
  store.scan_priorities({}, local::end_of({}), [&](std::string_view place, const auto&) {
    found += local::to_text(place) + " ";
    return true;
  });
  CHECK(found == "a/.priority d/.priority d/e/.priority ");
  store.commit();
}
