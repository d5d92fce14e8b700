#include "adapters/sqlite/database.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "adapters/sqlite/journal_store.hpp"
#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

std::string bytes_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Opens the journal, which must refuse, name the file, and leave it as it is.
std::string refusal_of(const std::string& path) {
  const auto before = bytes_of(path);
  std::string text;
  try {
    journal_store store(path);
    FAIL("opened " << path);
  } catch (const store_error& error) {
    text = error.what();
  }
  CHECK(text.find(path) != std::string::npos);
  CHECK(bytes_of(path) == before);
  return text;
}

}  // namespace

TEST_CASE("a file that is no database is refused and left as it is") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("journal.db");
  SECTION("text") {
    overwrite(path, std::string(5000, 'x'));
  }
  SECTION("short text") {
    overwrite(path, "x");
  }
  SECTION("a database whose header is gone") {
    { journal_store store(path); }
    auto bytes = bytes_of(path);
    bytes.replace(0, 16, std::string(16, '\0'));
    overwrite(path, bytes);
  }
  CHECK(refusal_of(path).find("no SQLite database") != std::string::npos);
}

TEST_CASE("a damaged journal is refused and left as it is") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("journal.db");
  {
    journal_store store(path);
    store.begin();
    for (int i = 0; i < 200; ++i) {
      REQUIRE(store.apply(adopting(sample_ledger("m" + std::to_string(i)))));
    }
    store.commit();
  }
  auto bytes = bytes_of(path);
  REQUIRE(bytes.size() > 20 * 4096);
  SECTION("pages overwritten") {
    bytes.replace(8 * 4096, 8 * 4096, std::string(8 * 4096, 'j'));
  }
  SECTION("cut short") {
    bytes.resize(bytes.size() / 2);
  }
  overwrite(path, bytes);
  CHECK(refusal_of(path).find("is damaged") != std::string::npos);
}

TEST_CASE("another program's database is refused and left as it is") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("journal.db");
  {
    SQLite::Database other(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("CREATE TABLE theirs (x)");
  }
  CHECK(refusal_of(path).find("another program") != std::string::npos);
}

TEST_CASE("a journal of a newer version is refused and left as it is") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("journal.db");
  { journal_store store(path); }
  {
    SQLite::Database file(path, SQLite::OPEN_READWRITE);
    file.exec("PRAGMA user_version = 99");
  }
  const auto text = refusal_of(path);
  CHECK(text.find("newer version") != std::string::npos);
  CHECK(text.find("99") != std::string::npos);
}

TEST_CASE("a directory that is missing is said so") {
  outcry::test::temp_dir dir;
  CHECK_THROWS_WITH(journal_store(dir.file("nowhere/journal.db")),
                    Catch::Contains("nowhere/journal.db") && Catch::Contains("No such file"));
}

TEST_CASE("migrations run once, in order, and keep what is stored") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("x.db");
  schema rules{"test", 0x1234, {"CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1);"}, true};
  { database first(path, rules); }
  rules.migrations.push_back("ALTER TABLE t ADD COLUMN b INTEGER; UPDATE t SET b = a + 1;");
  rules.migrations.push_back("UPDATE t SET b = b * 10;");
  for (int i = 0; i < 2; ++i) {
    database db(path, rules);
    auto row = db.prepare("SELECT a, b FROM t");
    REQUIRE(row.step());
    CHECK(row.integer(0) == 1);
    CHECK(row.integer(1) == 20);
    CHECK_FALSE(row.step());
  }
}

TEST_CASE("a migration that fails leaves the version before it") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("x.db");
  schema rules{"test", 0x1234, {"CREATE TABLE t (a INTEGER);"}, true};
  { database first(path, rules); }
  auto broken = rules;
  broken.migrations.push_back("INSERT INTO t VALUES (1); INSERT INTO nowhere VALUES (1);");
  CHECK_THROWS_AS(database(path, broken), store_error);
  database again(path, rules);
  auto row = again.prepare("SELECT count(*) FROM t");
  REQUIRE(row.step());
  CHECK(row.integer(0) == 0);
}

TEST_CASE("the file is ours alone and written through to the disk") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("x.db");
  database db(path, schema{"test", 0x1234, {}, true});
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  auto mode = db.prepare("PRAGMA journal_mode");
  REQUIRE(mode.step());
  CHECK(mode.text(0) == "wal");
  auto full = db.prepare("PRAGMA synchronous");
  REQUIRE(full.step());
  CHECK(full.integer(0) == 2);
}
