#include "adapters/firebase/local/store.hpp"

#include <fstream>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/query.hpp"
#include "tests/adapters/firebase/local/model.hpp"
#include "tests/support/temp_dir.hpp"

namespace local = outcry::firebase::local;
using Catch::Matchers::Contains;
using outcry::test::json;

namespace {

void write(local::store& to, const std::string& path, const json& value) {
  const std::string place = local::parse_place(path, false);
  to.replace(place, local::flatten(value, place, 0));
}

std::string read(local::store& from, const std::string& path) {
  return local::render_node(from, local::parse_place(path, false));
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("the store agrees with a tree in memory, whatever is written, also after reopening") {
  const outcry::test::temp_dir dir;
  outcry::test::tree_maker random(42);
  json tree;
  for (int round = 0; round < 8; ++round) {
    local::store store(dir.file("t.db"));
    store.begin();
    for (int i = 0; i < 250; ++i) {
      const std::string path = random.path(4);
      const json value = random.below(4) == 0 ? json() : random.value(3);
      write(store, path, value);
      outcry::test::write_at(tree, path, value);
      const std::string look = random.path(3);
      INFO("after writing " << value << " at " << path << ", looking at " << look);
      REQUIRE(outcry::test::normal(json::parse(read(store, look))) ==
              outcry::test::read_at(tree, look));
    }
    store.commit();
    REQUIRE(outcry::test::normal(json::parse(read(store, ""))) == tree);
  }
}

TEST_CASE("a transaction that is rolled back leaves nothing") {
  const outcry::test::temp_dir dir;
  local::store store(dir.file("t.db"));
  store.begin();
  write(store, "a", 1);
  store.commit();
  store.begin();
  write(store, "a/b/c", 2);
  store.rollback();
  CHECK(read(store, "") == R"({"a":1})");
  // What was learned inside the transaction must be forgotten with it.
  store.begin();
  write(store, "a/b", 3);
  store.commit();
  CHECK(read(store, "") == R"({"a":{"b":3}})");
}

TEST_CASE("removing below a leaf changes nothing, writing below it replaces it") {
  const outcry::test::temp_dir dir;
  local::store store(dir.file("t.db"));
  store.begin();
  write(store, "a", 1);
  CHECK_FALSE(store.replace(local::parse_place("a/b", false), {}));
  CHECK(read(store, "") == R"({"a":1})");
  write(store, "a/b", 2);
  CHECK(read(store, "") == R"({"a":{"b":2}})");
  write(store, "", "all");
  CHECK(read(store, "") == R"("all")");
  write(store, "x/y", true);
  CHECK(read(store, "") == R"({"x":{"y":true}})");
  store.commit();
}

TEST_CASE("the database file is its owner's and only one process may use it") {
  const outcry::test::temp_dir dir;
  const std::string file = dir.file("t.db");
  local::store store(file);
  struct stat found {};
  REQUIRE(::stat(file.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  CHECK_THROWS_WITH(local::store(file), Contains("in use") && Contains(file));
}

TEST_CASE("a file that is not ours is refused and stays as it is") {
  const outcry::test::temp_dir dir;
  const std::string file = dir.file("t.db");
  std::string expected;
  SECTION("no database") {
    std::ofstream(file) << std::string(5000, 'x');
    expected = "no database";
  }
  SECTION("a database of another program") {
    SQLite::Database(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE theirs (x)");
    expected = "another program";
  }
  SECTION("a newer schema") {
    { local::store made(file); }
    SQLite::Database db(file, SQLite::OPEN_READWRITE);
    db.exec("PRAGMA journal_mode = DELETE");
    db.exec("PRAGMA user_version = 999");
    expected = "schema version 999";
  }
  SECTION("damaged inside") {
    {
      local::store made(file);
      made.begin();
      for (int i = 0; i < 2000; ++i) write(made, "k" + std::to_string(i), std::string(100, 'v'));
      made.commit();
    }
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    for (const int page : {3, 5, 9}) {
      damage.seekp(page * 4096);
      damage << std::string(2048, '\xee');
    }
    expected = "damaged";
  }
  const std::string before = content(file);
  CHECK_THROWS_WITH(local::store(file), Contains(expected) && Contains(file));
  CHECK(content(file) == before);
}
