#include <csignal>
#include <string>

#include <catch2/catch.hpp>

#include "tests/adapters/postgres/rig.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::postgres;
using namespace outcry::postgres::test;

namespace {

/// Runs the writer; how it ended.
int write(const std::string& url, const outcry::test::temp_dir& dir, int from, int to,
          int kill_at) {
  outcry::test::process::options options;
  options.arguments = {CRASH_WRITER,        url,
                       dir.path().string(), std::to_string(from),
                       std::to_string(to),  std::to_string(kill_at)};
  options.output_file = dir.file("output");
  outcry::test::process writer{options};
  const auto code = writer.wait(std::chrono::seconds(60));
  INFO(writer.output());
  CHECK((code == 0 || code == 128 + SIGKILL));
  return code;
}

}  // namespace

TEST_CASE("a floor killed between writing its rows and marking them writes none twice") {
  NEEDS_POSTGRES();
  rig db;
  migrate(db.owner);
  const outcry::test::temp_dir dir;
  int next = 1;
  int killed = 0;
  for (int round = 0; round < 4; ++round) {
    killed += write(db.server.url(), dir, next, next + 9, 1) == 128 + SIGKILL ? 1 : 0;
    next += 10;
  }
  CHECK(killed == 4);
  CHECK(write(db.server.url(), dir, next, next, 0) == 0);
  // Whatever a dying floor had said is there once; what it had not come to say is not.
  CHECK(db.one("SELECT count(*) = count(DISTINCT (source, source_id)) FROM outcry.signals") == "t");
  CHECK(db.one("SELECT (SELECT count(*) FROM outcry.signals) = (SELECT count(*) FROM"
               " outcry.raw_messages)") == "t");
  CHECK(db.one("SELECT count(DISTINCT floor) FROM outcry.signals") == "1");
  CHECK(db.one(fmt::format("SELECT count(*) FROM outcry.signals WHERE source_id IN ('1', '{}')",
                           next)) == "2");
}
