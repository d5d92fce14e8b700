#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include <sys/mount.h>
#include <unistd.h>

#include "tests/adapters/sqlite/samples.hpp"
#include "tests/adapters/sqlite/small_disk.hpp"
#include "tests/support/skip.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

TEST_CASE("a full disk refuses writes clearly, loses nothing, and heals by itself") {
  small_disk disk;
  if (!disk.mounted) OUTCRY_SKIP("disk full: mounting a tmpfs is not allowed here");
  const std::string big(40'000, 'v');
  journal_engine engine(settings_in(disk.dir.path().string()));
  one<journal_receipt>(engine, owing("before", big));
  disk.fill();

  const auto refused = one<journal_failure>(engine, owing("lost", big));
  CHECK(refused.code == ec::journal_unavailable);
  CHECK(refused.text.find("full") != std::string::npos);
  CHECK(refused.text.find("journal.db") != std::string::npos);
  CHECK(one<outbox_page>(engine, read_outbox{}).backlog == 1);

  disk.free();
  CHECK(one<journal_receipt>(engine, owing("after", big)).last_owed == 2);
  const auto page = one<outbox_page>(engine, read_outbox{});
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[0].owed.path == "before");
  CHECK(page.rows[1].owed.path == "after");
  CHECK(page.backlog == 2);
}

TEST_CASE("a write that does not fit leaves its small neighbours on the disk") {
  small_disk disk;
  if (!disk.mounted) OUTCRY_SKIP("disk full: mounting a tmpfs is not allowed here");
  journal_engine engine(settings_in(disk.dir.path().string()));
  const std::vector<journal_request> requests = {
      owing("small"), owing("huge", std::string(3'000'000, 'v')), owing("also small")};
  const auto answers = engine.run(requests);
  CHECK(std::get<journal_receipt>(answers[0]).last_owed == 1);
  CHECK(std::get<journal_failure>(answers[1]).code == ec::journal_unavailable);
  CHECK(std::get<journal_receipt>(answers[2]).last_owed == 2);
  const auto page = one<outbox_page>(engine, read_outbox{});
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[1].owed.path == "also small");
  CHECK(page.backlog == 2);
}
