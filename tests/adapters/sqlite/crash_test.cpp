#include <csignal>
#include <string>

#include <catch2/catch.hpp>

#include "tests/adapters/sqlite/samples.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

namespace {

struct crash {
  std::string point;
  std::string told;          ///< what the writer had been told when it was killed
  std::uint64_t stored = 0;  ///< how many messages the journal must hold
  std::int64_t owed = 0;     ///< how many values
};

}  // namespace

TEST_CASE("kill -9 at any step leaves exactly what was committed") {
  const auto expected = GENERATE(values<crash>({
      {"mid_transaction:1", "", 0, 0},
      {"mid_transaction:2", "1\n", 1, 1},
      {"before_commit:1", "", 0, 0},
      {"before_commit:3", "1\n2\n", 2, 2},
      {"after_commit:1", "", 1, 1},
      {"after_commit:3", "1\n2\n", 3, 3},
      {"before_delivery_commit:1", "1\n2\n3\n", 3, 3},
      {"after_delivery_commit:1", "1\n2\n3\n", 3, 2},
  }));
  CAPTURE(expected.point);
  outcry::test::temp_dir dir;
  outcry::test::process writer({.arguments = {CRASH_WRITER, dir.path().string()},
                                .environment = {{"OUTCRY_CRASH_AT", expected.point}},
                                .directory = "",
                                .output_file = dir.file("output")});
  REQUIRE(writer.wait() == 128 + SIGKILL);
  CHECK(writer.output() == expected.told);

  journal_engine engine(settings_in(dir.path().string()));
  CHECK(one<floor_image>(engine, load_floor{}).open.size() == expected.stored);
  for (std::uint64_t i = 1; i <= expected.stored; ++i) {
    const auto id = "m" + std::to_string(i);
    const auto found = one<ledger_list>(engine, find_ledgers{id, 1, 0});
    REQUIRE(found.ledgers.size() == 1);
    CHECK(found.ledgers.front() == sample_ledger(id));
  }
  const auto bot = one<bot_image>(engine, load_bot{"b"});
  CHECK(bot.known == (expected.stored > 0));
  CHECK(bot.record.revision == expected.stored);
  CHECK(one<outbox_page>(engine, read_outbox{}).backlog == expected.owed);
  CHECK(one<journal_receipt>(engine, journal_write{}).last_owed ==
        static_cast<std::int64_t>(expected.stored));
}

TEST_CASE("without a crash the writer ends well") {
  outcry::test::temp_dir dir;
  outcry::test::process writer({.arguments = {CRASH_WRITER, dir.path().string()},
                                .environment = {{"OUTCRY_CRASH_AT", "before_commit:4"}},
                                .directory = "",
                                .output_file = dir.file("output")});
  CHECK(writer.wait() == 0);
  CHECK(writer.output() == "1\n2\n3\ndelivered\n");
}
